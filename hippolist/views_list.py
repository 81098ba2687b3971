"""The list and its entries: what stands today, and what an entry said in each of its revisions."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from . import maps
from .filters import ListFilter
from .models import Entry, Revision
from .pages import page_of


class EntryConverter:
    """HL-000042 in an address, 42 in the code."""

    # One spelling per entry: seven and more digits have no leading zero.
    regex = r"HL-(?:\d{6}|[1-9]\d{6,8})"

    def to_python(self, value: str) -> int:
        return int(value[3:])

    def to_url(self, value: int) -> str:
        return f"HL-{int(value):06}"


def list_page(request: HttpRequest) -> HttpResponse:
    asked = ListFilter(request.GET)
    asked.offer_countries(Entry.objects.countries())
    if not asked.is_valid():
        return render(request, "hippolist/list.html", {"filter": asked}, status=422)
    entries = asked.entries()
    total = entries.count()
    context = {
        "filter": asked,
        "total": total,
        "page": page_of(entries.for_rows(), request.GET, newest_first=asked.newest_first),
        "cells": maps.cells_of(entries, total),
    }
    return render(request, "hippolist/list.html", context)


def entry_page(request: HttpRequest, pk: int) -> HttpResponse:
    entry = get_object_or_404(Entry.objects.visible(), pk=pk)
    if entry.is_gone:
        return gone(request, entry)
    revisions = list(entry.revisions.select_related("came_in").order_by("-number"))
    context = {"entry": entry, "situation": entry, "revisions": revisions, "revision": revisions[0]}
    return render(request, "hippolist/entry.html", context)


def revision_page(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    entry = get_object_or_404(Entry.objects.visible(), pk=pk)
    if entry.is_gone:
        return gone(request, entry)
    revision = get_object_or_404(Revision.objects.select_related("came_in"), entry=entry, number=number)
    return render(request, "hippolist/revision.html", {"entry": entry, "situation": revision, "revision": revision})


def gone(request: HttpRequest, entry: Entry) -> HttpResponse:
    """410: withdrawn for privacy, or before any release held it. The reason is told, nothing else of it."""
    context: dict[str, Any] = {
        "code": entry.code,
        "reason": entry.withdrawn_because,
        "withdrawn_on": entry.changed_at,
        "for_privacy": entry.withdrawn_for_privacy,
    }
    return render(request, "hippolist/gone.html", context, status=410)
