"""Subscribing: from an address in a form to its owner's yes."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hippolist import tokens
from hippolist.models import Letter
from subscriptions import chores
from subscriptions.models import WORDING, Consent, Subscriber
from tests.factories import make_entry, make_release, make_subscriber

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)


def subscribe(client, email="ana@example.org", address="/subscribe/", **fields):
    return client.post(address, {"email": email, "consent": "on", **fields})


def link_in(letter: Letter) -> str:
    """The path of the link to confirm in a letter, as its reader would open it."""
    found = re.search(rf"{settings.SITE_URL}(\S*/confirm/\S+)", letter.text)
    assert found
    return found[1]


def confirm_link(client, email="ana@example.org", **fields) -> str:
    subscribe(client, email, **fields)
    return link_in(Letter.objects.filter(kind="confirm").latest("pk"))


def test_a_new_address_gets_one_letter_and_one_consent_line(client):
    answer = subscribe(client, language="fr", countries=["KE", "ZM"])
    assert (answer.status_code, answer["Location"]) == (303, "/subscribe/?sent")
    subscriber = Subscriber.objects.get()
    assert (subscriber.state, subscriber.language, subscriber.countries) == ("pending", "fr", ["KE", "ZM"])
    letter = Letter.objects.get()
    assert (letter.kind, letter.to, letter.language) == ("confirm", "ana@example.org", "fr")
    consent = Consent.objects.get()
    assert (consent.wording, consent.page, consent.confirmed_at) == (WORDING, "/subscribe/", None)


@pytest.mark.parametrize("state", [None, "pending", "confirmed", "left", "demo"])
def test_the_answer_does_not_tell_who_subscribes(client, state):
    if state:
        make_subscriber(state="confirmed" if state == "demo" else state, demo=state == "demo")
    answer = subscribe(client, "ANA@example.org")
    assert (answer.status_code, answer["Location"], answer.content) == (303, "/subscribe/?sent", b"")
    thanks = client.get(answer["Location"])
    assert "Thank you for subscribing!" in thanks.text
    assert Subscriber.objects.count() == 1
    assert Letter.objects.count() == (0 if state in {"confirmed", "demo"} else 1)


def test_the_work_for_a_confirmed_address_is_that_for_a_new_one(client):
    make_subscriber("known@example.org")
    subscribe(client, "warm@example.org")
    with CaptureQueriesContext(connection) as known:
        subscribe(client, "known@example.org")
    with CaptureQueriesContext(connection) as new:
        subscribe(client, "new@example.org")
    taken_back = [query["sql"] for query in known if "ROLLBACK TO SAVEPOINT" in query["sql"]]
    assert len(new) == len(known) - len(taken_back) == len(known) - 1
    assert any("UPDATE" in query["sql"] for query in known), "the commit must cost what it costs for others"


def test_a_stranger_cannot_change_the_wishes_of_a_confirmed_address(client):
    make_subscriber(language="pt", countries=["MZ"])
    subscribe(client, language="sw", countries=["KE"])
    subscriber = Subscriber.objects.get()
    assert (subscriber.state, subscriber.language, subscriber.countries) == ("confirmed", "pt", ["MZ"])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  ana@example.org  ", "ana@example.org"),
        ("Ana.B@EXAMPLE.Org", "Ana.B@example.org"),
        ("ana@BÜCHER.example", "ana@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_kept_in_one_form(client, typed, kept):
    assert subscribe(client, typed).status_code == 303
    assert Subscriber.objects.get().email == kept


def test_capitals_make_no_second_row(client):
    subscribe(client, "ana@example.org")
    subscribe(client, "ANA@EXAMPLE.ORG")
    assert Subscriber.objects.count() == Letter.objects.count() == Consent.objects.count() == 1


def test_the_owner_recognises_a_masked_address(client):
    assert make_subscriber("ana@xn--bcher-kva.example").masked == "a…@bücher.example"


@pytest.mark.parametrize(
    "email",
    ["", "ana", "ana@", "ana@example.org\r\nBcc: all@example.org", "a b@example.org", "a" * 310 + "@example.org", "ana@exa mple.org"],
)
def test_a_bad_address_comes_back_with_what_was_typed(client, email):
    answer = subscribe(client, email, language="pt", countries=["KE"])
    assert answer.status_code == 422
    assert 'href="#id_email"' in answer.text
    assert re.search(r'value="KE"[^>]*checked', answer.text, re.S)
    assert not Subscriber.objects.exists()
    assert not Letter.objects.exists()


def test_no_consent_no_subscription(client):
    answer = client.post("/subscribe/", {"email": "ana@example.org"})
    assert answer.status_code == 422
    assert "Tick this box" in answer.text
    assert 'value="ana@example.org"' in answer.text


@pytest.mark.parametrize(("name", "value"), [("language", "tlh"), ("countries", "XX")])
def test_a_value_that_is_not_in_the_table_is_refused(client, name, value):
    assert subscribe(client, **{name: value}).status_code == 422


def test_a_language_left_out_is_that_of_the_page(client):
    subscribe(client, address="/sw/subscribe/")
    assert Subscriber.objects.get().language == "sw"


def test_a_country_without_hippos_may_come_first_too(client):
    assert subscribe(client, countries=["DE"]).status_code == 303


def test_nul_is_taken_out(client):
    assert subscribe(client, "an\0a@example.org").status_code == 303
    assert Subscriber.objects.get().email == "ana@example.org"


def test_the_letter_holds_nothing_that_somebody_typed(client):
    subscribe(client, "buy-pills.example.com@example.org")
    letter = Letter.objects.get()
    assert "pills" not in letter.subject + letter.text + letter.html


def test_at_most_one_letter_a_day(client):
    with time_machine.travel(NOON, tick=False) as clock:
        subscribe(client)
        subscribe(client)
        clock.shift(timedelta(hours=3))
        subscribe(client)
        assert Letter.objects.count() == 1
        clock.shift(timedelta(days=1))
        subscribe(client)
        assert Letter.objects.count() == 2


def test_a_get_changes_nothing(client):
    link = confirm_link(client)
    for method in (client.get, client.head):
        answer = method(link)
        assert answer.status_code == 200
    assert "a…@example.org" in client.get(link).text
    assert client.get(link).text.count("<button") == 1
    assert Subscriber.objects.get().state == "pending"


def test_one_button_confirms_and_one_welcome_letter_follows(client):
    make_entry()
    release = make_release("2026.11")
    link = confirm_link(client)
    answer = client.post(link)
    assert answer.status_code == 303
    assert "Your address is confirmed" in client.get(answer["Location"]).text
    subscriber = Subscriber.objects.get()
    assert subscriber.state == "confirmed"
    assert Consent.objects.get().confirmed_at == subscriber.confirmed_at
    letter = Letter.objects.get(kind="welcome")
    assert settings.SITE_URL + release.get_absolute_url() in letter.text
    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_second_press_says_that_it_was_done(client):
    link = confirm_link(client)
    client.post(link)
    again = client.post(link)
    assert again.status_code == 200
    assert "confirmed already" in again.text
    assert "confirmed already" in client.get(link).text
    assert Letter.objects.filter(kind="welcome").count() == 1


def test_the_welcome_without_a_release_leads_to_the_list(client):
    client.post(confirm_link(client))
    assert f"{settings.SITE_URL}/list/" in Letter.objects.get(kind="welcome").text


def test_a_link_lapses_after_three_days_and_offers_a_new_one(client):
    with time_machine.travel(NOON, tick=False) as clock:
        link = confirm_link(client)
        clock.shift(timedelta(days=3))
        assert client.get(link).status_code == 200
        clock.shift(timedelta(seconds=1))
        lapsed = client.get(link)
        assert (lapsed.status_code, lapsed.text.count("<button")) == (410, 1)
        # Pressed on a page that stood open for too long: nothing is mailed unasked.
        assert client.post(link).status_code == 410
        answer = client.post(link, {"new_link": "1"})
        assert (answer.status_code, answer["Location"]) == (303, link + "?mailed")
        assert "spam folder" in client.get(answer["Location"]).text
        fresh = link_in(Letter.objects.latest("pk"))
        assert client.get(fresh).status_code == 200
        client.post(fresh)
    assert Subscriber.objects.get().state == "confirmed"


def test_a_newer_link_replaces_the_older(client):
    with time_machine.travel(NOON, tick=False) as clock:
        old = confirm_link(client)
        clock.shift(timedelta(days=1))
        new = confirm_link(client)
        assert client.get(old).status_code == 410
        assert client.get(new).status_code == 200


def test_after_leaving_an_old_link_does_not_bring_back(client):
    link = confirm_link(client)
    client.post(link)
    Subscriber.objects.get().leave()
    assert client.post(link).status_code == 410
    assert Subscriber.objects.get().state == "left"


@pytest.mark.parametrize("token", ["x", "1.1.AAAAAAAAAAAAAAAAAAAAAA", tokens.make("settings", 1), tokens.make("confirm", 999, 1)])
def test_a_wrong_token_is_not_found(client, token):
    assert client.get(f"/subscribe/confirm/{token}/").status_code == 404


def test_who_never_confirms_is_forgotten_after_a_week(client):
    with time_machine.travel(NOON, tick=False) as clock:
        link = confirm_link(client)
        make_subscriber("ben@example.org")
        make_subscriber("gone@example.org", "left")
        clock.shift(timedelta(days=7))
        chores.forget_unconfirmed()
        assert Subscriber.objects.count() == 3
        clock.shift(timedelta(minutes=1))
        chores.forget_unconfirmed()
        chores.forget_unconfirmed()
        assert set(Subscriber.objects.values_list("email", flat=True)) == {"ben@example.org", "gone@example.org"}
        assert client.get(link).status_code == 404
    line = Consent.objects.get(ended_how="not confirmed")
    assert (line.subscriber, line.confirmed_at) == (None, None)


def test_without_mail_nothing_is_promised_and_the_letter_comes_once_mail_works(client, settings):
    settings.DEBUG, settings.EMAIL_URL = False, ""
    subscribe(client)
    page = client.get("/subscribe/?sent").text
    assert "Mail is not set up on this site yet" in page
    assert "within the hour" not in page
    assert not Letter.objects.exists()
    chores.ask_who_waits()
    assert not Letter.objects.exists()
    settings.DEBUG = True
    chores.ask_who_waits()
    chores.ask_who_waits()
    assert "within the hour" in client.get("/subscribe/?sent").text
    client.post(link_in(Letter.objects.get()))
    assert Subscriber.objects.get().state == "confirmed"


def test_waiting_for_mail_is_no_reason_to_be_forgotten(client, settings):
    settings.DEBUG, settings.EMAIL_URL = False, ""
    with time_machine.travel(NOON, tick=False) as clock:
        subscribe(client)
        clock.shift(timedelta(days=30))
        chores.forget_unconfirmed()
        assert Subscriber.objects.exists()


def test_a_frame_answers_inside_the_frame(client):
    answer = subscribe(client, address="/fr/subscribe/?embed")
    assert answer["Location"] == "/fr/subscribe/?embed&sent"
    for address in ("/fr/subscribe/?embed", answer["Location"]):
        page = client.get(address)
        assert "frame-ancestors *" in page["Content-Security-Policy"]
        assert "site-header" not in page.text
    bad = subscribe(client, "ana", address="/fr/subscribe/?embed")
    assert (bad.status_code, "frame-ancestors *" in bad["Content-Security-Policy"]) == (422, True)
    assert "frame-ancestors 'none'" in client.get("/subscribe/")["Content-Security-Policy"]


def test_another_site_cannot_subscribe_people(client):
    assert (
        client.post("/subscribe/", {"email": "a@example.org", "consent": "on"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    )
    assert not Subscriber.objects.exists()


def test_subscribing_sets_no_cookie_and_token_pages_are_kept_by_nobody(client):
    link = confirm_link(client)
    for answer in (client.get("/subscribe/"), client.get("/subscribe/?sent"), client.get(link), client.post(link)):
        assert not answer.cookies
        assert "Cookie" not in answer.get("Vary", "")
    page = client.get(link)
    assert (page["Cache-Control"], page["Referrer-Policy"], page["X-Robots-Tag"]) == ("no-store", "no-referrer", "noindex")


def test_only_get_and_post_are_answered(client):
    assert client.put("/subscribe/").status_code == 405


@pytest.mark.parametrize("email", ["İx@example.org", "miKe@example.org", "mıke@example.org"])
def test_letters_that_only_look_like_latin_ones_are_no_address(client, email):
    answer = client.post("/subscribe/", {"email": email, "consent": "on"})
    assert answer.status_code == 422
    assert not Subscriber.objects.exists()
