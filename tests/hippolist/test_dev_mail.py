"""Mail in development: every letter can be read and every link in it clicked, without a mail server."""

import re

import pytest
from django.urls import include, path

from hippolist import dev, outbox, urls
from hippolist.models import Letter
from tests.factories import make_subscriber

pytestmark = pytest.mark.django_db
urlpatterns = [path("dev/", include((dev.urlpatterns, "dev"))), *[p for p in urls.urlpatterns if "dev" not in str(p.pattern)]]


@pytest.fixture
def reader(client, settings):
    settings.DEBUG, settings.ROOT_URLCONF = True, __name__
    client.post("/subscribe/", {"email": "ana@example.org", "consent": "on"})
    outbox.send_due()
    return client


def test_letters_are_listed_and_can_be_clicked_through(reader):
    listing = reader.get("/dev/mail/")
    assert "Confirm your address" in listing.text
    assert "ana@example.org" in listing.text
    assert listing["Cache-Control"] == "no-store"
    letter = Letter.objects.get()
    page = reader.get(f"/dev/mail/{letter.pk}/")
    [link] = re.findall(r'href="http://testserver(\S+/confirm/\S+)"', page.text)
    assert reader.get(link).status_code == 200
    assert f'src="/dev/mail/{letter.pk}/html/"' in page.text


def test_the_letter_itself_may_have_inline_style_and_nothing_else(reader):
    answer = reader.get(f"/dev/mail/{Letter.objects.get().pk}/html/")
    assert "Confirm my address" in answer.text
    policy = answer["Content-Security-Policy"]
    assert "style-src 'unsafe-inline'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy
    assert "unsafe-inline" not in reader.get("/dev/mail/")["Content-Security-Policy"]


def test_a_letter_that_is_no_longer_wanted_says_so(reader):
    letter = Letter.objects.create(kind="announcement", key="1:999", to="gone@example.org")
    assert "no longer wanted" in reader.get(f"/dev/mail/{letter.pk}/").text
    assert reader.get(f"/dev/mail/{letter.pk}/html/").content == b""


def test_headers_are_shown(reader):
    subscriber = make_subscriber("ben@example.org", "pending")
    from subscriptions import asking

    asking.confirm(subscriber)
    letter = Letter.objects.get(kind="welcome")
    assert "List-Unsubscribe-Post" in reader.get(f"/dev/mail/{letter.pk}/").text


def test_unknown_letters_are_not_found(reader):
    assert reader.get("/dev/mail/999/").status_code == 404
    assert reader.get("/dev/mail/999/html/").status_code == 404
