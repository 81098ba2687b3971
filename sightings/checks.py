"""Checks: what the site itself notices about a report. A check asks or points; it never decides and never blocks.

To add one: write a function that takes a Case and answers a Result or None, give it its words, and list it in CHECKS.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from datetime import time as clock
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hippolist import countries
from hippolist.privacy import tells_too_much
from hippolist.vocabulary import HowKnown, Kind, Species

from . import gazetteer
from .territory import LIVING, country_status, km_between

# Photos of one sighting lie within this.
APART_KM, APART_HOURS = 2, 6
LONG_AGO = 10


class Seen(NamedTuple):
    """What one photo says of itself."""

    day: date | None = None
    time: clock | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass
class Case:
    """All that the checks look at, as plain values: no check asks the database."""

    species: str = Species.UNKNOWN
    kind: str = Kind.SIGHTING
    how_known: str = HowKnown.SAW
    country_code: str = ""
    given_country_code: str = ""
    place: str = ""
    latitude: float | None = None
    longitude: float | None = None
    uncertainty: int = 0
    year: int | None = None
    month: int | None = None
    day: int | None = None
    count: int | None = None
    story: str = ""
    sent_on: date | None = None
    photos: list[Seen] = field(default_factory=list)
    same_link: list[str] = field(default_factory=list)
    same_photo: list[str] = field(default_factory=list)
    # Ids of checks of which the reporter said: it is right as I wrote it.
    confirmed: list[str] = field(default_factory=list)

    @property
    def points(self) -> list[tuple[float, float]]:
        """Where photos say that they were taken."""
        return [(photo.latitude, photo.longitude) for photo in self.photos if photo.latitude is not None and photo.longitude is not None]

    @property
    def doubt(self) -> str:
        """How grave a doubt is: a photo can be looked at, so it is only worth a look."""
        return "question" if self.photos else "warn"


class Result(NamedTuple):
    severity: str
    evidence: dict[str, Any] = {}


def date_check(case: Case) -> Result | None:
    """A photo taken on another day than the sighting; or a sighting that is long ago. A photo without a day says nothing."""
    taken = [photo.day for photo in case.photos if photo.day]
    if case.year and case.month and case.day and taken:
        seen = date(case.year, case.month, case.day)
        off = [day for day in taken if abs((day - seen).days) > 1]
        return Result("warn", {"photo": off[0].isoformat(), "said": seen.isoformat()}) if off else Result("ok", {"photo": seen.isoformat()})
    if case.year and case.sent_on and case.sent_on.year - case.year > LONG_AGO:
        return Result("question", {"year": case.year})
    return None


def country_check(case: Case) -> Result | None:
    """Whether this hippo is known to live in that country (facts compiled from sources of 2005 to 2020)."""
    if not case.country_code:
        return Result(case.doubt, {"sea": True}) if case.latitude is not None else None
    country = countries.name(case.country_code, "en")
    if case.given_country_code and case.given_country_code != case.country_code:
        return Result("warn", {"country": case.country_code, "given": case.given_country_code})
    status = country_status().get((case.country_code, Species(case.species).scientific_name))
    if case.species == Species.UNKNOWN:
        known = [s for (code, _name), s in country_status().items() if code == case.country_code]
        status = known[0] if known else None
    if status is None:
        # Held animals live anywhere.
        severity = "ok" if case.kind == Kind.CAPTIVE else case.doubt
        return Result(severity, {"country": case.country_code, "name": country, "status": "none"})
    severity = "ok" if status in LIVING else "question"
    return Result(severity, {"country": case.country_code, "name": country, "status": status})


def photo_place_check(case: Case) -> Result | None:
    """Whether the photos were taken where the pin is. A photo that does not know its place says nothing."""
    if case.latitude is None or case.longitude is None or not case.points:
        return None
    away = [(km_between((case.latitude, case.longitude), point), point) for point in case.points]
    km, (latitude, longitude) = max(away)
    if km <= max(APART_KM, case.uncertainty / 1000):
        return Result("ok")
    return Result("warn", {"km": round(km), "latitude": latitude, "longitude": longitude})


def vague_check(case: Case) -> Result | None:
    """A place in words that nobody could find on a map: what moderators ask for most."""
    if case.latitude is not None or not case.place or case.how_known == HowKnown.READ or gazetteer.find(case.place):
        return None
    return Result("question", {"place": case.place})


def apart_check(case: Case) -> Result | None:
    """Photos that fall apart in place or time: perhaps several sightings in one report."""
    moments = [datetime.combine(photo.day, photo.time) for photo in case.photos if photo.day and photo.time]
    hours = (max(moments) - min(moments)).total_seconds() / 3600 if moments else 0
    km = max((km_between(case.points[0], point) for point in case.points), default=0)
    return Result("question", {"hours": round(hours), "km": round(km)}) if hours > APART_HOURS or km > APART_KM else None


def link_check(case: Case) -> Result | None:
    """Another report or entry that names the same story."""
    return Result("question", {"others": case.same_link}) if case.same_link else None


def photo_check(case: Case) -> Result | None:
    """A photo that came with another report too."""
    return Result("warn", {"others": case.same_photo}) if case.same_photo else None


def count_check(case: Case) -> Result | None:
    """More than the largest pods that are told of."""
    return Result("question", {"count": case.count}) if case.count and case.count > 200 else None


def text_check(case: Case) -> Result | None:
    """Words that would lead to an exact place or a person."""
    found = tells_too_much(case.story)
    return Result("question", {"found": found}) if found else None


Check = Callable[[Case], Result | None]
# id → (version, check). Raise the version when a check changes, so that old findings are made anew.
CHECKS: dict[str, tuple[int, Check]] = {
    "date": (1, date_check),
    "country": (2, country_check),
    "photo_place": (1, photo_place_check),
    "vague": (1, vague_check),
    "apart": (1, apart_check),
    "same_link": (1, link_check),
    "same_photo": (1, photo_check),
    "count": (1, count_check),
    "text": (1, text_check),
}


def findings(case: Case) -> list[tuple[str, int, Result]]:
    """What all checks found: triples of check id, its version, and the result."""
    results = [(name, version, check(case)) for name, (version, check) in CHECKS.items()]
    return [(name, version, _with_answer(case, name, result)) for name, version, result in results if result]


def _with_answer(case: Case, name: str, result: Result) -> Result:
    confirmed = name in case.confirmed and result.severity != "ok"
    return Result(result.severity, {**result.evidence, "confirmed": True}) if confirmed else result


_STATUS_WORDS: dict[str, Promise] = {
    "native_extant": _("%(name)s is hippo country."),
    "introduced": _("Hippos were brought to %(name)s and live there."),
    "extinct": _("Hippos died out in %(name)s. Look closely."),
    "possibly_extinct": _("Hippos may have died out in %(name)s. Look closely."),
    "disputed": _("It is disputed whether hippos live in %(name)s."),
    "none": _("No wild hippos of this kind are known in %(name)s."),
}
_WORDS: dict[str, Promise] = {
    "date.warn": _("A photo was taken on %(photo)s, the report says %(said)s."),
    "date.ok": _("The photo was taken on that day."),
    "photo_place.warn": _("A photo was taken %(km)s km away from the pin."),
    "photo_place.ok": _("The photos were taken where the pin is."),
    "vague.question": _("No pin, and “%(place)s” is on none of our maps."),
    "apart.question": _("The photos lie %(km)s km and %(hours)s hours apart. Perhaps it is more than one sighting."),
    "date.question": _("This was long ago (%(year)s)."),
    "same_link.question": _("The same story is named in %(others)s."),
    "same_photo.warn": _("The same photo came with %(others)s."),
    "count.question": _("%(count)s is more than the largest pods that are told of."),
    "text.question": _("The text holds %(found)s. Take it out before it is published."),
}


def words(check_id: str, severity: str, evidence: dict[str, Any]) -> str:
    """A finding in the active language, and what the reporter answered when asked."""
    said = _words(check_id, severity, evidence)
    confirmed = _("Asked about it, the reporter said that it is right.")
    return f"{said} {confirmed}" if evidence.get("confirmed") else said


def _words(check_id: str, severity: str, evidence: dict[str, Any]) -> str:
    values = {key: ", ".join(value) if isinstance(value, list) else value for key, value in evidence.items()}
    if check_id != "country":
        return str(_WORDS[f"{check_id}.{severity}"]) % values
    if evidence.get("sea"):
        return str(_("The pin lies in the sea, or far from any land."))
    values["name"] = countries.name(evidence["country"])
    if given := evidence.get("given"):
        return str(_("The record says %(given)s, the pin lies in %(name)s.")) % {**values, "given": countries.name(given)}
    return str(_STATUS_WORDS[evidence["status"]]) % values
