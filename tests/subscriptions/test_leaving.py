"""Leaving, coming back, and changing one's wishes: each behind a link that only the owner was mailed."""

import pytest
from django.db import DatabaseError, transaction

from hippolist import tokens
from hippolist.models import Letter
from subscriptions import asking
from subscriptions.models import WORDING, Consent, Subscriber
from tests.factories import make_subscriber

pytestmark = pytest.mark.django_db


def out(subscriber: Subscriber) -> str:
    return f"/unsubscribe/{tokens.make('unsubscribe', subscriber.pk)}/"


def wishes(subscriber: Subscriber) -> str:
    return f"/subscribe/settings/{tokens.make('settings', subscriber.pk)}/"


def test_a_get_of_the_way_out_changes_nothing(client):
    subscriber = make_subscriber()
    for method in (client.get, client.head):
        assert method(out(subscriber)).status_code == 200
    page = client.get(out(subscriber))
    assert (page["Cache-Control"], page["Referrer-Policy"], page["X-Robots-Tag"]) == ("no-store", "no-referrer", "noindex")
    assert page.text.count("<button") == 1
    assert "a…@example.org" in page.text
    subscriber.refresh_from_db()
    assert subscriber.state == "confirmed"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        (
            '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
            "multipart/form-data; boundary=b",
        ),
    ],
)
def test_one_click_is_answered_with_200_whatever_its_body_and_on_repeat(client, body, kind):
    subscriber = make_subscriber()
    for _time in range(2):
        answer = client.post(out(subscriber), body, content_type=kind)
        assert answer.status_code == 200
        assert not answer.cookies
        assert answer["Cache-Control"] == "no-store"
    subscriber.refresh_from_db()
    assert subscriber.state == "left"
    assert subscriber.left_at
    line = Consent.objects.get()
    assert (line.ended_how, line.ended_at) == ("left", subscriber.left_at)


def test_a_person_who_was_erased_is_out_already(client):
    subscriber = make_subscriber()
    address = out(subscriber)
    subscriber.delete()
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code == 200
        assert "We no longer keep this address" in answer.text


@pytest.mark.parametrize("token", ["x", tokens.make("settings", 1), "1.0.AAAAAAAAAAAAAAAAAAAAAA"])
def test_a_forged_way_out_is_not_found(client, token):
    assert client.post(f"/unsubscribe/{token}/").status_code == 404


def test_the_way_out_speaks_the_language_of_its_reader(client):
    assert client.get(out(make_subscriber(language="fr")))["Content-Language"] == "fr"


def test_undo_brings_back_with_a_new_consent_line(client):
    subscriber = make_subscriber()
    client.post(out(subscriber))
    answer = client.post(out(subscriber), {"rejoin": "1"})
    assert "You are subscribed again" in answer.text
    again = client.post(out(subscriber), {"rejoin": "1"})
    assert "You are subscribed again" in again.text
    subscriber.refresh_from_db()
    assert (subscriber.state, subscriber.left_at) == ("confirmed", None)
    new, old = Consent.objects.all()
    assert (new.page, bool(new.confirmed_at), new.ended_at) == ("unsubscribe", True, None)
    assert old.ended_how == "left"


def test_undo_does_not_confirm_who_never_did(client):
    subscriber = make_subscriber(state="pending")
    assert "You are back" not in client.post(out(subscriber), {"rejoin": "1"}).text
    subscriber.refresh_from_db()
    assert subscriber.state == "pending"


def test_wishes_are_kept_and_said_so_without_a_cookie(client):
    subscriber = make_subscriber()
    answer = client.post(wishes(subscriber), {"language": "pt", "countries": ["MZ", "AO"]})
    assert answer.status_code == 303
    assert answer["Location"] == "/pt" + wishes(subscriber) + "?saved"
    assert not answer.cookies
    assert 'role="status"' in client.get(answer["Location"]).text
    subscriber.refresh_from_db()
    assert (subscriber.language, subscriber.countries, subscriber.state) == ("pt", ["MZ", "AO"], "confirmed")


def test_a_country_that_is_not_offered_stays_chosen(client):
    assert 'value="DE"' in client.get(wishes(make_subscriber(countries=["DE"]))).text


def test_wishes_that_do_not_exist_are_refused(client):
    subscriber = make_subscriber()
    answer = client.post(wishes(subscriber), {"language": "tlh", "countries": ["KE"]})
    assert answer.status_code == 422
    subscriber.refresh_from_db()
    assert subscriber.countries == []


def test_one_can_leave_and_come_back_from_the_settings(client):
    subscriber = make_subscriber()
    answer = client.post(wishes(subscriber), {"leave": "1"})
    assert "gets no more mail" in client.get(answer["Location"]).text
    client.post(wishes(subscriber), {"rejoin": "1"})
    subscriber.refresh_from_db()
    assert subscriber.state == "confirmed"


def test_settings_of_a_pending_address_do_not_claim_that_it_gets_mail(client):
    assert "is not confirmed yet" in client.get(wishes(make_subscriber(state="pending"))).text


def test_settings_are_found_by_their_own_token_only(client):
    subscriber = make_subscriber()
    assert client.get(f"/subscribe/settings/{tokens.make('unsubscribe', subscriber.pk)}/").status_code == 404
    assert client.get(wishes(subscriber))["Cache-Control"] == "no-store"


def test_each_step_is_done_once_however_many_press():
    subscriber = make_subscriber(state="pending")
    twin = Subscriber.objects.get()
    assert (subscriber.confirm(), twin.confirm()) == (True, False)
    assert (subscriber.leave(), twin.leave()) == (True, False)
    assert (subscriber.rejoin(page="x"), twin.rejoin(page="x")) == (True, False)
    assert asking.confirm(twin) is False
    assert not Letter.objects.exists()


def test_a_consent_line_cannot_be_changed_or_deleted():
    make_subscriber()
    line = Consent.objects.get()
    for change in (lambda: Consent.objects.update(wording="other"), lambda: Consent.objects.update(confirmed_at=None), line.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert Consent.objects.get().wording == WORDING


def test_names_on_the_desk():
    subscriber = make_subscriber()
    assert str(subscriber) == "ana@example.org"
    assert str(subscriber.consents.get()).startswith(f"{WORDING} 20")
