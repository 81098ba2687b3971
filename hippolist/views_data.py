"""The list as data: CSV, JSON, GeoJSON, the map's squares and feeds; the filter of the page works on each."""

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from . import exports, licences, maps, markdown
from .filters import ListFilter
from .models import Entry, Release
from .pages import page_of
from .public import open_data
from .templatetags.hippo import when, where

JSON_SIZE, FEED_SIZE = 500, 50
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "geojson": "application/geo+json; charset=utf-8",
}
Answer = Callable[[HttpRequest, ListFilter], HttpResponseBase]


def filtered(answer: Answer) -> Callable[..., HttpResponseBase]:
    """A data address that takes the filter of the list; values that make no sense are named, with 422."""

    @require_safe
    @open_data
    @wraps(answer)
    def view(request: HttpRequest) -> HttpResponseBase:
        asked = ListFilter(request.GET)
        if not asked.is_valid():
            return JsonResponse({"errors": asked.errors}, status=422)
        return answer(request, asked)

    return view


def download(lines: Iterable[str], name: str) -> StreamingHttpResponse:
    """A file that is written while it is sent."""
    response = StreamingHttpResponse(_blocks(lines), content_type=TYPES[name.rpartition(".")[2]])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _blocks(lines: Iterable[str]) -> Iterator[bytes]:
    """Lines in blocks: one system call for each line would take longer than making it."""
    block, size = [], 0
    for line in lines:
        block.append(line)
        size += len(line)
        if size > 32_000:
            yield "".join(block).encode()
            block, size = [], 0
    yield "".join(block).encode()


def _rows(asked: ListFilter) -> Iterable[dict[str, Any]]:
    order = "-pk" if asked.newest_first else "pk"
    return map(exports.row, asked.entries().order_by(order).iterator(exports.CHUNK))


@filtered
def list_csv(request: HttpRequest, asked: ListFilter) -> HttpResponseBase:
    return download(exports.csv_lines(_rows(asked)), "hippolist.csv")


@filtered
def list_geojson(request: HttpRequest, asked: ListFilter) -> HttpResponseBase:
    return download(exports.geojson_lines(_rows(asked)), "hippolist.geojson")


@filtered
def list_json(request: HttpRequest, asked: ListFilter) -> HttpResponse:
    page = page_of(asked.entries(), request.GET, newest_first=asked.newest_first, size=JSON_SIZE)
    following = None
    if page.after is not None:
        separator = "&" if asked.query else "?"
        following = f"{settings.SITE_URL}{reverse('data:list_json')}{asked.query}{separator}after={page.after}"
    body = exports.dumps({"next": following, "entries": [exports.row(entry) for entry in page.rows]})
    return HttpResponse(body, content_type=TYPES["json"])


@filtered
def map_json(request: HttpRequest, asked: ListFilter) -> HttpResponse:
    entries = asked.entries()
    cells = [
        {
            "latitude": round(cell.latitude, 2),
            "longitude": round(cell.longitude, 2),
            "uncertainty": cell.uncertainty,
            "count": cell.count,
            "entry": f"HL-{cell.only:06}" if cell.only else None,
            "cell": cell.key,
        }
        for cell in maps.cells_of(entries, entries.count())
    ]
    return JsonResponse({"cells": cells})


@require_safe
@open_data
def entry_json(request: HttpRequest, pk: int) -> HttpResponse:
    entry = get_object_or_404(Entry.objects.visible(), pk=pk)
    if entry.is_gone:
        return JsonResponse({"id": entry.code, "withdrawn": entry.withdrawn_because}, status=410)
    state = {} if entry.is_listed else {"withdrawn": entry.withdrawn_because}
    return HttpResponse(exports.dumps(exports.row(entry) | state), content_type=TYPES["json"])


@filtered
def list_atom(request: HttpRequest, asked: ListFilter) -> HttpResponse:
    address = reverse("hippolist:list") + asked.query
    feed = _feed(request, settings.SITE_NAME, _("Situations newly on the list. Each says what was checked."), address)
    for entry in asked.entries().newest_first()[:FEED_SIZE]:
        line = " · ".join(filter(None, [when(entry), where(entry)]))
        _add(feed, entry, entry.title, f"<p>{escape(line)}</p>{markdown.to_html(entry.story)}", entry.changed_at)
    return _answer(feed)


@require_safe
@open_data
def releases_atom(request: HttpRequest) -> HttpResponse:
    title = _("%s: releases") % settings.SITE_NAME
    feed = _feed(request, title, _("Each new release of the list."), reverse("hippolist:releases"))
    for release in Release.objects.published()[:FEED_SIZE]:
        title = _("Release %s") % release.number
        _add(feed, release, title, markdown.to_html(release.notes), release.published_at)
    return _answer(feed)


def _feed(request: HttpRequest, title: str, description: str, path: str) -> Atom1Feed:
    return Atom1Feed(
        title=title,
        description=description,
        subtitle=description,
        link=settings.SITE_URL + path,
        feed_url=settings.SITE_URL + request.get_full_path(),
        language=get_language(),
        author_name=settings.SITE_NAME,
        feed_copyright=licences.NAMES[settings.DATA_LICENSE],
    )


def _add(feed: Atom1Feed, item: Entry | Release, title: str, text: str, changed) -> None:
    address = settings.SITE_URL + item.get_absolute_url()
    # XML has no place for most control characters, not even as references.
    title, text = markdown.printable(title), markdown.printable(text)
    feed.add_item(title, address, text, unique_id=address, updateddate=changed.replace(microsecond=0))


def _answer(feed: Atom1Feed) -> HttpResponse:
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
