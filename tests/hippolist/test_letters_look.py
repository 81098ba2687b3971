"""Letters as people get them: each kind, through the deed that causes it, in each language."""

import re
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from hippolist import context, outbox
from hippolist.models import Letter
from sightings import letters as to_reporters
from sightings.models import Reason
from sightings.publishing import draft
from subscriptions import announcements, asking
from subscriptions.models import Subscriber
from tests.factories import make_entry, make_gift, make_release, make_report, make_user

pytestmark = pytest.mark.django_db
LANGUAGES = ["en", "fr", "pt", "es", "sw"]
LIMIT = 30_000
# What a mail program would fetch, or run.
REMOTE = re.compile(r"<(?:img|link|script|iframe|object|embed|form|svg|video)\b|\bsrc=|url\(|@import|@font-face|http-equiv", re.IGNORECASE)


class Tags(HTMLParser):
    """The links of a page and its words, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.links.append(dict(attrs)["href"])

    def handle_data(self, data):
        self.words.append(data.strip())


def everything(language: str) -> dict[str, outbox.Mail]:
    """One letter of every kind that the site writes, as it is handed to the mail server."""
    by = make_user("mara", "Moderator", "Lead", "Editor", "Treasurer")
    make_entry(title="Two hippos & a calf", language="en")
    release = make_release("2026.11", by=by, notes="**New** and `checked`.")
    asked, declined, verified = (make_report(language=language, reporter_email="somebody@example.org") for _ in range(3))
    to_reporters.received(asked)
    asked.ask(by=by, message="How many were there?")
    to_reporters.asked(asked, "How many were there?")
    declined.decline(by=by, reason=Reason.TOO_VAGUE, message="Please tell us the river.")
    to_reporters.declined(declined, Reason.TOO_VAGUE, "Please tell us the river.")
    verified.verify(by=by, public=draft(verified))
    to_reporters.links("somebody@example.org", [asked, declined], "2026-11-24")
    asking.ask("new@example.org", language=language, countries=[], page="/subscribe/")
    asking.mail_link(Subscriber.objects.get())
    asking.confirm(Subscriber.objects.get())
    announcements.start(release, by=by)
    gift = make_gift(language=language)
    gift.receive(by=by, amount=2_500, on=timezone.localdate())
    found = {letter.kind: outbox.mail_of(letter) for letter in Letter.objects.all()}
    assert None not in found.values()
    return found


KINDS = {
    *("report_received", "report_asked", "report_declined", "report_verified", "report_links"),
    *("confirm", "welcome", "announcement", "pledge", "gift_received"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_is_small_quiet_and_says_all_as_text_too(language, settings):
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    settings.ORGANISATION = "Friends of Hippos, 12 River Road, Malindi"
    context._site.cache_clear()
    try:
        letters = everything(language)
    finally:
        context._site.cache_clear()
    assert set(letters) == KINDS, "a new kind of letter belongs here, and into everything()"
    for kind, mail in letters.items():
        page = Tags(mail.html)
        assert len(mail.html.encode()) < LIMIT, kind
        assert not REMOTE.search(mail.html), (kind, REMOTE.search(mail.html))
        assert re.search(rf'<html lang="{language}" dir="ltr"', mail.html), kind
        assert "prefers-color-scheme: dark" in mail.html
        # Inline styles, for the programs that throw <style> away.
        assert re.search(r"<p[^>]* style=", mail.html), kind
        assert mail.html.count("<h1") == 1
        assert not re.search(r"\{[{%]|@@|None\b", mail.html + mail.text + mail.subject), kind
        # At most one button, with its bare address below it.
        buttons = re.findall(r'<p class="press"[^>]*>\s*<a href="([^"]+)"', mail.html)
        assert len(buttons) == mail.html.count('class="press"') <= 1, kind
        for address in buttons:
            assert unescape(address) in page.words, kind
        # The text part is written by hand: no tag, every link of the other part, the organisation in both feet.
        assert not re.search(r"</?(?:p|a|br|h\d|div|strong|em|li)\b|&(?:amp|lt|#)", mail.text), kind
        for link in {link for link in page.links if link.startswith("http")}:
            assert link.rstrip("/") in mail.text, (kind, link)
        assert all(urlsplit(link).scheme in {"http", "https", "mailto"} for link in page.links), kind
        for part in (mail.text, " ".join(page.words)):
            assert settings.ORGANISATION in part, kind
            assert settings.CONTACT_EMAIL in part, kind
        assert "\n" not in mail.subject
        assert 4 < len(mail.subject) < 90, (kind, mail.subject)
