"""Exports: one row of data per situation, and the files made of rows: CSV, JSON, GeoJSON."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from . import countries
from .models import Entry, Revision

CHUNK = 500
# Columns that hold what people wrote. A spreadsheet would run a cell that starts like a formula.
FREE_TEXT = {
    *("title", "locality", "license", "rightsHolder", "recordedBy", "occurrenceID", "references"),
    *("sources", "pictures", "checked", "story", "reasons", "reason"),
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def row(situation: Entry | Revision) -> dict[str, Any]:
    """What the public may know of a situation, in the names of Darwin Core where it has one; an empty string or None
    where nothing is known. A Revision comes from `like_entries()`.
    """
    return {
        "id": situation.code,
        "revision": situation.revision_number,
        "title": situation.title,
        "kind": situation.kind,
        "scientificName": situation.scientific_name,
        "individualCount": situation.individual_count,
        "lifeStage": situation.life_stage,
        "condition": situation.condition,
        "howKnown": situation.how_known,
        "eventDate": situation.event_date,
        "year": situation.year,
        "month": situation.month,
        "day": situation.day,
        "country": countries.name(situation.country_code, "en") if situation.country_code else "",
        "countryCode": situation.country_code,
        "locality": situation.place_name,
        **_place(situation),
        "license": situation.license,
        "rightsHolder": situation.rights_holder,
        "recordedBy": situation.recorded_by,
        "occurrenceID": situation.occurrence_id or link(situation),
        "references": situation.references,
        "sources": [_source(source) for source in situation.sources],
        "pictures": [picture(found) for found in situation.pictures],
        "checked": situation.checked,
        "story": situation.story,
        "language": situation.language,
        "link": link(situation),
        "listed": situation.appears_on.isoformat(),
        "changed": situation.changed_at.date().isoformat(),
        "demo": situation.demo,
    }


def _place(situation: Entry | Revision) -> dict[str, Any]:
    latitude, longitude, placed = situation.decimal_latitude, situation.decimal_longitude, situation.has_place
    return {
        "decimalLatitude": None if latitude is None else on_grid(latitude, situation.grid),
        "decimalLongitude": None if longitude is None else on_grid(longitude, situation.grid),
        "geodeticDatum": "EPSG:4326" if placed else "",
        "coordinateUncertaintyInMeters": situation.coordinate_uncertainty_in_meters,
        "coordinatePrecision": Decimal(situation.grid) if placed else None,
        "dataGeneralizations": situation.data_generalizations,
        "informationWithheld": situation.information_withheld,
    }


def on_grid(degrees: Decimal, grid: str) -> Decimal:
    """A coordinate with no more decimals than its grid has.

    >>> str(on_grid(Decimal("-24.30"), "0.1"))
    '-24.3'
    """
    return Decimal(degrees).quantize(Decimal(grid))


def link(situation: Entry | Revision) -> str:
    """The address that is printed in files: the same in every language."""
    return f"{settings.SITE_URL}{_list_address()}{situation.code}/"


@cache
def _list_address() -> str:
    """Asked once: looking it up anew for every row was half of the time that a file took."""
    with translation.override("en"):
        return reverse("hippolist:list")


def _source(source: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(source.get(name) or "") for name in ("title", "publisher", "date", "url", "archived_url")}


def picture(found: Mapping[str, Any]) -> dict[str, Any]:
    """One picture of a situation: its address, its size, whose it is, and what it shows."""
    values = {name: str(found.get(name) or "") for name in ("alt", "credit", "license")}
    url = settings.SITE_URL + reverse("data:media", args=[f"{found['name']}-1600.webp"])
    return {"url": url, "width": found.get("width"), "height": found.get("height"), **values}


@cache
def columns() -> list[str]:
    """The names of all columns, in their order."""
    return list(row(Entry(pk=1)))


class _Echo:
    """A file that hands back what is written into it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[Mapping[str, Any]], names: Sequence[str] = ()) -> Iterator[str]:
    """RFC 4180, one line at a time. Text that a spreadsheet would take for a formula gets an apostrophe in front."""
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    names = names or columns()
    yield writer.writerow(names)
    for values in rows:
        yield writer.writerow([_cell(name, values[name]) for name in names])


def _cell(name: str, value: Any) -> Any:
    if isinstance(value, list):
        value = " | ".join(item["url"] if isinstance(item, dict) else str(item) for item in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if name in FREE_TEXT and str(value).startswith(_FORMULA):
        return f"'{value}"
    return value


def json_lines(rows: Iterable[Mapping[str, Any]], name: str = "entries", **around: Any) -> Iterator[str]:
    """`{…around, "entries": […]}`, one entry at a time."""
    yield from _around(name, around, map(dumps, rows))


def geojson_lines(rows: Iterable[Mapping[str, Any]], **around: Any) -> Iterator[str]:
    """A FeatureCollection of all; without a place the geometry is null."""
    around = {"type": "FeatureCollection", **around}
    yield from _around("features", around, (dumps(_feature(values)) for values in rows))


def _around(name: str, around: Mapping[str, Any], items: Iterable[str]) -> Iterator[str]:
    yield dumps(around)[:-1] + (", " if around else "") + f'"{name}": ['
    separator = "\n"
    for item in items:
        yield separator + item
        separator = ",\n"
    yield "\n]}\n"


def _feature(values: Mapping[str, Any]) -> dict[str, Any]:
    geometry = None
    if values["decimalLatitude"] is not None:
        geometry = {"type": "Point", "coordinates": [values["decimalLongitude"], values["decimalLatitude"]]}
    return {"type": "Feature", "id": values["id"], "geometry": geometry, "properties": values}


def dumps(value: Any) -> str:
    """JSON in one line. A coordinate becomes a number with the decimals of its grid at the most."""
    return json.dumps(value, ensure_ascii=False, default=_number)


def _number(value: Decimal) -> float | int:
    return int(value) if value == value.to_integral_value() else float(value)
