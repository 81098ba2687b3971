"""People: the reports that came from an address: found, copied, erased."""

from typing import Any

from django.db.models import QuerySet

from . import copies, erasing
from .models import Report


def _of(address: str) -> QuerySet[Report]:
    # An imported record is no reporter's, whatever its list knew of one.
    return Report.objects.filter(reporter_email__iexact=address, import_key=None).order_by("pk")


def find(address: str) -> list[str]:
    return [f"Report {r.reference}, sent {r.sent_at:%Y-%m-%d}, {r.get_state_display()}, photos: {r.photos.count()}" for r in _of(address)]


def export(address: str) -> list[dict[str, Any]]:
    return [copies.record(report) for report in _of(address)]


def erase(address: str) -> list[str]:
    return [_erase(report) for report in _of(address)]


def _erase(report: Report) -> str:
    named = erasing.is_named(report)
    report.erase()
    words = f"Report {report.reference}: erased. Its number, kind, state and days stay, for the figures."
    if report.entry:
        words += f" The entry {report.entry.code} stays: the list is kept for all."
    if named:
        words += " It names them no more; its earlier texts, and releases that hold them, still do."
    return words
