"""Moderation in figures: how long people wait and what is decided, from the reports themselves."""

from datetime import timedelta
from typing import Any

from babel.dates import format_timedelta
from django.db.models import Count, ExpressionWrapper, F, Min, fields
from django.utils import timezone

from hippolist.languages import locale

from .models import Decision, Reason, Report

WINDOW = timedelta(days=30)


def figures() -> dict[str, Any]:
    """Waiting now, the oldest, how long a decision took in the last 30 days, and decisions by reason."""
    since = timezone.now() - WINDOW
    decided = Report.objects.decided().filter(decided_at__gte=since, import_key=None)
    reasons = Decision.objects.filter(to_state="declined", at__gte=since, report__import_key=None).values("reason").annotate(n=Count("pk"))
    return {
        "waiting": Report.objects.undecided().count(),
        "oldest": Report.objects.undecided().aggregate(oldest=Min("sent_at"))["oldest"],
        "decided": decided.count(),
        "median_words": _words(_median(decided)),
        "verified": decided.filter(state="verified").count(),
        "reasons": [(Reason(row["reason"]).label, row["n"]) for row in reasons.order_by("-n")],
    }


def _words(wait: timedelta | None) -> str:
    """A waiting time in the active language: 3 hours, 2 days."""
    return format_timedelta(wait, locale=locale()) if wait is not None else ""


def _median(decided) -> timedelta | None:
    """The middle waiting time, read by its place in the order so that no list of all is held."""
    took = ExpressionWrapper(F("decided_at") - F("sent_at"), output_field=fields.DurationField())
    waits = decided.annotate(took=took).order_by("took").values_list("took", flat=True)
    count = waits.count()
    if not count:
        return None
    middle = waits[(count - 1) // 2 : count // 2 + 1]
    return sum(middle, timedelta()) / len(middle)
