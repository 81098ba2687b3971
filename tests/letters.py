"""Letters: one of each kind in a language, as its reader gets it.

Runs inside a site: `site.shell("from tests.letters import tell; tell('fr')")` prints them.
"""

import json
from typing import Any

from django.utils import timezone

from hippolist import outbox
from hippolist.models import Letter, Release
from sightings import letters as to_reporters
from sightings.models import Reason, Report
from subscriptions import asking
from subscriptions import letters as to_subscribers
from tests.factories import make_entry, make_gift, make_report, make_subscriber

KINDS = {
    *("report_received", "report_asked", "report_declined", "report_verified", "report_links"),
    *("confirm", "welcome", "announcement", "pledge", "gift_received"),
}


def tell(language: str) -> None:
    before = set(Letter.objects.values_list("pk", flat=True))
    _to_reporters(language)
    _to_donors(language)
    _to_subscribers(language)
    mails = {letter.kind: outbox.mail_of(letter) for letter in Letter.objects.exclude(pk__in=before).filter(language=language)}
    mails["announcement"] = to_subscribers.preview(Release.objects.published().first(), language)
    print(json.dumps({kind: {"subject": m.subject, "text": m.text, "html": m.html} for kind, m in mails.items() if m}))  # noqa: T201


def _to_reporters(language: str) -> None:
    def report(n: int) -> Report:
        return make_report(language=language, reporter_email=f"{n}@example.org", story=f"{n}", place=f"{n}")

    first, second = report(1), report(2)
    to_reporters.received(first)
    to_reporters.links("1@example.org", [first], f"{timezone.localdate()}")
    to_reporters.verified(first, make_entry(title="1"), "1")
    to_reporters.asked(first, "1")
    to_reporters.declined(second, Reason.TOO_VAGUE, "1")


def _to_donors(language: str) -> None:
    fields: dict[str, Any] = {"language": language, "name": "1", "email": "1@example.org"}
    make_gift(**fields, interval="monthly").receive(by=None, amount=2_500, on=timezone.localdate())


def _to_subscribers(language: str) -> None:
    address = f"{language}@example.org"
    asking.ask(address, language=language, countries=["ZM"], page="/subscribe/")
    asking.confirm(make_subscriber(f"other-{address}", "pending", language=language))
