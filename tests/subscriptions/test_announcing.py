"""Announcing: one release, once, to everybody who is confirmed, and to nobody who left meanwhile."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as site
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hippolist import outbox
from hippolist.models import Conflict, Letter, Release
from subscriptions import announcements, desk, letters
from subscriptions.models import Announcement, Subscriber
from tests.factories import make_entry, make_release, make_subscriber, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def release() -> Release:
    make_entry(title="Pod & calf at <Mfuwe>")
    make_entry(title="Bull near Kisumu", country_code="KE", place_name="Kisumu")
    return make_release("2026.11", notes="**Two** entries & more.")


@pytest.fixture
def editor(db):
    return make_user("edo", "Editor")


def start(release: Release) -> Announcement:
    return announcements.start(release, by=make_user("starter"))


def test_everybody_who_is_confirmed_gets_one_letter(release):
    for number in range(3):
        make_subscriber(f"s{number}@example.org", language="sw")
    make_subscriber("waits@example.org", "pending")
    make_subscriber("gone@example.org", "left")
    announcement = start(release)
    found = Letter.objects.filter(kind="announcement").order_by("pk")
    assert [letter.to for letter in found] == ["s0@example.org", "s1@example.org", "s2@example.org"]
    assert announcement.addressed == 3
    first = found[0]
    assert (first.bulk, first.language, first.state, first.headers, first.attempts) == (True, "sw", "queued", {}, 0)
    assert abs(first.created_at - timezone.now()) < timedelta(minutes=1)


def test_starting_costs_the_same_for_many(release):
    for number in range(30):
        make_subscriber(f"s{number}@example.org")
    who = make_user("starter")
    with CaptureQueriesContext(connection) as queries:
        announcements.start(release, by=who)
    assert len(queries) <= 6


def test_a_release_is_announced_once(release):
    make_subscriber()
    start(release)
    with pytest.raises(Conflict):
        announcements.start(release, by=make_user("second"))
    assert Letter.objects.count() == Announcement.objects.count() == 1


def test_a_draft_is_not_announced():
    with pytest.raises(Conflict):
        start(Release.objects.create(number="2026.12"))


def test_made_up_addresses_are_written_to_only_where_no_letter_leaves(release, settings):
    make_subscriber("real@example.org")
    make_subscriber("made-up@example.org", demo=True)
    assert Subscriber.objects.addressable().count() == 2
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    assert Subscriber.objects.addressable().count() == 1
    start(release)
    assert Letter.objects.get().to == "real@example.org"


def test_demo_letters_go_with_the_demo(release):
    make_subscriber(demo=True)
    start(release)
    assert Letter.objects.get().demo


def test_the_letter_names_what_is_new_and_each_link_is_absolute(release):
    subscriber = make_subscriber()
    start(release)
    mail = outbox.mail_of(Letter.objects.get())
    assert "2026.11" in mail.subject
    assert "2 new entries" in mail.subject
    assert "* Pod & calf at <Mfuwe>, Luangwa River near Mfuwe, Zambia" in mail.text
    assert "Pod &amp; calf at &lt;Mfuwe&gt;" in mail.html
    assert "Two entries & more." in mail.text
    assert "<strong>Two</strong>" in mail.html
    for part in (mail.text, mail.html):
        assert letters.unsubscribe_url(subscriber) in part
        assert letters.settings_url(subscriber) in part
        assert "@@" not in part
        assert f"{site.SITE_URL}{release.get_absolute_url()}" in part
    assert 'href="/' not in mail.html
    assert mail.headers == {
        "List-Unsubscribe": f"<{letters.unsubscribe_url(subscriber)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert len(mail.html.encode()) < 30_000


def test_the_countries_of_a_reader_come_first(release):
    make_subscriber("zambian@example.org", countries=["ZM"])
    make_subscriber("kenyan@example.org", countries=["KE"])
    start(release)
    for letter, first, second in zip(Letter.objects.order_by("pk"), ("Pod", "Bull"), ("Bull", "Pod"), strict=True):
        text = outbox.mail_of(letter).text
        assert text.index(f"* {first}") < text.index(f"* {second}")


def test_each_reader_gets_their_language(release):
    make_subscriber(language="fr")
    start(release)
    mail = outbox.mail_of(Letter.objects.get())
    assert f"{site.SITE_URL}/fr/releases/2026.11/" in mail.text
    assert 'lang="fr"' in mail.html


def test_who_left_after_the_start_gets_nothing(release):
    stays, leaves = make_subscriber("stays@example.org"), make_subscriber("leaves@example.org")
    announcement = start(release)
    leaves.leave()
    outbox.send_due()
    states = dict(Letter.objects.values_list("to", "state"))
    assert states == {stays.email: "sent", leaves.email: "suppressed"}
    progress = announcements.progress(announcement)
    assert (progress.done, progress.running) == (2, False)


def test_who_was_erased_after_the_start_gets_nothing(release):
    subscriber = make_subscriber()
    start(release)
    subscriber.delete()
    assert outbox.mail_of(Letter.objects.get()) is None


def test_readers_of_one_language_share_the_rendering(release):
    for number in range(20):
        make_subscriber(f"s{number}@example.org")
    start(release)
    rows = list(Letter.objects.all())
    outbox.mail_of(rows[0])
    with CaptureQueriesContext(connection) as queries:
        for letter in rows:
            outbox.mail_of(letter)
    assert len(queries) <= 2 * len(rows)


def test_what_is_withdrawn_after_the_release_is_named_no_more(release):
    make_subscriber()
    start(release)
    entry = make_entry()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert "Bull near Kisumu" in outbox.mail_of(Letter.objects.get()).text
        entry = release_entry("Bull near Kisumu")
        entry.withdraw(by=None, reason="private", for_privacy=True)
        clock.shift(timedelta(minutes=6))
        assert "Bull near Kisumu" not in outbox.mail_of(Letter.objects.get()).text


def release_entry(title: str):
    from hippolist.models import Entry

    return Entry.objects.get(title=title)


def test_many_new_entries_are_counted_and_ten_are_named():
    for number in range(12):
        make_entry(title=f"Situation {number}")
    mail = letters.preview(make_release("2026.11"), "en")
    assert mail.text.count("\n* ") == 10
    assert "And 2 more." in mail.text


def test_a_release_without_new_entries_is_announced_too(release):
    release_entry("Bull near Kisumu").withdraw(by=None, reason="seen twice")
    mail = letters.preview(make_release("2026.11.1"), "en")
    assert mail.subject == "Hippo List 2026.11.1 is out"
    assert "1  taken off" in mail.text


def test_the_desk_offers_to_announce_and_then_shows_progress(client, release, editor, rf):
    make_subscriber()
    request = rf.get("/admin/")
    request.user = editor
    [card] = desk.release_cards(request, release)
    assert card.text == "Announce release 2026.11 to 1 subscriber"
    assert desk.cards(request) == [card]
    client.force_login(editor)
    page = client.get(card.url)
    assert page.status_code == 200
    assert "1</strong> confirmed subscriber" in page.text
    assert not Announcement.objects.exists()
    answer = client.post("/admin/subscriptions/announcement/of/2026.11/start/")
    progress = client.get(answer["Location"])
    assert 'http-equiv="refresh"' in progress.text
    assert "0 of 1 letters are done" in progress.text
    [card] = desk.release_cards(request, release)
    assert (card.text, card.count) == ("Release 2026.11: 0 of 1 letters are done", 1)
    outbox.send_due()
    done = client.get(answer["Location"])
    assert 'http-equiv="refresh"' not in done.text
    assert "1 of 1 letters are done" in done.text
    assert desk.cards(request) == []


def test_the_second_press_of_start_says_so(client, release, editor):
    make_subscriber()
    client.force_login(editor)
    address = "/admin/subscriptions/announcement/of/2026.11/start/"
    client.post(address)
    answer = client.post(address, follow=True)
    assert "This release was announced already." in answer.text
    assert Letter.objects.count() == 1
    assert client.get(address).status_code == 405


def test_the_previewed_letter_alone_allows_inline_style_and_is_shut_in(client, release, editor):
    client.force_login(editor)
    answer = client.get("/admin/subscriptions/announcement/of/2026.11/letter/")
    policy = {part.split()[0]: part.split()[1:] for part in answer["Content-Security-Policy"].split("; ")}
    assert policy["style-src"] == ["'unsafe-inline'"]
    assert policy["sandbox"] == []
    assert policy["default-src"] == policy["img-src"] == ["'none'"]
    assert policy["frame-ancestors"] == ["'self'"]
    assert "script-src" not in policy
    assert "unsafe-inline" not in client.get("/admin/subscriptions/announcement/of/2026.11/")["Content-Security-Policy"]


def test_trouble_is_listed_on_the_progress_page(client, release, editor):
    make_subscriber()
    announcement = start(release)
    Letter.objects.update(state="failed", error="550 no such user")
    client.force_login(editor)
    page = client.get(f"/admin/subscriptions/announcement/{announcement.pk}/change/").text
    assert "550 no such user" in page
    assert "ana@example.org" in page


@pytest.mark.parametrize("role", ["Lead", "Treasurer"])
@pytest.mark.parametrize("address", ["of/2026.11/", "of/2026.11/letter/"])
def test_only_who_may_announce_sees_the_preview(client, release, role, address):
    client.force_login(make_user("other", role))
    assert client.get(f"/admin/subscriptions/announcement/{address}").status_code == 403
    assert client.post("/admin/subscriptions/announcement/of/2026.11/start/").status_code == 403


def test_who_may_not_look_gets_no_card_and_no_page(client, release, rf):
    announcement = start(release)
    request = rf.get("/admin/")
    request.user = make_user("money", "Treasurer")
    assert desk.release_cards(request, release) == []
    client.force_login(request.user)
    assert client.get(f"/admin/subscriptions/announcement/{announcement.pk}/change/").status_code == 403


def test_before_the_first_release_the_desk_is_quiet(rf, editor):
    request = rf.get("/admin/")
    request.user = editor
    assert desk.cards(request) == []


def test_unknown_announcements_and_releases_are_not_found(client, editor):
    client.force_login(editor)
    for address in ("99/change/", "x/change/", "of/2026.99/"):
        assert client.get(f"/admin/subscriptions/announcement/{address}").status_code == 404


def test_the_admin_only_looks_at_subscribers_and_consents(client):
    make_subscriber("ana@example.org")
    make_subscriber("gone@example.org", "left")
    client.force_login(make_user("lea", "Lead"))
    found = client.get("/admin/subscriptions/subscriber/?q=ana@").text
    assert "ana@example.org" in found
    assert "gone@example.org" not in found
    assert "ana@example.org" not in client.get("/admin/subscriptions/subscriber/?state__exact=left").text
    assert client.get("/admin/subscriptions/consent/").status_code == 200
    for address in ("subscriber/add/", "consent/add/", "announcement/add/"):
        assert client.get(f"/admin/subscriptions/{address}").status_code == 403
    subscriber = Subscriber.objects.first()
    page = client.get(f"/admin/subscriptions/subscriber/{subscriber.pk}/change/")
    assert 'name="email"' not in page.text
    assert client.post(f"/admin/subscriptions/subscriber/{subscriber.pk}/delete/").status_code == 403
