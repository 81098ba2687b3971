"""Letters to reporters: each one function, written in the transaction that caused it."""

from typing import Any

from django.conf import settings
from django.utils import translation

from hippolist import outbox
from hippolist.models import Entry, Letter
from hippolist.models.letters import LetterQuerySet

from .models import Reason, Report


def received(report: Report, again: str = "") -> None:
    """The first letter, also to an address that was given later; it proves the address."""
    _write("received", report, again)


def asked(report: Report, question: str) -> None:
    _write("asked", report, str(report.decisions.count()), question=question)


def declined(report: Report, reason: Reason, message: str) -> None:
    with translation.override(report.language):
        words = {"reason": reason.label, "change": reason.what_would_change_it, "message": message}
    _write("declined", report, "", **words)


def verified(report: Report, entry: Entry, message: str) -> None:
    with translation.override(report.language):
        entry_url = settings.SITE_URL + entry.get_absolute_url()
    # A page that opens only in thirty days is no place to send anybody to.
    button = {} if entry.held_until else {"button_url": entry_url}
    _write("verified", report, "", entry=entry, entry_url=entry_url, held_until=entry.held_until, message=message, **button)


def links(email: str, reports: list[Report], day: str) -> bool:
    """One letter with the private links of everything that an address sent; at most one a day."""
    language = reports[0].language
    with translation.override(language):
        found = [{"reference": r.reference, "sent_at": r.sent_at, "url": settings.SITE_URL + r.mail_path} for r in reports]
    key = f"{reports[0].pk}:{day}"
    return outbox.write("report_links", key, to=email, language=language, template="sightings/email/links", context={"links": found})


def of(report: Report) -> LetterQuerySet:
    """What was written because of this report."""
    return Letter.objects.filter(kind__startswith="report_", key__startswith=f"{report.pk}:")


def _write(kind: str, report: Report, suffix: str, **context: Any) -> None:
    if not report.reporter_email:
        return
    with translation.override(report.language):
        private = settings.SITE_URL + report.mail_path
    outbox.write(
        f"report_{kind}",
        f"{report.pk}:{suffix}",
        to=report.reporter_email,
        language=report.language,
        template=f"sightings/email/{kind}",
        context={"report": report, "button_url": private, "private_url": private, **context},
        demo=report.demo,
    )
