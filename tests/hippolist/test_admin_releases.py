"""The editor's desk: prepare a release, see what it would change, publish it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from hippolist.models import Release
from hippolist.vocabulary import Change
from tests.factories import make_entry, make_release, make_user

ADD = "/admin/hippolist/release/add/"
NUMBER = f"{timezone.now():%Y.%m}"


@pytest.fixture
def editor(db, client):
    user = make_user("edo", "Editor")
    client.force_login(user)
    return user


def address(release):
    return reverse("admin:hippolist_release_change", args=[release.pk])


def test_adding_prepares_a_draft_with_its_number(client, editor):
    make_entry(title="Seen at the bridge")
    make_entry(license="")
    html = client.get(ADD).content.decode()
    assert f'value="{NUMBER}"' in html
    assert "Seen at the bridge" in html
    assert "no licence given" in html
    response = client.post(ADD, {"number": NUMBER, "notes": "First."})
    draft = Release.objects.get()
    assert response["Location"] == address(draft)
    assert (draft.prepared_by, draft.is_draft, draft.notes) == (editor, True, "First.")
    assert f"Publish release {NUMBER}" in client.get(address(draft)).content.decode()


def test_one_release_is_prepared_at_a_time(client, editor):
    draft = Release.objects.create(number="2026.10")
    response = client.get(ADD, follow=True)
    assert response.redirect_chain == [(address(draft), 302)]
    assert "One is prepared at a time" in response.content.decode()
    assert client.post(ADD, {"number": "2026.12"}).status_code == 302
    assert Release.objects.count() == 1


@pytest.mark.parametrize("number", ["november", "2026.13", "2026", "2026.11.0", "2026.11 ", "٢٠٢٦.11"])
def test_a_number_is_a_month(client, editor, number):
    if number.endswith(" "):
        assert client.post(ADD, {"number": number}).status_code == 302
        return
    response = client.post(ADD, {"number": number, "notes": "kept"})
    assert "Write it as year.month" in response.content.decode()
    assert "kept" in response.content.decode()
    assert not Release.objects.exists()


def test_the_draft_shows_what_it_would_change(client, editor):
    entry, gone = make_entry(title="Bull on the road"), make_entry(title="It was a rock")
    make_release("2026.10")
    entry.revise(by=editor, change=Change.CORRECTED, reason="Counted again", fields={"individual_count": 9})
    gone.withdraw(by=editor, reason="Not a hippo")
    html = client.get(address(Release.objects.create(number="2026.11"))).content.decode()
    for words in ("Bull on the road", "Counted again", "how many", "Not a hippo"):
        assert words in html


def test_a_long_preview_is_cut_and_says_so(client, editor, monkeypatch):
    monkeypatch.setattr("hippolist.admin.LINES_SHOWN", 2)
    for _ in range(3):
        make_entry()
    html = client.get(address(Release.objects.create(number="2026.11"))).content.decode()
    assert html.count("/admin/hippolist/entry/") == 2 + html.count('"/admin/hippolist/entry/"')
    assert "these are the first" in html


def test_publishing_saves_the_notes_and_freezes_the_list(client, editor):
    make_entry()
    draft = Release.objects.create(number="2026.11")
    response = client.post(address(draft), {"number": "2026.11", "notes": "Typed just now", "_publish": "1"}, follow=True)
    html = response.content.decode()
    assert "Nobody has been mailed yet" in html
    draft.refresh_from_db()
    assert (draft.state, draft.published_by, draft.notes) == ("published", editor, "Typed just now")
    assert "/releases/2026.11/" in html
    assert "hippolist-2026.11.csv" in html
    assert "_publish" not in html
    assert 'name="notes"' not in html


def test_a_published_release_is_never_changed_or_deleted(client, editor):
    make_entry()
    release = make_release("2026.11", notes="As it was")
    assert client.post(address(release), {"number": "2026.12", "notes": "Other"}).status_code == 403
    assert client.post(reverse("admin:hippolist_release_delete", args=[release.pk]), {"post": "yes"}).status_code == 403
    client.post("/admin/hippolist/release/", {"action": "delete_selected", "_selected_action": [release.pk], "post": "yes"})
    release.refresh_from_db()
    assert (release.number, release.notes) == ("2026.11", "As it was")


def test_a_draft_may_be_dropped(client, editor):
    draft = Release.objects.create(number="2026.11")
    client.post(reverse("admin:hippolist_release_delete", args=[draft.pk]), {"post": "yes"})
    assert not Release.objects.exists()


def test_a_second_press_publishes_nothing_twice_and_loses_nothing(client, editor):
    make_entry()
    release = make_release("2026.11", notes="n")
    again = client.post(address(release), {"number": "2026.11", "notes": "x", "_publish": "1"}, follow=True)
    assert "is published already" in again.content.decode()
    draft = Release.objects.create(number="2026.12")
    response = client.post(address(draft), {"number": "2026.12", "notes": "Kept words", "_publish": "1"}, follow=True)
    html = response.content.decode()
    assert "Nothing has changed since the last release" in html
    assert "Kept words" in html
    draft.refresh_from_db()
    assert draft.is_draft


def test_only_who_may_publish_publishes(db, client):
    make_entry()
    draft = Release.objects.create(number="2026.11")
    for name, roles in (("lea", ["Lead"]), ("mod", ["Moderator"]), ("tre", ["Treasurer"])):
        client.force_login(make_user(name, *roles))
        assert client.post(address(draft), {"number": "2026.11", "_publish": "1"}).status_code == 403
        assert "Publish release" not in client.get(address(draft)).content.decode()
    user = make_user("half")
    from django.contrib.auth.models import Permission

    user.user_permissions.set(Permission.objects.filter(codename="change_release"))
    client.force_login(user)
    assert client.post(address(draft), {"number": "2026.11", "_publish": "1"}).status_code == 403
    draft.refresh_from_db()
    assert draft.is_draft


def test_a_published_release_offers_what_other_apps_can_do_with_it(client, editor):
    make_entry()
    release = make_release("2026.11")
    assert "desk-card" in client.get(address(release)).content.decode()


def test_numbers_that_no_release_has_are_not_found(client, editor):
    for pk in ("999", "x"):
        assert client.get(f"/admin/hippolist/release/{pk}/change/").status_code == 302
