"""Entries: one page per situation, and every text it ever had."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hippolist.models import Conflict, Entry, Revision
from hippolist.vocabulary import Change, Grid
from tests.factories import make_entry, make_release, make_user


def page(client, address):
    response = client.get(address)
    return response, response.content.decode()


def test_an_entry_reads_like_an_article(db, client):
    entry = make_entry(
        story="# Sub\n\nThey stood in the **shallow** water.",
        language="fr",
        pictures=[
            {
                "name": "aa11",
                "width": 1600,
                "height": 1000,
                "alt": "Two hippos",
                "credit": "Mara",
                "license": "https://creativecommons.org/licenses/by/4.0/",
            },
            {"name": "bb22", "width": 1600, "height": 1000, "alt": "A bridge", "credit": "", "license": ""},
        ],
        sources=[
            {
                "title": "Hippos back",
                "publisher": "The Paper",
                "date": "2026-11-04",
                "url": "https://paper.example/1",
                "archived_url": "https://archive.example/1",
            }
        ],
        checked="Two people compared the photo with the bridge.",
        recorded_by="Mara",
    )
    response, html = page(client, entry.get_absolute_url())
    assert response.status_code == 200
    assert html.count("<h1") == 1
    for words in (
        "Two hippos at the bridge",
        "3 November 2026",
        "Luangwa River near Mfuwe, Zambia",
        "<strong>shallow</strong>",
        "Hippopotamus amphibius",
        "about 1.6 km",
        "Rounded to a grid of 0.01°",
        "CC BY 4.0",
        "Two people compared the photo",
        "Hippos back",
        "https://archive.example/1",
        "/media/aa11-1600.webp 1600w",
        'alt="A bridge"',
        '<div class="story" lang="fr" dir="auto">',
        "revision 1 of",
        f"/list/{entry.code}/r1/",
        f"?like={entry.code}",
        "Make a Donation",
        '<path class="map-c" d="M',
    ):
        assert words in html
    assert "noindex" not in html


def test_an_entry_without_place_date_or_story_still_says_what_is_known(db, client):
    entry = make_entry(None, None, year=None, month=None, day=None, story="", place_name="", country_code="", individual_count=None)
    _response, html = page(client, entry.get_absolute_url())
    assert "date unknown" in html
    assert "not tied to a place" in html
    assert "basemap" not in html


@pytest.mark.parametrize(("month", "day", "shown"), [(11, 3, "3 novembre 2026"), (11, None, "novembre 2026"), (None, None, "2026")])
def test_a_date_is_as_exact_as_known_and_in_the_language_of_the_page(db, client, month, day, shown):
    entry = make_entry(month=month, day=day)
    _response, html = page(client, f"/fr{entry.get_absolute_url()}")
    assert f"<dd>{shown}</dd>" in html
    assert "Zambie" in html


def test_where_a_place_is_kept_back_the_page_says_so(db, client):
    entry = make_entry(grid=Grid.NONE)
    assert "kept back" in page(client, entry.get_absolute_url())[1]


def test_unknown_and_strange_numbers_are_not_found(db, client):
    make_entry()
    for address in (
        "/list/HL-999999/",
        "/list/HL-999999999/",
        "/list/HL-1/",
        "/list/HL-0000001/",
        "/list/HL-000001/r9/",
        "/list/HL-000001/rx/",
    ):
        assert client.get(address).status_code == 404


def test_an_entry_that_is_held_back_does_not_exist_yet(db, client):
    entry = make_entry(appears_on=timezone.localdate() + timedelta(days=1))
    for address in (entry.get_absolute_url(), f"/list/{entry.code}/r1/", f"/list/{entry.code}.json"):
        assert client.get(address).status_code == 404


def test_a_correction_makes_a_new_revision_and_keeps_the_old_one(db, client):
    entry = make_entry()
    entry.revise(
        by=None, change=Change.CORRECTED, reason="Counted again on the photo", fields={"individual_count": 3, "title": "Three hippos"}
    )
    _response, html = page(client, entry.get_absolute_url())
    assert "Counted again on the photo" in html
    assert "how many, headline" in html
    assert "/r2/" in html
    _response, old = page(client, f"/list/{entry.code}/r1/")
    assert "Two hippos at the bridge" in old
    assert "It has changed since." in old
    assert "noindex" in old
    assert "It is still the newest text." in page(client, f"/list/{entry.code}/r2/")[1]


def test_nothing_new_makes_no_revision(db):
    entry = make_entry()
    assert entry.revise(by=None, change=Change.CORRECTED, reason="x", fields={"title": entry.title}) is None
    assert entry.revisions.count() == 1


def test_a_change_needs_a_reason(db):
    entry = make_entry()
    with pytest.raises(ValueError, match="reason"):
        entry.withdraw(by=None, reason="  ")
    assert Entry.objects.get().is_listed


def test_two_people_cannot_change_the_same_text_at_once(db):
    entry = make_entry()
    other = Entry.objects.get(pk=entry.pk)
    entry.revise(by=None, change=Change.CORRECTED, reason="x", fields={"title": "Mine"})
    with pytest.raises(Conflict, match="Somebody else"):
        other.revise(by=None, change=Change.CORRECTED, reason="y", fields={"title": "Yours"})
    assert (other.title, other.revision_number) == ("Two hippos at the bridge", 1)
    assert Entry.objects.get().title == "Mine"


def test_a_withdrawn_entry_stays_marked_with_its_reason(db, client):
    entry = make_entry()
    make_release("2026.10")
    entry.withdraw(by=None, reason="It was a rock")
    response, html = page(client, entry.get_absolute_url())
    assert response.status_code == 200
    assert html.count("It was a rock") == 2
    assert 'content="noindex"' in html
    assert "has been withdrawn since" in page(client, f"/list/{entry.code}/r1/")[1]
    assert client.get(f"/list/{entry.code}.json").json()["withdrawn"] == "It was a rock"


def test_taken_back_before_any_release_held_it_it_is_gone_with_the_reason(db, client):
    entry = make_entry()
    entry.withdraw(by=None, reason="It was a rock")
    for address in (entry.get_absolute_url(), f"/list/{entry.code}/r1/", f"/list/{entry.code}.json"):
        answer = client.get(address)
        assert answer.status_code == 410
        assert "It was a rock" in answer.content.decode()
        assert "Two hippos at the bridge" not in answer.content.decode()


def test_withdrawn_for_privacy_it_is_gone_with_all_its_revisions(db, client):
    entry = make_entry()
    make_release("2026.10")
    entry.withdraw(by=None, reason="A name was told", for_privacy=True)
    for address in (
        entry.get_absolute_url(),
        f"/list/{entry.code}/r1/",
        f"/list/{entry.code}/r2/",
        f"/releases/2026.10/{entry.code}/",
        f"/list/{entry.code}.json",
    ):
        response, html = page(client, address)
        assert response.status_code == 410, address
        assert "A name was told" in html
        assert "bridge" not in html
    assert "bridge" not in page(client, "/releases/2026.10/list/")[1]


def test_a_restored_entry_is_back(db, client):
    entry = make_entry()
    entry.withdraw(by=None, reason="It was a rock", for_privacy=True)
    with pytest.raises(Conflict):
        entry.withdraw(by=None, reason="again")
    entry.restore(by=None, reason="It was a hippo")
    assert client.get(entry.get_absolute_url()).status_code == 200
    assert [r.change for r in entry.revisions.order_by("number")] == ["new", "withdrawn", "restored"]


def test_a_place_can_be_made_coarser_never_finer(db):
    entry = make_entry(grid=Grid.MEDIUM)
    with pytest.raises(ValueError, match="not coarser"):
        entry.coarsen(by=None, grid=Grid.FINE, reason="x")
    entry.coarsen(by=None, grid=Grid.COARSE, reason="A nest is near")
    entry = Entry.objects.get()
    assert (str(entry.decimal_latitude), str(entry.decimal_longitude)) == ("-13.00", "32.00")
    assert entry.coordinate_uncertainty_in_meters == 30 + 156_904
    entry.coarsen(by=None, grid=Grid.NONE, reason="A nest is near")
    assert not Entry.objects.get().has_place


def test_a_revision_is_never_changed_by_hand(db):
    make_entry()
    from django.db import Error, transaction

    for values in ({"number": 7}, {"change": "corrected"}, {"year": 1999}, {"reason": "other"}):
        with pytest.raises(Error), transaction.atomic():
            Revision.objects.update(**values)
    with pytest.raises(Error), transaction.atomic():
        Revision.objects.all().delete()
    assert Revision.objects.update(title="redacted") == 1


def test_the_cite_line_names_the_release_that_holds_the_text(db, client):
    entry, other = make_entry(), make_entry(license="https://creativecommons.org/licenses/by-nc/4.0/")
    make_release("2026.10")
    assert "release 2026.10" in page(client, entry.get_absolute_url())[1]
    assert "release 2026.10" not in page(client, other.get_absolute_url())[1]
    entry.revise(by=None, change=Change.CORRECTED, reason="x", fields={"title": "Other"})
    assert "release 2026.10" not in page(client, entry.get_absolute_url())[1]


def test_a_licence_or_record_in_strange_words_is_shown_as_words(db, client):
    entry = make_entry(license="ask me first", references="javascript:alert(1)", rights_holder="A Museum")
    _response, html = page(client, entry.get_absolute_url())
    assert "ask me first" in html
    assert "javascript:" not in html
    assert "A Museum" in html
    other = make_entry(references="https://www.gbif.org/occurrence/1")
    assert 'href="https://www.gbif.org/occurrence/1"' in page(client, other.get_absolute_url())[1]


def test_demo_entries_say_so_and_are_not_indexed(db, client):
    entry = make_entry(demo=True)
    _response, html = page(client, entry.get_absolute_url())
    assert "Demo data" in html
    assert "noindex" in html


def test_an_entry_page_asks_few_questions_however_long_its_history(db, client, django_assert_max_num_queries):
    entry = make_entry(by=make_user())
    for number in range(12):
        entry.revise(by=None, change=Change.CORRECTED, reason="x", fields={"individual_count": 10 + number})
    with django_assert_max_num_queries(5):
        client.get(entry.get_absolute_url())


def test_the_long_story_is_one_line_where_only_its_start_is_wanted(db, client):
    entry = make_entry(story="word " * 100)
    html = page(client, entry.get_absolute_url())[1]
    assert "word…" in html
