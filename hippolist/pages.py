"""Pages: a long list in parts, by key: a page costs the same wherever it stands, and none is skipped when rows arrive."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

SIZE = 25


@dataclass
class Page:
    """Some rows, and the keys that the pages before and after them start from."""

    rows: list[Any]
    before: int | None = None
    after: int | None = None

    @property
    def has_others(self) -> bool:
        return self.before is not None or self.after is not None


def page_of(rows: QuerySet, query: Mapping[str, str], *, key: str = "pk", newest_first: bool = True, size: int = SIZE) -> Page:
    """The page after `?after=<key>`, or the one that ends before `?before=<key>`, or the first. Nonsense is a 404."""
    after, before = _key(query, "after"), _key(query, "before")
    if before is not None:
        back = list(_beyond(rows, key, before, newest_first=not newest_first)[: size + 1])
        if len(back) > size:
            found = back[:size][::-1]
            return Page(found, _value(found[0], key), _value(found[-1], key))
        # No full page is left before: show the first one, whole.
        after = None
    found = list(_beyond(rows, key, after, newest_first=newest_first)[: size + 1])
    more, found = found[size:], found[:size]
    first = _value(found[0], key) if found and after is not None else None
    return Page(found, first, _value(found[-1], key) if more else None)


def _beyond(rows: QuerySet, key: str, start: int | None, *, newest_first: bool) -> QuerySet:
    if start is not None:
        rows = rows.filter(**{f"{key}__{'lt' if newest_first else 'gt'}": start})
    return rows.order_by(f"-{key}" if newest_first else key)


def _value(row: Any, key: str) -> int:
    """The key of a row; a list of bare keys is its own."""
    return row if isinstance(row, int) else getattr(row, key)


def _key(query: Mapping[str, str], name: str) -> int | None:
    value = query.get(name)
    if value is None:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", value):
        raise Http404
    return int(value)
