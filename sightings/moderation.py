"""Moderation in figures: how long people wait and what is decided, from the reports themselves."""

import math
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from babel.units import format_unit
from django.db.models import Count, ExpressionWrapper, F, Min, QuerySet, fields
from django.utils import timezone

from hippolist.languages import locale

from .models import Decision, Reason, Report

WINDOW = timedelta(days=30)
# Fewer decisions than these say nothing about the next one.
ENOUGH = 5
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))


def figures() -> dict[str, Any]:
    """Waiting now, the oldest, how long a decision took in the last 30 days, and decisions by reason."""
    since = timezone.now() - WINDOW
    decided = _decided()
    waits = _waits(decided)
    count = waits.count()
    reasons = Decision.objects.filter(to_state="declined", at__gte=since, report__import_key=None).values("reason").annotate(n=Count("pk"))
    return {
        "waiting": Report.objects.undecided().count(),
        "oldest": Report.objects.undecided().aggregate(oldest=Min("sent_at"))["oldest"],
        "decided": count,
        "median_words": _words(_median(waits, count), round) if count else "",
        "slowest_words": _words(_slowest(waits, count), round) if count >= ENOUGH else "",
        "verified": decided.filter(state="verified").count(),
        "reasons": [(Reason(row["reason"]).label, row["n"]) for row in reasons.order_by("-n")],
    }


def expected() -> dict[str, str]:
    """How long a report waits, in words: half of those decided in the last 30 days, and the slowest tenth. Empty: too few."""
    waits = _waits(_decided())
    count = waits.count()
    if count < ENOUGH:
        return {}
    # Up and down, so that “within” and “more than” are true.
    return {"half": _words(_median(waits, count), math.ceil), "slowest": _words(_slowest(waits, count), math.floor)}


def _words(wait: timedelta, rounded: Callable[[float], int]) -> str:
    """A waiting time in the active language: 3 hours, 2 days."""
    seconds = wait.total_seconds()
    # From two of a unit on: 30 hours say more than one day.
    unit, size = next((row for row in _UNITS if seconds >= 2 * row[1]), _UNITS[-1])
    return format_unit(max(rounded(seconds / size), 1), f"duration-{unit}", locale=locale())


def _decided() -> QuerySet[Report]:
    return Report.objects.decided().filter(decided_at__gte=timezone.now() - WINDOW, import_key=None)


def _waits(decided: QuerySet[Report]) -> QuerySet:
    """Waiting times, the shortest first; they are read by their place in the order, so that no list of all is held."""
    took = ExpressionWrapper(F("decided_at") - F("sent_at"), output_field=fields.DurationField())
    return decided.annotate(took=took).order_by("took").values_list("took", flat=True)


def _median(waits: QuerySet, count: int) -> timedelta:
    middle = waits[(count - 1) // 2 : count // 2 + 1]
    return sum(middle, timedelta()) / len(middle)


def _slowest(waits: QuerySet, count: int) -> timedelta:
    """What at least a tenth of all took longer than."""
    return waits[max(count * 9 // 10 - 1, 0)]
