"""Letters: what subscribers are written, and the links that only they get."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from hippolist import markdown, outbox, tokens
from hippolist.models import Letter, Release

from . import news
from .models import Announcement, Subscriber

# Stand for the links of one person in a text that is rendered once for many.
SETTINGS, UNSUBSCRIBE = "@@settings@@", "@@unsubscribe@@"
FRESH_SECONDS = 300


def absolute(language: str, name: str, *args) -> str:
    """The full address of one of our pages in a language: what a mail must hold."""
    with translation.override(language):
        return settings.SITE_URL + reverse(name, args=args)


def settings_url(subscriber: Subscriber) -> str:
    return absolute(subscriber.language, "subscriptions:settings", tokens.make("settings", subscriber.pk))


def unsubscribe_url(subscriber: Subscriber) -> str:
    return absolute("en", "mail:unsubscribe", tokens.make("unsubscribe", subscriber.pk))


def one_click(subscriber: Subscriber) -> dict[str, str]:
    """The headers by which mail programs show their own unsubscribe button (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{unsubscribe_url(subscriber)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def confirmation(subscriber: Subscriber, token: str) -> dict[str, Any]:
    """The letter with the button. Nothing that a stranger typed stands in it: it may reach somebody who never asked."""
    return {
        "to": subscriber.email,
        "language": subscriber.language,
        "template": "subscriptions/email/confirm",
        "context": {"button_url": absolute(subscriber.language, "subscriptions:confirm", token)},
    }


def welcome(subscriber: Subscriber) -> dict[str, Any]:
    release = Release.objects.published().first()
    page = ["hippolist:release", release.number] if release else ["hippolist:list"]
    context = {
        "release": release,
        "news": news.of(release) if release else None,
        "button_url": absolute(subscriber.language, *page),
        "settings_url": settings_url(subscriber),
        "unsubscribe_url": unsubscribe_url(subscriber),
    }
    return {
        "to": subscriber.email,
        "language": subscriber.language,
        "template": "subscriptions/email/welcome",
        "context": context,
        "headers": one_click(subscriber),
    }


def announcement(letter: Letter) -> outbox.Mail | None:
    """The news for one subscriber. None for somebody who left after the start."""
    number, pk = letter.key.split(":")
    subscriber = Subscriber.objects.confirmed().filter(pk=pk).first()
    if subscriber is None:
        return None
    release = Announcement.objects.select_related("release").get(pk=number).release
    mail = preview(release, subscriber.language, subscriber.countries)
    links = {SETTINGS: settings_url(subscriber), UNSUBSCRIBE: unsubscribe_url(subscriber)}
    text, html = mail.text, mail.html
    for mark, url in links.items():
        text, html = text.replace(mark, url), html.replace(mark, url)
    return outbox.Mail(mail.subject, text, html, one_click(subscriber))


def preview(release: Release, language: str, countries: list[str] | None = None) -> outbox.Mail:
    """The announcement of a release in a language, with marks where the links of one person go."""
    # Rendered anew every five minutes: what is redacted meanwhile must not be mailed.
    minute = int(timezone.now().timestamp() // FRESH_SECONDS)
    edition = (release.edition, release.published_at, minute)
    return _rendered(release.pk, edition, language, tuple(sorted(countries or [])))


@lru_cache(maxsize=256)
def _rendered(pk: int, edition: tuple, language: str, countries: tuple[str, ...]) -> outbox.Mail:
    release = Release.objects.get(pk=pk)
    context = {
        "release": release,
        "news": news.of(release, countries, language),
        "notes_text": markdown.to_text(release.notes),
        "notes_html": markdown.to_html(release.notes),
        "button_url": absolute(language, "hippolist:release", release.number),
        "settings_url": SETTINGS,
        "unsubscribe_url": UNSUBSCRIBE,
    }
    return outbox.compose("subscriptions/email/announcement", language, context)


RENDERERS = {"announcement": announcement}
