"""Records: rows of other people's lists, under Darwin Core's column names, read as reports."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import takewhile
from typing import Any, TextIO

from hippolist import countries, licences
from hippolist.vocabulary import HowKnown, LifeStage, Species

# By how a name starts: authors may follow. A family or genus alone does not say which hippo.
_SPECIES = {
    "hippopotamus amphibius": Species.COMMON,
    "choeropsis": Species.PYGMY,
    "hexaprotodon liberiensis": Species.PYGMY,
    "hippopotam": Species.UNKNOWN,
}
_STAGES = {"adult": LifeStage.ADULT, "juvenile": LifeStage.JUVENILE, "immature": LifeStage.JUVENILE, "calf": LifeStage.JUVENILE}
KNOWN = ("occurrenceID", "gbifID", "references")


class Unreadable(Exception):
    """The rest of the file cannot be told apart into rows; the words say from which line on."""


class BadRow(Exception):
    """A row that cannot be a report; the words say why."""


@dataclass
class Record:
    """One row, read: its line in the file, what it is known by, and the fields of a Report."""

    line: int
    key: str
    values: dict[str, Any] = field(default_factory=dict)


def rows(file: TextIO) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells of each row; commas, semicolons or tabs, by what the header uses most."""
    header = file.readline()
    delimiter = max(",;\t", key=header.count)
    names = [name.strip() for name in next(csv.reader([header], delimiter=delimiter), [])]
    reader = csv.reader(file, delimiter=delimiter)
    begun = reader.line_num + 2
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                row = {name: cell.strip().replace("\0", "") for name, cell in zip(names, cells, strict=False)}
                yield reader.line_num + 1, row
            begun = reader.line_num + 2
    except csv.Error as error:
        raise Unreadable(f"The file cannot be read on from line {begun} ({error}). A stray quotation mark may stand there.") from None


def read(line: int, row: dict[str, str]) -> Record:
    """A row as the fields of a report. Raises BadRow with words."""
    key = next((f"{name}:{row[name]}" for name in KNOWN if row.get(name)), "")
    if not key:
        raise BadRow("has no occurrenceID, gbifID or references, so a second import could not recognise it")
    if len(key) > 500:
        raise BadRow("has an identifier longer than 500 characters")
    latitude, longitude = _place(row)
    year, month, day = _day(row)
    values = {
        "how_known": HowKnown.TOLD,
        "species": _species(row.get("scientificName", "")),
        "count": _whole(row.get("individualCount", ""), "individualCount"),
        "life_stage": _STAGES.get(row.get("lifeStage", "").lower(), LifeStage.UNKNOWN),
        "latitude": latitude,
        "longitude": longitude,
        "uncertainty_in_meters": _uncertainty(row.get("coordinateUncertaintyInMeters", "")),
        "observed_year": year,
        "observed_month": month,
        "observed_day": day,
        "place": (row.get("locality") or row.get("verbatimLocality") or "")[:300],
        "given_country_code": _country(row.get("countryCode", "")),
        "story": (row.get("occurrenceRemarks") or "")[:10_000],
        "occurrence_id": (row.get("occurrenceID") or "")[:300],
        "references": (row.get("references") or _as_link(row.get("occurrenceID", "")))[:500],
        "license": licences.parse(row.get("license", ""))[:200],
        "rights_holder": (row.get("rightsHolder") or "")[:200],
        "recorded_by": (row.get("recordedBy") or "")[:200],
    }
    return Record(line, key, values)


def _as_link(text: str) -> str:
    return text if text.startswith(("http://", "https://")) else ""


def _species(name: str) -> Species:
    if not name:
        return Species.UNKNOWN
    found = next((species for start, species in _SPECIES.items() if name.lower().startswith(start)), None)
    if not found:
        raise BadRow(f"is no hippo: scientificName is “{name[:60]}”")
    return found


def _country(code: str) -> str:
    if code and not countries.is_known(code.upper()):
        raise BadRow(f"has an unknown countryCode “{code[:10]}”")
    return code.upper()


def _place(row: dict[str, str]) -> tuple[float | None, float | None]:
    texts = row.get("decimalLatitude", ""), row.get("decimalLongitude", "")
    if texts == ("", ""):
        if not (row.get("locality") or row.get("verbatimLocality") or row.get("countryCode")):
            raise BadRow("has no place: neither coordinates nor locality nor countryCode")
        return None, None
    try:
        latitude, longitude = float(texts[0]), float(texts[1])
    except ValueError:
        raise BadRow(f"has coordinates that are no numbers: “{texts[0][:20]}”, “{texts[1][:20]}”") from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise BadRow(f"has coordinates off the earth: {texts[0][:20]}, {texts[1][:20]}")
    return latitude, longitude


def _whole(text: str, name: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"\d{1,6}(\.0+)?", text):
        raise BadRow(f"has a {name} that is no whole number: “{text[:20]}”")
    return int(float(text))


def _uncertainty(text: str) -> int | None:
    if not text:
        return None
    try:
        metres = float(text)
    except ValueError:
        metres = -1
    if not 0 <= metres <= 20_000_000:
        raise BadRow(f"has a coordinateUncertaintyInMeters that is no number of metres: “{text[:20]}”")
    return round(metres)


def _day(row: dict[str, str]) -> tuple[int | None, int | None, int | None]:
    """Year, month and day as far as known. Of an interval, what both ends share. Undated rows are fine."""
    if text := row.get("eventDate", ""):
        ends = [re.split(r"[T ]", part.strip())[0].split("-") for part in text.split("/")]
        parts = ends[0] if len(ends) == 1 else _common(ends[0], ends[1])
    else:
        parts = [row.get(name, "") for name in ("year", "month", "day")]
        text = "-".join(parts)
    known = list(takewhile(lambda part: part.strip("0 "), parts))
    if not known:
        return None, None, None
    try:
        numbers = [int(part) for part in known]
        first = date(*[*numbers, 1, 1][:3])
    except (ValueError, TypeError):
        raise BadRow(f"has a date that does not exist: “{text[:30]}”") from None
    if first.year < 1800 or first > date.today():  # noqa: DTZ011  (a day of margin does no harm in an import)
        raise BadRow(f"has a date outside 1800 to today: “{text[:30]}”")
    year, month, day = [*numbers, 0, 0][:3]
    return year, month or None, day or None


def _common(start: list[str], end: list[str]) -> list[str]:
    shared = []
    for one, other in zip(start, end, strict=False):
        if one != other:
            break
        shared.append(one)
    return shared
