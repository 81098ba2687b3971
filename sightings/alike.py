"""Alike: what is known already of the sighting that somebody is about to report.

Of open reports of others nothing is told but that there is one. Their places are compared on a grid of a tenth of a
degree, so that asking again and again finds no exact place; what hunters could use is not compared at all.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q

from hippolist.models import Entry
from hippolist.places import snap
from hippolist.vocabulary import Grid, Kind, Species

from .forms import ReportForm, whole_date
from .links import canonical
from .models import Report, ReportQuerySet

SHOWN = 3
STEP = 0.1
SECRET = Q(kind__in=[Kind.DEAD_ANIMAL, Kind.POACHING]) | Q(species=Species.PYGMY)


@dataclass
class Alike:
    """Entries of the list that may be the same, and whether somebody's open report may be."""

    entries: list[Entry] = field(default_factory=list)
    report: Report | None = None

    def __bool__(self) -> bool:
        return bool(self.entries or self.report)


def alike_of(form: ReportForm) -> Alike:
    """What looks like the report of a form that was validated, as far as its fields are good."""
    values = form.cleaned_data
    day = whole_date(*(values.get(f"observed_{part}") for part in ("year", "month", "day")))
    return alike(values.get("latitude"), values.get("longitude"), day, [source["url"] for source in form.sources.cleaned])


def alike(latitude: float | None, longitude: float | None, day: date | None, urls: list[str]) -> Alike:
    """What lies near in place and date, or names the same story. Degrees; a day of which the year alone is known is no day."""
    links = [canonical(url) for url in urls if url]
    told = Report.objects.filter(sources__canonical__in=links) if links else Report.objects.none()
    entries = [
        entry for entry in Entry.objects.listed().filter(pk__in=told.filter(entry__isnull=False).values("entry")) if _cites(entry, links)
    ]
    open_one = _comparable(told).first()
    if latitude is not None and longitude is not None and day:
        entries += [entry for entry in _entries_near(latitude, longitude, day) if entry not in entries]
        open_one = open_one or _open_near(latitude, longitude, day)
    return Alike(entries[:SHOWN], open_one)


def _comparable(reports: ReportQuerySet) -> ReportQuerySet:
    """Open reports that may be spoken of: none that hunters could use, none that is joined to another itself."""
    return reports.waiting().filter(joined_to=None).exclude(SECRET).due_first()


def _cites(entry: Entry, links: list[str]) -> bool:
    """Whether everybody can read that the entry rests on one of these; sources kept as evidence are not told of."""
    return any(canonical(source["url"]) in links for source in entry.sources)


def _entries_near(latitude: float, longitude: float, day: date) -> list[Entry]:
    days = [day + timedelta(days=step) for step in (-1, 0, 1)]
    dates = Q(*[Q(year=d.year, month=d.month, day=d.day) for d in days], _connector=Q.OR)
    near = Q(decimal_latitude__range=_around(latitude), decimal_longitude__range=_around(longitude))
    return list(Entry.objects.listed().filter(dates, near).order_by("-pk")[:SHOWN])


def _open_near(latitude: float, longitude: float, day: date) -> Report | None:
    days = [day + timedelta(days=step) for step in (-1, 0, 1)]
    dates = Q(*[Q(observed_year=d.year, observed_month=d.month, observed_day=d.day) for d in days], _connector=Q.OR)
    north, east = float(snap(latitude, Grid.MEDIUM)), float(snap(longitude, Grid.MEDIUM))
    for report in _comparable(Report.objects.filter(dates, latitude__isnull=False)):
        off = (abs(float(snap(report.latitude, Grid.MEDIUM)) - north), abs(float(snap(report.longitude, Grid.MEDIUM)) - east))
        if max(off) <= STEP * 1.01:
            return report
    return None


def _around(degrees: float) -> tuple[float, float]:
    return degrees - STEP, degrees + STEP
