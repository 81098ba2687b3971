"""Releases: each edition of the list as it was then, what changed since another one, and its files."""

import re

from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from . import charts, countries, exports, releases
from .models import Release, ReleaseFile, Revision
from .pages import page_of
from .public import let_caches_keep, open_data
from .views_data import TYPES, download
from .views_list import gone

CHANGES_SHOWN, CHANGES_SIZE, MOST_CHOICES, MONTHS_DRAWN = 20, 100, 500, 24


class ReleaseConverter:
    """2026.11, or 2026.11.1 for a second one in that month."""

    regex = r"[0-9]{4}\.[0-9]{2}(?:\.[0-9]{1,3})?"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return str(value)


def published(number: str) -> Release:
    """A release that the public may see; a draft does not exist for it."""
    return get_object_or_404(Release.objects.published(), number=number)


def releases_page(request: HttpRequest) -> HttpResponse:
    page = page_of(Release.objects.published(), request.GET)
    return render(request, "hippolist/releases.html", {"page": page})


def release_page(request: HttpRequest, number: str) -> HttpResponse:
    release = published(number)
    changes = releases.changes(release)
    counts = changes.counts()
    groups = [
        {"name": name, "total": counts[name], "lines": _first(changes, rows)}
        for name, rows in (("withdrawn", changes.withdrawn()), ("changed", changes.changed()), ("new", changes.new()))
        if counts[name]
    ]
    context = {"release": release, "since": changes.since, "counts": counts, "groups": groups, "files": release.current_files}
    months = charts.months_until(timezone.localdate(release.published_at), MONTHS_DRAWN)
    counts_by_month, before = releases.by_month(release, months)
    drawn = {
        "months": list(zip(months, counts_by_month, strict=True)),
        "before": before,
        "chart": charts.Columns([date_format(month, "M\u00a0Y") for month in months], [charts.Series("", counts_by_month)]),
        "by_country": [(countries.name(code) if code else _("not tied to a country"), n) for code, n in releases.by_country(release)],
    }
    return render(request, "hippolist/release.html", context | drawn)


def _first(changes: releases.Changes, rows) -> list[releases.Line]:
    return changes.lines(rows.order_by("entry_id").values_list("entry_id", flat=True)[:CHANGES_SHOWN])


def release_list(request: HttpRequest, number: str) -> HttpResponse:
    release = published(number)
    rows = Revision.objects.of_release(release).for_rows()
    return render(request, "hippolist/release_list.html", {"release": release, "page": page_of(rows, request.GET, key="entry_id")})


def release_entry(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    release = published(number)
    revision = get_object_or_404(Revision.objects.of_release(release).select_related("entry"), entry_id=pk)
    if revision.entry.withdrawn_for_privacy:
        return gone(request, revision.entry)
    context = {"entry": revision.entry, "situation": revision, "revision": revision, "release": release}
    return render(request, "hippolist/revision.html", context)


def changes_page(request: HttpRequest, number: str) -> HttpResponse:
    release, since = published(number), _since(request)
    if since and since.pk > release.pk:
        address = reverse("hippolist:changes", args=[since.number])
        return redirect(f"{address}?since={release.number}")
    changes = releases.changes(release, since)
    page = page_of(changes.entry_ids(), request.GET, key="entry_id", newest_first=False, size=CHANGES_SIZE)
    context = {
        "release": release,
        "since": changes.since,
        "counts": changes.counts(),
        "page": page,
        "lines": changes.lines(page.rows),
        "others": Release.objects.published().filter(pk__lt=release.pk)[:MOST_CHOICES],
        "query": f"?since={since.number}" if since else "",
    }
    return render(request, "hippolist/changes.html", context)


def _since(request: HttpRequest) -> Release | None:
    number = request.GET.get("since")
    if number and not re.fullmatch(ReleaseConverter.regex, number):
        raise Http404
    return published(number) if number else None


@require_safe
@open_data
def changes_data(request: HttpRequest, number: str, kind: str) -> HttpResponseBase:
    release, since = published(number), _since(request)
    if kind not in {"csv", "json"} or (since and since.pk > release.pk):
        raise Http404
    changes = releases.changes(release, since)
    rows = (line.row() for line in changes)
    name = f"hippolist-{release.number}-changes.{kind}"
    if kind == "csv":
        return download(exports.csv_lines(rows, releases.CHANGE_COLUMNS), name)
    around = {"release": release.number, "since": changes.since and changes.since.number}
    return download(exports.json_lines(rows, name="changes", **around), name)


@require_safe
@open_data
def release_file(request: HttpRequest, number: str, name: str) -> HttpResponseBase:
    release = published(number)
    file = get_object_or_404(ReleaseFile, release=release, edition=release.edition, name=name)
    etag = f'"{file.sha256}"'
    # Asked before the file is opened: most visitors who come back have it already.
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        kind = TYPES.get(name.rpartition(".")[2], "text/plain; charset=utf-8")
        response = FileResponse(storages["public"].open(file.path), as_attachment=True, filename=name, content_type=kind)
    response["ETag"] = etag
    let_caches_keep(response)
    return response
