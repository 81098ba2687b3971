"""The crawl: every public address, found from the URL configuration and from the pages themselves.

A new address joins by itself. An address with a parameter that the crawl cannot fill stops it with words, so that nobody
adds a page that is never searched for private values.
"""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern, RoutePattern

NOT_PUBLIC = ("admin/", "dev/")
_LINK = re.compile(rb'(?:href|src|srcset|action|data-file)="([^"]+)"')


def routes() -> Iterator[str]:
    """All routes outside the admin, such as `list/<entry:pk>/`."""
    yield from _routes(get_resolver().url_patterns, "")


def _routes(patterns, before: str) -> Iterator[str]:
    for pattern in patterns:
        inner = pattern.pattern
        route = before + ("" if isinstance(inner, LocalePrefixPattern) else str(inner))
        if route.startswith(NOT_PUBLIC):
            continue
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            assert isinstance(inner, RoutePattern), route
            yield route


def fill(route: str, known: dict[str, Callable[[], list[str]]]) -> list[str]:
    """The addresses of a route; `known` gives the values of each parameter, by route or by `<converter:name>`."""
    if route in known:
        return known[route]()
    found = [route]
    for parameter in re.findall(r"<[^>]+>", route):
        if parameter not in known:
            raise AssertionError(f"Teach tests/journeys/test_crawl.py what to put for {parameter} in {route}.")
        found = [address.replace(parameter, value, 1) for address in found for value in known[parameter]()]
    return found


class Crawl:
    """Fetches all that can be reached, each address once, and hands every answer to `look`."""

    def __init__(self, look: Callable[[str, bytes, dict[str, str]], None], *, skip: str = "$^") -> None:
        self.client = Client()
        self.look = look
        self.skip = re.compile(skip)
        self.statuses: dict[str, int] = {}

    def run(self, starts: list[str], limit: int = 20_000) -> dict[str, int]:
        waiting = list(starts)
        while waiting:
            address = waiting.pop()
            if address in self.statuses or self.skip.match(address):
                continue
            assert len(self.statuses) < limit, "the crawl finds no end"
            waiting += self._fetch(address)
        return self.statuses

    def _fetch(self, address: str) -> list[str]:
        answer = self.client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        self.statuses[address] = answer.status_code
        headers = dict(answer.headers)
        assert not answer.cookies, f"{address} sets a cookie"
        assert set(headers.get("Vary", "Accept-Encoding").split(", ")) <= {"Accept-Encoding"}, f"{address}: Vary {headers['Vary']}"
        self.look(address, body, headers)
        if "html" not in headers.get("Content-Type", ""):
            return []
        return [link for found in _LINK.findall(body) if (link := self._inside(address, found.decode()))]

    def _inside(self, address: str, link: str) -> str:
        target = urljoin(settings.SITE_URL + address, link.split(" ")[0].replace("&amp;", "&"))
        parts = urlsplit(target)
        if not target.startswith(settings.SITE_URL + "/") or parts.path.startswith(("/static/", "/admin/", "/dev/")):
            return ""
        return parts.path + (f"?{parts.query}" if parts.query else "")
