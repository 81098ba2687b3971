"""Questions: what the reporter can settle now and a moderator would have to ask by mail. Never a block: sending again is enough."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from hippolist import countries
from hippolist.vocabulary import Kind, Species

from . import coordinates, gazetteer, territory
from .checks import Case, Result, words
from .models import Certainty

# What an answer may change in the form.
CHANGES = {"latitude", "longitude", "certainty", "kind", "species", "observed_year", "observed_month", "observed_day", "count", "place"}
RIGHT = "right"
# Asked along with others, and on the receipt; by itself no reason to stop somebody who is about to send.
ALONG = {"vague"}
SUGGESTED = 3


@dataclass
class Question:
    """One plain question; each option is a pair of its value in the form (`right`, or fields=values) and its words."""

    check_id: str
    words: str
    options: list[tuple[str, str]] = field(default_factory=list)
    # Asked for in the person's own words beside the options.
    more: str = ""

    @property
    def name(self) -> str:
        return f"fix_{self.check_id}"


def ask(case: Case, found: list[tuple[str, int, Result]]) -> list[Question]:
    """The findings that the reporter can settle, each as one question."""
    results = [(name, result) for name, _version, result in found if result.severity != "ok" and name in _ASK]
    return [_ASK[name](case, words(name, result.severity, result.evidence), result.evidence) for name, result in results]


def settle(data: QueryDict) -> QueryDict:
    """The form's data with the chosen answers put in. Answers that are none of ours change nothing."""
    data = data.copy()
    for name in _ASK:
        answer = data.get(f"fix_{name}", "")
        for key, value in parse_qsl(answer[:500], max_num_fields=10) if answer != RIGHT else ():
            if key in CHANGES:
                data[key] = value
    if more := data.get("place_more", "").strip():
        data["place"] = ", ".join(filter(None, [data.get("place", ""), more]))[:300]
    return data


def confirmed(data: QueryDict) -> list[str]:
    return [name for name in _ASK if data.get(f"fix_{name}") == RIGHT]


def _place(latitude: float, longitude: float, code: str = "", **more: str) -> tuple[str, str]:
    country = countries.name(code or territory.country_of(latitude, longitude))
    value = urlencode({"latitude": latitude, "longitude": longitude, **more})
    return value, _("I meant %(latitude)s, %(longitude)s in %(country)s") % {
        "latitude": latitude,
        "longitude": longitude,
        "country": country,
    }


def _date(case: Case, said: str, evidence: dict[str, Any]) -> Question:
    if "photo" not in evidence:
        here = str(case.sent_on.year) if case.sent_on else ""
        options = [(f"observed_year={here}", _("It was in %s") % here), (RIGHT, _("It was that long ago"))]
        return Question("date", said, options)
    year, month, day = evidence["photo"].split("-")
    value = urlencode({"observed_year": int(year), "observed_month": int(month), "observed_day": int(day)})
    options = [(value, _("The photo is right: %s") % evidence["photo"]), (RIGHT, _("My date is right, the camera’s clock is wrong"))]
    return Question("date", said, options)


def _country(case: Case, said: str, evidence: dict[str, Any]) -> Question:
    meant = coordinates.did_you_mean(case.latitude, case.longitude) if case.latitude is not None and case.longitude is not None else []
    options = [_place(*point) for point in meant]
    if evidence.get("sea"):
        return Question("country", said, [*options, (RIGHT, _("The pin is right"))])
    other = Species.PYGMY if case.species == Species.COMMON else Species.COMMON
    if (case.country_code, other.scientific_name) in territory.country_status():
        options.append((f"species={other.value}", _("It was this one: %s") % other.label))
    if case.kind == Kind.SIGHTING:
        options.append((f"kind={Kind.CAPTIVE.value}", _("It was held by people, in a zoo or on a farm")))
    return Question("country", said, [*options, (RIGHT, _("It was there, and free"))])


def _photo_place(case: Case, said: str, evidence: dict[str, Any]) -> Question:
    value = urlencode({"latitude": evidence["latitude"], "longitude": evidence["longitude"]})
    return Question("photo_place", said, [(value, _("The photo’s place is right")), (RIGHT, _("My pin is right"))])


def _vague(case: Case, said: str, evidence: dict[str, Any]) -> Question:
    words = _("We cannot find “%s” on our maps.") % case.place
    return Question("vague", words, _suggested(case.place), more=_("In which country is it, and near which town, park or lake?"))


def find(text: str) -> Question:
    """The places that a typed name may mean, for the Find button of browsers without script."""
    options = _suggested(text)
    if not options:
        return Question("vague", _("We found no place of that name. Tap the map, or go on: a name in your own words is fine."))
    return Question("vague", _("Which of these?"), options)


def _suggested(text: str) -> list[tuple[str, str]]:
    options = []
    for place in gazetteer.search(text, limit=SUGGESTED):
        certainty = Certainty.VILLAGE if place.kind in gazetteer.PRECISE else Certainty.DISTRICT
        value = urlencode({"latitude": place.latitude, "longitude": place.longitude, "certainty": certainty.value})
        options.append((value, _("%(place)s, %(country)s") % {"place": place.name, "country": countries.name(place.country_code)}))
    return options


def _count(case: Case, said: str, evidence: dict[str, Any]) -> Question:
    return Question("count", said, [(RIGHT, _("There were that many"))])


def _apart(case: Case, said: str, evidence: dict[str, Any]) -> Question:
    advice = _("If so, please send a report for each.")
    return Question("apart", f"{said} {advice}", [(RIGHT, _("It is one sighting"))])


_ASK = {"date": _date, "country": _country, "photo_place": _photo_place, "vague": _vague, "count": _count, "apart": _apart}
