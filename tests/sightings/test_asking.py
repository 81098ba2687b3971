"""What the form asks before a report is stored: once, never as a block, and whether it was reported already."""

import re
import time
from html import unescape

import pytest

from hippolist.models import Entry
from sightings import publishing, review
from sightings.links import canonical
from sightings.models import Authority, Report
from tests.factories import make_entry, make_report, make_user, photo, report_form

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
AT_SEA = {"latitude": "-13.1", "longitude": "-31.79", "observed_month": "11", "observed_day": "3"}


def send(client, headers=None, **fields):
    return client.post("/report/", report_form(**fields), headers=headers or {})


def asked(response) -> dict[str, str]:
    """Each answer that the questions of a page offer: its words and how the browser sends it."""
    page = response.content.decode()
    found = re.findall(r'name="(fix_\w+|same)"\s+id="([\w-]+)"\s+value="([^"]*)"', page)
    words = dict(re.findall(r'for="([\w-]+)">\s*(.*?)\s*</label>', page, re.DOTALL))
    return {unescape(" ".join(words[where].split())): f"{name}={unescape(value)}" for name, where, value in found}


def answer(response, text: str) -> dict[str, str]:
    name, _equals, value = next(sent for words, sent in asked(response).items() if text in words).partition("=")
    return {name: value, "asked": "1", "ask": "1"}


def test_a_pin_in_the_sea_is_asked_about_and_the_answer_moves_it(client):
    first = send(client, ask="1", **AT_SEA)
    assert first.status_code == 200
    assert "One more look" in first.content.decode()
    assert not Report.objects.exists()
    chosen = answer(first, "Zambia")
    second = send(client, **{**AT_SEA, **chosen})
    assert second.status_code == 303
    assert (Report.objects.get().longitude, Report.objects.get().country_code) == (31.79, "ZM")


def test_sending_again_without_an_answer_is_enough(client):
    assert send(client, ask="1", **AT_SEA).status_code == 200
    assert send(client, ask="1", asked="1", **AT_SEA).status_code == 303
    assert Report.objects.get().country_code == ""


def test_who_cannot_be_asked_is_not(client):
    assert send(client, **AT_SEA).status_code == 303


def test_it_is_right_is_told_to_the_moderator_and_never_asked_again(client):
    first = send(client, ask="1", **AT_SEA)
    send(client, **{**AT_SEA, **answer(first, "The pin is right")})
    report = Report.objects.get()
    assert report.confirmed == ["country"]
    assert "the reporter said that it is right" in report.findings.get(check_id="country").words


def test_an_answer_is_kept_when_the_form_comes_back_for_another_reason(client):
    first = send(client, ask="1", **AT_SEA)
    back = send(client, **{**AT_SEA, **answer(first, "The pin is right"), "consent": None})
    assert back.status_code == 422
    page = back.content.decode()
    assert 'name="fix_country" value="right"' in page
    assert 'name="asked" value="1"' in page


def test_answers_change_nothing_but_what_was_asked(client):
    send(client, ask="1", asked="1", fix_country="consent=&reporter_email=evil@example.org&latitude=-13.2&longitude=31.8")
    report = Report.objects.get()
    assert (report.latitude, report.reporter_email) == (-13.2, "")


@pytest.mark.parametrize(
    ("fields", "words", "then"),
    [
        ({"latitude": "31.79", "longitude": "-13.1"}, "Zambia", {"latitude": -13.1, "longitude": 31.79}),
        ({"latitude": "60.4", "longitude": "9.5"}, "zoo or on a farm", {"kind": "captive"}),
        ({"latitude": "-13.1", "longitude": "31.79", "species": "choeropsis_liberiensis"}, "Common", {"species": "hippopotamus_amphibius"}),
        ({"observed_year": "1926"}, "It was in 2026", {"observed_year": 2026}),
        ({"count": "2000"}, "There were that many", {"confirmed": ["count"]}),
        ({"place": "the farm dam", "count": "2000"}, None, {"place": "the farm dam, Mazabuka, Zambia"}),
    ],
)
def test_each_doubt_that_a_reporter_can_settle_is_one_question(client, fields, words, then):
    first = send(client, ask="1", **fields)
    assert first.status_code == 200, first.headers
    chosen = answer(first, words) if words else {"asked": "1", "place_more": "Mazabuka, Zambia"}
    assert send(client, **{**fields, **chosen}).status_code == 303
    report = Report.objects.get()
    assert {name: getattr(report, name) for name in then} == then


def test_a_place_that_no_map_knows_stops_nobody_and_is_asked_for_on_the_receipt(client):
    sent = send(client, ask="1", place="the farm dam")
    assert sent.status_code == 303
    page = client.get(sent["Location"]).text
    assert "We cannot find “the farm dam” on our maps" in page
    assert "Say where it is" in page
    assert "Say where it is" not in client.get(send(client, ask="1", place="Luangwa River near Mfuwe")["Location"]).text


def test_people_in_danger_see_whom_to_call_again(client):
    Authority.objects.create(country_code="ZM", name="Wildlife police", number="0800 123 456")
    sent = send(client, people_near="on")
    assert "0800 123 456" in client.get(sent["Location"]).text
    assert "0800 123 456" not in client.get(send(client)["Location"]).text


def test_photos_that_are_only_promised_make_no_report(client):
    assert send(client, story="", photos_pending="3").status_code == 422


def test_a_photo_of_another_day_is_asked_about_and_stays_kept(client):
    exif = photo_taken("2026:11:01 14:10:00")
    first = client.post("/report/", report_form(ask="1", observed_month="11", observed_day="3", photos=exif))
    client_id = re.search(r'name="client_id"\s+id="client_id"\s+value="([^"]+)"', first.content.decode())[1]
    send(client, client_id=client_id, observed_month="11", observed_day="3", **answer(first, "The photo is right"))
    report = Report.objects.get()
    assert (report.observed_on, report.photos.count()) == ("2026-11-01", 1)


def photo_taken(when: str):
    from PIL import Image

    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = when
    return photo(exif=exif)


def test_script_gets_the_questions_as_html_and_then_the_receipt_as_json(client):
    first = send(client, JSON, ask="1", **AT_SEA)
    assert first.status_code == 200
    assert "One more look" in first.json()["questions"]
    done = send(client, JSON, ask="1", asked="1", **AT_SEA)
    assert done.status_code == 201
    report = Report.objects.get()
    assert done.json() == {"reference": report.reference, "url": f"{report.private_path}?new"}


def test_script_sends_the_same_report_twice_and_gets_the_same_receipt(client):
    fields = report_form()
    first = client.post("/report/", fields, headers=JSON)
    second = client.post("/report/", fields, headers=JSON)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()


def test_script_gets_what_is_wrong_in_words_and_by_field(client):
    back = send(client, JSON, place="", observed_year="1492")
    assert back.status_code == 422
    assert "The report is not sent yet" in back.json()["html"]
    assert {"place", "observed_year"} <= set(back.json()["fields"])


# --- already reported?

SEEN = {"latitude": "-13.12", "longitude": "31.81", "observed_month": "11", "observed_day": "4"}


def test_an_entry_near_in_place_and_date_is_shown_and_the_reporter_joins_it(client):
    entry = make_entry()
    first = send(client, ask="1", **SEEN)
    send(client, **SEEN, **answer(first, entry.title))
    report = Report.objects.get()
    assert report.same_entry == entry
    make_user("mara", "Moderator")
    client.login(username="mara", password="a long test password")
    page = client.get(f"/admin/sightings/report/{report.pk}/change/")
    assert f"Same as {entry.code}" in page.content.decode()
    client.post(f"/admin/sightings/report/{report.pk}/change/", {"verb": "join", "grid": "0.01", "message": ""} | review_defaults())
    report.refresh_from_db()
    assert (report.state, report.entry) == ("verified", entry)
    assert "verified" in [letter.kind.removeprefix("report_") for letter in letters()] or not report.reporter_email


def review_defaults() -> dict[str, str]:
    return {"kind": "sighting", "species": "unknown", "life_stage": "unknown", "condition": "unknown"}


def letters():
    from hippolist.models import Letter

    return Letter.objects.all()


@pytest.mark.parametrize(
    ("away", "shown"), [({"latitude": "-14.5"}, False), ({"observed_day": "9"}, False), ({"longitude": "31.75"}, True)]
)
def test_only_what_is_near_in_place_and_in_date_is_shown(client, away, shown):
    make_entry()
    answered = send(client, ask="1", **{**SEEN, **away})
    assert (answered.status_code == 200) is shown


def test_look_alikes_that_the_form_showed_already_do_not_come_a_second_time(client):
    make_entry()
    shown = client.post("/report/near.json", {**SEEN, "observed_year": "2026"}).json()["html"]
    assert 'name="alike"' in shown
    assert send(client, ask="1", alike="1", **SEEN).status_code == 303


def test_of_an_open_report_nothing_is_told_but_that_it_is_there(client):
    make_report(story="A secret story", reporter_name="Canary")
    page = send(client, ask="1", **SEEN).content.decode()
    assert "someone reported hippos near here on that day" in page
    first = Report.objects.get()
    for secret in ("A secret story", "Canary", first.reference, str(first.latitude), str(first.client_id)):
        assert secret not in page


@pytest.mark.parametrize(
    "hidden", [{"kind": "poaching"}, {"species": "choeropsis_liberiensis"}, {"screening": "many"}, {"state": "withdrawn"}]
)
def test_what_hunters_could_use_is_not_compared(client, hidden):
    make_report(**hidden)
    assert send(client, ask="1", **SEEN).status_code == 303


def test_asking_from_many_places_finds_an_open_report_no_finer_than_a_tenth_of_a_degree(client):
    make_report()
    near = [
        client.get("/report/near.json", {**SEEN, "observed_year": "2026", "latitude": f"{-13.098765 + step / 100:.6f}"}).json()["reported"]
        for step in range(-40, 41)
    ]
    edges = [index for index in range(80) if near[index] != near[index + 1]]
    # It answers the same for any report within the same cells of the grid: the edges lie on the grid, not around the place.
    degrees = [round(-13.098765 + (index - 39.5) / 100, 3) for index in edges]
    assert [round(abs(value) * 100) % 10 for value in degrees] == [5, 5], degrees
    # Always three cells: fewer would tell on which side of its cell the place lies.
    assert round(degrees[1] - degrees[0], 2) == 0.3


def test_the_same_open_report_is_joined_and_told_the_outcome(client):
    first = make_report(reporter_email="first@example.org")
    asked_back = send(client, ask="1", **SEEN)
    send(
        client,
        **SEEN,
        **answer(asked_back, "someone reported"),
        reporter_email="second@example.org",
        source_url="https://news.example.org/a",
    )
    second = Report.objects.exclude(pk=first.pk).get()
    assert second.joined_to == first
    assert list(Report.objects.waiting()) == [first]
    make_user("mara", "Moderator")
    client.login(username="mara", password="a long test password")
    page = client.get(f"/admin/sightings/report/{first.pk}/change/").content.decode()
    assert second.reference in page
    assert "https://news.example.org/a" in page
    by = make_user("vera", "Moderator")
    entry = first.verify(by=by, public=publishing.draft(first) | {"sources": []})
    second.refresh_from_db()
    assert (second.state, second.entry) == ("verified", entry)
    assert {letter.to for letter in letters() if letter.kind == "report_verified"} == {"first@example.org", "second@example.org"}


def test_what_was_joined_to_a_declined_report_is_looked_at_by_itself(client):
    first = make_report()
    send(client, **SEEN, same="open")
    second = Report.objects.exclude(pk=first.pk).get()
    assert second.joined_to == first
    first.decline(by=make_user(), reason="no_evidence")
    assert list(Report.objects.waiting()) == [second]


def test_the_same_news_link_is_noticed_whatever_its_spelling(client):
    make_report(latitude=None, longitude=None).sources.create(url="https://news.example.org/a", canonical="news.example.org/a")
    page = send(client, ask="1", how_known="read", story="", source_url="http://m.news.example.org/a?utm_source=x#top").content.decode()
    assert "Was it already reported?" in page
    assert client.get("/report/near.json", {"source_url": "https://www.news.example.org/a/"}).json()["reported"]


def test_look_alikes_are_answered_to_script_with_what_it_shows(client):
    entry = make_entry()
    found = client.get("/report/near.json", {**SEEN, "observed_year": "2026"})
    assert found["Cache-Control"] == "no-store"
    assert found.json()["entries"] == [{"id": entry.code, "title": entry.title, "url": f"/list/{entry.code}/"}]
    assert entry.title in found.json()["html"]
    assert client.get("/report/near.json", {"latitude": "x", "observed_day": "99"}).json() == {"entries": [], "reported": False, "html": ""}


def test_what_was_joined_to_a_witness_of_an_entry_shares_its_end(client):
    entry = make_entry(latitude="0.5", longitude="30.1")
    first = make_report(same_entry=entry)
    second = make_report(joined_to=first, reporter_email="second@example.org")
    review.join(first, by=make_user(), message="")
    second.refresh_from_db()
    assert (second.state, second.entry) == ("verified", entry)


def test_a_held_report_is_verified_and_mailed_by_nobody_who_did_not_look(client):
    first = make_report()
    held = make_report(joined_to=first, screening="trap", reporter_email="stranger@example.org")
    first.verify(by=make_user(), public=publishing.draft(first) | {"sources": []})
    held.refresh_from_db()
    assert held.state == "waiting"
    assert not letters().filter(to="stranger@example.org").exists()
    held.let_in(by=make_user("vera"))
    assert list(Report.objects.waiting()) == [held]


def test_a_report_waits_by_itself_while_the_other_is_asked(client):
    first = make_report()
    second = make_report(joined_to=first)
    assert list(Report.objects.waiting()) == [first]
    first.ask(by=make_user(), message="Where?")
    assert list(Report.objects.waiting()) == [second]
    assert "joined to a report of somebody else" not in client.get(second.private_path).text


def test_danger_is_never_put_behind_another_report(client):
    make_report()
    send(client, **SEEN, same="open", people_near="on")
    assert Report.objects.waiting().filter(people_near=True).get().joined_to is None


def test_a_correction_of_place_or_day_parts_the_two(client):
    first = make_report()
    second = make_report(joined_to=first)
    client.post(f"{second.private_path}?correct", report_form(place="Lake Kariba", consent=None))
    second.refresh_from_db()
    assert (second.place, second.joined_to) == ("Lake Kariba", None)


def test_a_source_kept_as_evidence_leads_to_no_entry(client):
    url = "https://www.facebook.com/somebody/videos/123456"
    report = make_report(latitude=None, longitude=None)
    report.sources.create(url=url, canonical=canonical(url))
    source = report.sources.get()
    entry = report.verify(by=make_user(), public=publishing.draft(report) | {"sources": []})
    assert client.post("/report/near.json", {"source_url": url}).json()["entries"] == []
    Entry.objects.filter(pk=entry.pk).update(sources=[publishing.cited(source)])
    assert [found["id"] for found in client.post("/report/near.json", {"source_url": url}).json()["entries"]] == [entry.code]


@pytest.mark.parametrize("text", ["1.11" + " " * 9_000 + "x", "1.11 " * 2_000, "1.11 N" * 1_500, "+1" + " " * 9_000])
def test_no_text_makes_the_checks_slow(client, text):
    start = time.process_time()
    assert send(client, story=text).status_code == 303
    assert time.process_time() - start < 2


def test_no_address_makes_the_finder_slow(client):
    start = time.process_time()
    assert client.post("/report/near.json", {"source_url": "https://" + "google." * 9_000}).status_code == 200
    assert time.process_time() - start < 2


@pytest.mark.parametrize("drop", ["\0", "x", "a" * 64, "é" * 64])
def test_an_odd_photo_to_leave_out_is_ignored(client, drop):
    assert send(client, drop=drop).status_code == 303
