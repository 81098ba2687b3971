"""People: what is erased of a person, and the little that stays."""

import pytest
from django.db import transaction

from hippolist import outbox, people
from hippolist.discovery import modules
from hippolist.models import Entry, Letter, Revision
from sightings import intake
from sightings.erasing import STAYS
from sightings.models import Finding, Photo, Reason, Report, SourceLink
from sightings.people import erase as erase_reports
from sightings.people import export as export_reports
from sightings.people import find as find_reports
from sightings.publishing import Shown, draft
from tests.factories import make_gift, make_release, make_report, make_subscriber, make_user, photo

pytestmark = pytest.mark.django_db
CANARIES = ["CANARY", "canary", "13.098765", "31.787654", "time(16, 12)"]


def full_report(**fields) -> Report:
    """A report with something private in every corner."""
    told = {"place": "CANARY bridge", "story": "CANARY story", "reporter_name": "CANARY Name", "reporter_email": "canary@example.org"}
    report = make_report(**{**told, "observed_time": "16:12", "posted": "canary", **fields})
    intake.keep_photo(photo(name="CANARY.jpg"), report.client_id)
    intake.attach(report.client_id)
    SourceLink.objects.create(report=report, url="https://example.org/CANARY", canonical="CANARY", title="CANARY")
    report.ask(by=make_user(f"user{report.pk}"), message="CANARY question")
    report.answer(message="CANARY answer")
    intake.letters.received(report)
    return report


def everything_of(report: Report) -> str:
    """All that the database holds of a report, as text."""
    rows = [Report.objects.filter(pk=report.pk), report.decisions, report.sources, report.photos, report.findings]
    rows += [Letter.objects.filter(key__startswith=f"{report.pk}:")]
    return str([list(found.values()) for found in rows])


def erased(report: Report, capture) -> Report:
    with capture(execute=True):
        report.erase()
    return report


def test_nothing_that_was_told_stays(django_capture_on_commit_callbacks):
    report = full_report()
    before = Report.objects.values().get()
    assert all(canary in everything_of(report) for canary in CANARIES)
    erased(report, django_capture_on_commit_callbacks)
    assert not [canary for canary in CANARIES if canary in everything_of(report)]
    assert not SourceLink.objects.exists()
    assert not Finding.objects.exists()
    after = Report.objects.values().get()
    assert after["erased_at"]
    assert after["client_id"] != before["client_id"]
    assert after["link_counter"] == before["link_counter"] + 1
    fields = [field for field in Report._meta.concrete_fields if field.name not in {"erased_at", "client_id"}]
    assert {f.attname: after[f.attname] for f in fields if f.name not in STAYS} == {
        f.attname: f.get_default() for f in fields if f.name not in STAYS
    }
    stays = STAYS - {"state", "link_counter", "decided_at", "entry"}
    assert {name: after[name] for name in stays} == {name: before[name] for name in stays}


def test_a_column_that_is_added_later_is_erased_too():
    """STAYS is the short list: whatever is not named in it goes."""
    assert {"id", "reference", "state", "kind", "entry", "sent_at", "due_at", "decided_at", "demo", "link_counter"} == STAYS


def test_files_go_after_the_commit_and_only_then(django_capture_on_commit_callbacks):
    report = full_report()
    kept = Photo.objects.get()
    places = [(file.storage, file.name) for file in (kept.original, kept.preview)]
    with django_capture_on_commit_callbacks(execute=True):
        report.erase()
        assert not Photo.objects.exists()
        assert all(storage.exists(name) for storage, name in places)
    assert not any(storage.exists(name) for storage, name in places)


def test_where_the_commit_fails_all_is_still_there(django_capture_on_commit_callbacks):
    report = full_report()
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        report.erase()
        transaction.set_rollback(True)
    assert "CANARY story" in everything_of(report)
    kept = Photo.objects.get()
    assert kept.original.storage.exists(kept.original.name)


def test_a_photo_that_had_not_joined_its_report_goes_too(django_capture_on_commit_callbacks):
    report = full_report()
    intake.keep_photo(photo("red"), report.client_id)
    erased(report, django_capture_on_commit_callbacks)
    assert not Photo.objects.exists()


@pytest.mark.parametrize(("state", "after"), [("waiting", "withdrawn"), ("asked", "withdrawn"), ("declined", "declined")])
def test_an_open_report_is_withdrawn_first_and_a_decided_one_keeps_its_end(state, after):
    report, by = make_report(), make_user()
    if state == "asked":
        report.ask(by=by, message="Which bank?")
    if state == "declined":
        report.decline(by=by, reason=Reason.TOO_VAGUE)
    Report.objects.get().erase()
    assert Report.objects.get().state == after
    assert Report.objects.get().decisions.last().to_state == after


def test_erasing_twice_is_erasing_once():
    report = make_report()
    again = Report.objects.get()
    report.erase()
    first = Report.objects.values().get()
    again.erase()
    assert Report.objects.values().get() == first


def test_what_was_known_when_the_page_was_loaded_does_not_stop_it():
    stale = make_report()
    Report.objects.get().decline(by=make_user(), reason=Reason.TOO_VAGUE)
    stale.erase()
    assert Report.objects.get().state == "declined"


def published(**fields) -> tuple[Report, Entry]:
    report = full_report(**fields)
    public = {**draft(report), "title": "Two hippos", "story": "They stood.", "place_name": "", "sources": []}
    entry = report.verify(by=make_user(f"decider{report.pk}"), public=public, photos=[Shown(report.photos.get(), "A hippo")])
    make_release()
    return report, entry


def test_the_entry_stays_without_the_name(client, django_capture_on_commit_callbacks):
    report, entry = published(credit="name")
    assert "CANARY Name" in client.get(entry.get_absolute_url()).text
    erased(report, django_capture_on_commit_callbacks)
    entry.refresh_from_db()
    assert (entry.recorded_by, entry.pictures[0]["credit"], entry.state) == ("", "", "listed")
    assert entry.revision_number == 2
    page = client.get(entry.get_absolute_url())
    assert page.status_code == 200
    assert "CANARY" not in page.text
    picture = client.get(f"/media/{entry.pictures[0]['name']}-320.webp")
    assert b"".join(picture.streaming_content).startswith(b"RIFF")
    # Earlier texts wait for redaction; the page says so before.
    assert entry.revisions.get(number=1).recorded_by == "CANARY Name"
    assert Report.objects.get().entry == entry


def test_the_page_says_truthfully_that_earlier_texts_still_name(client):
    report, _entry = published(credit="name")
    assert "releases that hold them, still show the name" in client.get(f"{report.private_path}?erase").text
    other, _entry = published(reporter_name="CANARY Other")
    assert "still show the name" not in client.get(f"{other.private_path}?erase").text


def test_where_nobody_was_named_the_entry_is_not_touched(django_capture_on_commit_callbacks):
    report, entry = published(credit="none")
    erased(report, django_capture_on_commit_callbacks)
    assert Revision.objects.filter(entry=entry).count() == 1


def test_a_withdrawn_entry_loses_the_name_and_keeps_its_reason(django_capture_on_commit_callbacks):
    report, entry = published(credit="name")
    entry.withdraw(by=make_user(), reason="It was a rock")
    erased(report, django_capture_on_commit_callbacks)
    entry.refresh_from_db()
    assert (entry.recorded_by, entry.withdrawn_because, entry.revision_number) == ("", "It was a rock", 2)
    assert entry.revisions.last().recorded_by == ""


# Letters


def letter(key: str, to: str = "ada@example.org", **fields) -> Letter:
    return Letter.objects.create(kind="news", key=key, to=to, subject="s", text="t", html="h", **fields)


def test_a_letter_that_waits_for_an_erased_person_is_never_sent(mailoutbox, settings):
    settings.EMAIL_URL = "smtp://127.0.0.1"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    letter("mine", to="Ada@Example.org")
    letter("tried", state="deferred", attempts=2)
    letter("other", to="ben@example.org")
    people.erase("ada@example.org")
    while outbox.send_due():
        pass
    assert [mail.to for mail in mailoutbox] == [["ben@example.org"]]
    mine = Letter.objects.filter(key__in=["mine", "tried"])
    assert {(row.state, row.to, row.text, row.subject) for row in mine} == {("suppressed", "", "", "")}


def test_a_letter_that_a_worker_holds_already_is_not_sent_either(mailoutbox, settings):
    settings.EMAIL_URL = "smtp://127.0.0.1"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    letter("mine")
    held = outbox.claim()
    people.erase("ada@example.org")
    with outbox.Door() as door:
        outbox._send(held[0], door)
    assert not mailoutbox


def test_letters_that_were_sent_keep_their_line_only():
    letter("mine", state="sent")
    assert people.find("ada@example.org") == ["Letters of the kind news: 1"]
    assert people.export("ada@example.org")[0]["text"] == "t"
    assert "of 1 deleted" in people.erase("ada@example.org")[0]
    row = Letter.objects.get()
    assert (row.state, row.to, row.text, row.html) == ("sent", "", "", "")
    assert people.find("ada@example.org") == people.erase("ada@example.org") == []


# All apps


def test_every_app_that_knows_people_can_find_copy_and_erase_them():
    found = {module.__name__: module for module in modules("people")}
    assert list(found) == ["hippolist.people", "sightings.people", "subscriptions.people", "donations.people"]
    for module in found.values():
        assert module.find("nobody@example.org") == []
        assert not module.export("nobody@example.org")
        assert module.erase("nobody@example.org") == []


def test_reports_are_found_by_address_whatever_its_capitals_and_imports_never():
    mine = make_report(reporter_email="Ada@example.org")
    make_report(reporter_email="ada@example.org", import_key="theirs")
    make_report(reporter_email="ben@example.org")
    assert [mine.reference in line for line in find_reports("ADA@example.org")] == [True]
    assert [row["reference"] for row in export_reports("ada@example.org")] == [mine.reference]
    erase_reports("ada@example.org")
    assert Report.objects.filter(erased_at__isnull=False).count() == 1
    assert Report.objects.exclude(import_key=None).get().reporter_email == "ada@example.org"


def test_a_subscriber_goes_and_the_proof_stays_without_the_address():
    from subscriptions.models import Consent, Subscriber
    from subscriptions.people import erase

    make_subscriber("Ada@example.org")
    erase("ada@example.org")
    assert not Subscriber.objects.exists()
    proof = Consent.objects.get()
    assert (proof.subscriber, proof.page, proof.ended_how) == (None, "", "erased")
    assert proof.ended_at


def test_a_gift_keeps_its_sum_and_loses_its_giver():
    from django.utils import timezone

    from donations.models import Gift, Movement
    from donations.people import erase

    gift = make_gift(show_name=True)
    gift.receive(by=make_user(), amount=2_500, on=timezone.localdate())
    erase("DONOR@example.org")
    row = Gift.objects.get()
    assert (row.name, row.email, row.message, row.show_name, row.client_id) == ("", "", "", False, None)
    assert (row.amount, row.state, Movement.objects.total()) == (2_500, "received", 2_500)
