"""Letters at the desk: what failed or is uncertain is settled by a person, and no letter shows its links."""

import pytest

from hippolist.models import Letter
from tests.factories import make_user

LIST = "/admin/hippolist/letter/"


@pytest.fixture
def lead(db, client):
    user = make_user("lea", "Lead")
    client.force_login(user)
    return user


def make_letter(state, **fields):
    return Letter.objects.create(
        kind="welcome", key=state, to=f"{state}@example.org", state=state, text="https://site/token-secret", **fields
    )


def run(client, action, *letters):
    return client.post(LIST, {"action": action, "_selected_action": [letter.pk for letter in letters]}, follow=True).content.decode()


def test_letters_are_listed_by_state_and_only_read(client, lead):
    failed, sent = make_letter("failed", error="550 no such box"), make_letter("sent")
    html = client.get(f"{LIST}?state__in=failed,uncertain").content.decode()
    assert "550 no such box" in html
    assert "sent@example.org" not in html
    page = f"{LIST}{failed.pk}/change/"
    assert "token-secret" not in client.get(page).content.decode()
    assert client.post(page, {"to": "x@example.org"}).status_code == 403
    assert client.post(f"{LIST}{sent.pk}/delete/", {"post": "yes"}).status_code == 403


def test_failed_and_uncertain_letters_can_be_sent_again(client, lead):
    failed, uncertain, sent = make_letter("failed", attempts=6), make_letter("uncertain"), make_letter("sent")
    assert "2 letters wait to be sent" in run(client, "send_again", failed, uncertain, sent)
    states = dict(Letter.objects.values_list("key", "state"))
    assert states == {"failed": "queued", "uncertain": "queued", "sent": "sent"}
    failed.refresh_from_db()
    assert (failed.attempts, failed.ended_at) == (0, None)
    assert failed in Letter.objects.due()


def test_a_letter_that_is_left_keeps_its_line_and_loses_its_text(client, lead):
    uncertain = make_letter("uncertain")
    assert "1 letter is settled" in run(client, "leave_as_it_is", uncertain)
    uncertain.refresh_from_db()
    assert (uncertain.state, uncertain.to, uncertain.text) == ("uncertain", "", "")
    assert not Letter.objects.troubled().exists()


def test_other_letters_cannot_be_settled(client, lead):
    sent = make_letter("sent")
    assert "Only letters that failed" in run(client, "send_again", sent)
    assert "Only letters that failed" in run(client, "leave_as_it_is", sent)


def test_who_may_only_look_settles_nothing(db, client):
    from django.contrib.auth.models import Permission

    user = make_user("look")
    user.user_permissions.set(Permission.objects.filter(codename="view_letter"))
    client.force_login(user)
    failed = make_letter("failed")
    run(client, "send_again", failed)
    failed.refresh_from_db()
    assert failed.state == "failed"
