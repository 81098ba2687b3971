"""News: what a release brings, in numbers and in the entries that a letter names."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Case, QuerySet, Value, When
from django.urls import reverse
from django.utils import translation

from hippolist.models import Entry, Release, Revision
from hippolist.releases import changes
from hippolist.templatetags.hippo import when, where

NAMED = 10


@dataclass(frozen=True)
class Line:
    """One new entry as a letter names it."""

    title: str
    place: str
    date: str
    url: str


@dataclass(frozen=True)
class News:
    """How many entries a release holds; how many are new, changed and gone since the one before; new ones by name."""

    entries: int
    new: int
    changed: int
    gone: int
    lines: list[Line]

    @property
    def more(self) -> int:
        return self.new - len(self.lines)


def of(release: Release, countries: Sequence[str] = (), language: str = "en") -> News:
    """The news of a release; new entries of `countries` are named first, then the newest."""
    difference = changes(release)
    counts = difference.counts()
    lines = _lines(difference.new(), countries, language)
    return News(release.entry_count, counts["new"], counts["changed"], counts["withdrawn"], lines)


def _lines(new: QuerySet, countries: Sequence[str], language: str) -> list[Line]:
    """Entries by name. What was taken off the list since the release is not pointed at again."""
    mine = Case(When(country_code__in=list(countries), then=Value(0)), default=Value(1))
    named = new.filter(entry__state=Entry.State.LISTED).order_by(mine, "-entry_id")[:NAMED]
    with translation.override(language):
        return [_line(revision) for revision in named]


def _line(revision: Revision) -> Line:
    url = settings.SITE_URL + reverse("hippolist:entry", args=[revision.entry_id])
    return Line(revision.title, where(revision), when(revision), url)
