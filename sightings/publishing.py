"""Publishing: the public part of a report, and the step that puts it on the list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from hippolist import countries, licences
from hippolist.models import Conflict, Entry, Picture
from hippolist.places import public_place
from hippolist.vocabulary import Grid, HowKnown, Kind, Species

from . import letters
from .links import may_tell_more
from .models import Certainty, Credit, Photo, PhotoUse, Report, SourceLink
from .photos import publish, unpublish

# What hunters could use appears later than it was seen.
HELD_DAYS = 30


@dataclass
class Shown:
    """A photo that a moderator chose to publish, with the words for those who cannot see it."""

    photo: Photo
    alt: str


def is_sensitive(kind: str, species: str) -> bool:
    return kind in {Kind.DEAD_ANIMAL, Kind.POACHING} or species == Species.PYGMY


def finest_grid(report: Report, kind: str, species: str) -> Grid:
    """The finest grid that this report may be shown on; a moderator may only choose a coarser one."""
    if report.latitude is None or report.certainty == Certainty.COUNTRY:
        return Grid.NONE
    return Grid.MEDIUM if is_sensitive(kind, species) or kind == Kind.CAPTIVE else Grid.FINE


def appears_on(public: Mapping[str, Any]) -> date:
    """The first day an entry is shown: today, or 30 days after the sighting where hunters could use it."""
    today = timezone.localdate()
    if not is_sensitive(public["kind"], public["species"]) or not public["year"]:
        return today
    # Where day or month is unknown, the last day it can have been.
    month, day = public["month"] or 12, public["day"]
    first = date(public["year"], month, day or 1)
    seen = first if day else (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return max(today, seen + timedelta(days=HELD_DAYS))


def draft(report: Report) -> dict[str, Any]:
    """The public text as it would stand, so that a plain case needs no typing."""
    with override(report.language):
        # Where hunters could use it, or a home is near, not even the place's name is drafted.
        open_place = finest_grid(report, report.kind, report.species) == Grid.FINE or report.how_known == HowKnown.READ
        place = report.place.split(",")[0].strip()[:200] if open_place else ""
        return {
            "title": _headline(report, place),
            "story": report.story,
            "kind": report.kind,
            "species": report.species,
            "individual_count": report.count,
            "life_stage": report.life_stage,
            "condition": report.condition,
            "year": report.observed_year,
            "month": report.observed_month,
            "day": report.observed_day,
            "country_code": report.country_code,
            "place_name": place,
            "grid": finest_grid(report, report.kind, report.species),
        }


def _headline(report: Report, place: str) -> str:
    source = next((s.title for s in report.sources.all() if s.title), "")
    if report.how_known == HowKnown.READ and source:
        return source[:200]
    where = place or (countries.name(report.country_code) if report.country_code else "")
    if report.kind != Kind.SIGHTING:
        what = str(Kind(report.kind).label)
    elif report.count:
        what = ngettext("%d hippo seen", "%d hippos seen", report.count) % report.count
    else:
        what = _("Hippos seen")
    return (_("%(what)s: %(where)s") % {"what": what, "where": where} if where else what)[:200]


def sources_to_show(report: Report) -> list[SourceLink]:
    """The sources that are shown unless somebody unticks them: none that may tell a finer place than we do."""
    coarse = report.latitude is not None and finest_grid(report, report.kind, report.species) != Grid.FINE
    return [] if coarse else [source for source in report.sources.all() if not may_tell_more(source.url)]


def cited(source: SourceLink) -> dict[str, str]:
    """A source as an entry cites it."""
    day = source.date.isoformat() if source.date else ""
    return {"title": source.title, "publisher": source.publisher, "date": day, "url": source.url, "archived_url": ""}


def taken_over_words() -> str:
    return _("Taken over from another list; our team did not look at it one by one.")


def _checked(report: Report, by) -> str:
    """In the language of the entry, whatever the language of who looks."""
    with override(report.language):
        return checked_words(report, by) if by else taken_over_words()


def checked_words(report: Report, by) -> str:
    """What was checked and how many looked; pushed with the entry, since the list cannot ask sightings."""
    what = [_("place and date")] if report.how_known != HowKnown.READ else [_("the source")]
    if report.photos.exists():
        what.insert(0, _("photos"))
    people = {decision.by_id for decision in report.decisions.all() if decision.by_id} | {by.pk}
    looked = ngettext("%d person on our team looked at it.", "%d people on our team looked at it.", len(people)) % len(people)
    return _("Checked: %(what)s. %(looked)s") % {"what": ", ".join(what), "looked": looked}


def verify(report: Report, *, by, public: Mapping[str, Any], photos: Iterable[Shown] = (), message: str = "") -> Entry:
    """Put a report on the list: pictures, entry, decision and letter, all or nothing.

    `public` holds title, story, kind, species, individual_count, life_stage, condition, year, month, day,
    country_code, place_name, grid, and sources (dicts of title, publisher, date, url, archived_url) as they will be
    shown. The exact place is rounded here, once. Raises Conflict where the report was decided already, ValueError
    where the grid is finer than allowed.
    """
    _still_open(report)
    grid = Grid(public["grid"])
    if grid.rank < finest_grid(report, public["kind"], public["species"]).rank:
        raise ValueError(f"{grid} is finer than this report may be shown on")
    values = {**public, **public_place(report.latitude, report.longitude, grid, report.uncertainty)}
    pictures: list[dict[str, Any]] = []
    try:
        # Decoding takes long: it is done before the transaction, and undone if that fails.
        for shown in photos if report.photo_use == PhotoUse.PUBLISH else ():
            pictures.append(_publish(shown, report))
        with transaction.atomic():
            return _enter(report, by, values, pictures, message)
    except BaseException:
        for picture in pictures:
            unpublish(picture["name"])
        raise


def _publish(shown: Shown, report: Report) -> dict[str, Any]:
    # Where somebody looks again after the original was deleted, the preview is what is left of it.
    with (shown.photo.original or shown.photo.preview).open("rb") as file:
        made = publish(file.file)
    credit = report.reporter_name if report.credit == Credit.NAME else ""
    return {
        "name": made.name,
        "width": made.width,
        "height": made.height,
        "alt": shown.alt,
        "credit": credit,
        "license": licences.own(),
    }


def _still_open(report: Report) -> None:
    if not Report.objects.undecided().filter(pk=report.pk, state=report.state).exists():
        raise Conflict(_("This report was decided in the meantime. Load it again to see how."))


def _enter(report: Report, by, values: dict[str, Any], pictures: list[dict[str, Any]], message: str) -> Entry:
    # Asked again under the write lock; `move` at the end is the guard, this saves making an entry in vain.
    _still_open(report)
    entry = Entry.publish(
        by=by,
        appears_on=appears_on(values),
        **{"checked": _checked(report, by), **values},
        pictures=pictures,
        how_known=report.how_known,
        language=report.language,
        license=report.license if report.is_imported else licences.own(),
        rights_holder=report.rights_holder,
        recorded_by=report.recorded_by or (report.reporter_name if report.credit == Credit.NAME else ""),
        occurrence_id=report.occurrence_id,
        references=report.references,
        demo=report.demo,
    )
    Picture.objects.bulk_create(
        Picture(name=p["name"], entry=entry, width=p["width"], height=p["height"], demo=report.demo) for p in pictures
    )
    report.move(report.state, Report.State.VERIFIED, by=by, message=message, entry=entry, decided_at=timezone.now())
    letters.verified(report, entry, message)
    take_along(report, entry, by=by)
    return entry


def take_along(report: Report, entry: Entry, *, by) -> None:
    """Further witnesses that were joined to a report share its end. Held ones wait until somebody looked at them."""
    for other in report.joined.undecided().filter(screening=""):
        other.join(entry, by=by)
        letters.verified(other, entry, "")
