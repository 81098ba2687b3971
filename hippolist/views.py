"""The site's general pages: home, about, the calls in partners' frames, pictures, what robots read, and errors."""

import errno
import re
import sys
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.storage import storages
from django.db import OperationalError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.views.decorators.http import require_safe

from . import maps, places
from .context import shared
from .filters import ListFilter
from .models import Entry, Picture, Release
from .public import framed, let_caches_keep
from .vocabulary import Grid

NEWEST = 6
RELEASES_DRAWN = 24
# What a sitemap may hold at the most (sitemaps.org).
MOST_ADDRESSES = 50_000
PICTURE = re.compile(rf"(?P<name>[A-Za-z0-9_-]{{1,40}})-(?P<size>{'|'.join(map(str, Picture.SIZES))})\.webp")
PAGES = [
    *("home", "list", "releases", "about", "method", "privacy", "accessibility", "contact", "about_embed"),
    *settings.PAGES_OF_APPS,
]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    listed = Entry.objects.listed()
    total, releases = listed.count(), Release.objects.published()
    context = {
        "total": total,
        "countries": len(Entry.objects.countries()),
        "releases": releases.count(),
        "release": releases.first(),
        "grown": list(releases.values_list("entry_count", flat=True)[:RELEASES_DRAWN])[::-1],
        "newest": listed.newest_first().for_rows()[:NEWEST],
        "cells": maps.cells_of(listed, total),
        "asked": ListFilter(QueryDict()),
    }
    return render(request, "hippolist/home.html", context)


@require_safe
def about(request: HttpRequest, page: str = "about") -> HttpResponse:
    grids = [(grid, places.DIAGONAL[grid]) for grid in (Grid.FINE, Grid.MEDIUM, Grid.COARSE)]
    return render(request, f"hippolist/about/{page}.html", {"grids": grids, "keep_days": settings.KEEP_ORIGINALS_DAYS})


@require_safe
def about_embed(request: HttpRequest) -> HttpResponse:
    address = settings.SITE_URL + reverse("hippolist:embed")
    snippet = render_to_string("hippolist/about/_snippet.html", {"address": address, "name": settings.SITE_NAME})
    return render(request, "hippolist/about/embed.html", {"snippet": snippet.strip(), "address": address})


@require_safe
@framed
def embed(request: HttpRequest) -> HttpResponse:
    """The three calls in a partner's frame; the article they stand below goes along to the report."""
    source = request.GET.get("source", "")
    known = urlsplit_safe(source).scheme in {"http", "https"}
    return render(request, "hippolist/embed.html", {"query": "?" + urlencode({"source": source}) if known else ""})


def urlsplit_safe(address: str):
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


@require_safe
def media(request: HttpRequest, name: str) -> HttpResponseBase:
    """A public picture, for as long as it may be shown. 410 once it was taken back."""
    found = PICTURE.fullmatch(name)
    if not found:
        raise Http404
    picture = get_object_or_404(Picture.objects.select_related("entry"), name=found["name"])
    entry = picture.entry
    if entry is None or entry.appears_on > timezone.localdate():
        raise Http404
    if picture.removed_at or entry.is_gone:
        return _gone(request)
    etag = f'"{name}"'
    headers = {"ETag": etag, "Content-Security-Policy": "default-src 'none'; sandbox", "Cross-Origin-Resource-Policy": "cross-origin"}
    if etag in request.headers.get("If-None-Match", ""):
        # The pixels of a name never change, so no file is opened to say so.
        response = HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers=headers)
        let_caches_keep(response)
        return response
    public, size = storages["public"], int(found["size"])
    # A picture published before there was this rendition has only larger ones.
    wanted = [f"pictures/{found['name']}-{one}.webp" for one in sorted(Picture.SIZES) if one >= size]
    path = next((path for path in wanted if public.exists(path)), None)
    if path is None:
        raise Http404
    shown = FileResponse(public.open(path), content_type="image/webp", headers=headers)
    del shown["Content-Disposition"]  # A random name tells nobody anything.
    return shown


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "410.html", status=HTTPStatus.GONE)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Made-up entries keep search engines out of the whole site."""
    closed = ["/"] if Entry.objects.filter(demo=True).exists() else ROBOTS_KEEP_OUT
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


# Pages behind a token say noindex themselves; naming their folders spares robots the way.
ROBOTS_KEEP_OUT = [
    f"{prefix}{folder}"
    for prefix in ("/", *(f"/{code}/" for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE))
    for folder in ("my-report/", "subscribe/confirm/", "subscribe/settings/", "donate/mine/", "donate/receipt/", "donate/pledge/")
] + ["/admin/", "/unsubscribe/", "/dev/"]


@require_safe
def sitemap(request: HttpRequest) -> StreamingHttpResponse:
    """Every page, release and listed entry that is no demo, newest first, one line at a time."""
    return StreamingHttpResponse(_sitemap_lines(), content_type="application/xml; charset=utf-8")


def _sitemap_lines() -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    for number, (path, day) in enumerate(_addresses()):
        if number == MOST_ADDRESSES:
            break
        last = f"<lastmod>{day:%Y-%m-%d}</lastmod>" if day else ""
        yield f"<url><loc>{escape(settings.SITE_URL + path)}</loc>{last}</url>\n"
    yield "</urlset>\n"


def _addresses() -> Iterator[tuple]:
    for page in PAGES:
        yield reverse(page if ":" in page else f"hippolist:{page}"), None
    for number, day in Release.objects.published().filter(demo=False).values_list("number", "published_at").iterator():
        yield reverse("hippolist:release", args=[number]), day
    entries = Entry.objects.listed().filter(demo=False).newest_first()
    for pk, day in entries.values_list("pk", "changed_at")[:MOST_ADDRESSES].iterator():
        yield reverse("hippolist:entry", args=[pk]), day


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116. Without a contact there is nothing to tell."""
    contact = settings.SECURITY_CONTACT or settings.CONTACT_EMAIL
    if not contact:
        raise Http404
    if "://" not in contact and not contact.startswith("mailto:"):
        contact = f"mailto:{contact}"
    expires = (timezone.now() + timedelta(days=180)).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(code for code, _name in settings.LANGUAGES)}",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


TOO_BIG = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django refuses to read: a wrong host, a broken form, or more than it takes at once."""
    if isinstance(exception, TOO_BIG):
        return render(request, "413.html", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return render(request, "400.html", status=HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=HTTPStatus.NOT_FOUND)


def broken(request: HttpRequest) -> HttpResponse:
    """Without request and context processors: whatever broke may break again in them."""
    error = sys.exc_info()[1]
    number = getattr(error, "errno", None)
    if number in {errno.ENOSPC, errno.EDQUOT} or "disk is full" in str(error):
        return _bare("507.html", HTTPStatus.INSUFFICIENT_STORAGE, "600")
    if isinstance(error, OperationalError) or number in {errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE}:
        # The database is away, or the machine is too busy to open one more file or process: nobody's fault, and it passes.
        return _bare("503.html", HTTPStatus.SERVICE_UNAVAILABLE, "60")
    return _bare("500.html", HTTPStatus.INTERNAL_SERVER_ERROR)


def _bare(template: str, status: HTTPStatus, retry_after: str = "") -> HttpResponse:
    return HttpResponse(render_to_string(template, shared()), status=status, headers={"Retry-After": retry_after} if retry_after else {})
