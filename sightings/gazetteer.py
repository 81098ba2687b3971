"""Gazetteer: where the places lie that people name. Our own hippo places, then waters and towns of Natural Earth."""

import csv
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from django.conf import settings

from hippolist import countries

from .territory import FACTS, distance_km, km_between

LONGEST = 300
# Kinds that are a point; the others reach far.
PRECISE = {"town", "dam", "water"}
# Words that say what a place is, or nothing at all: nobody finds a place by them alone.
_KINDS = {
    "river": "river rivers rio riviere fleuve mto stream",
    "lake": "lake lakes lac lago lagoa laguna lagoon ziwa",
    "dam": "dam barrage barragem represa embalse reservoir bwawa",
    "park": "park parc parque hifadhi np national nacional nationale game reserve reserva nature wildlife sanctuary conservancy",
    "town": "town city village ville cidade ciudad aldeia pueblo mji kijiji",
    "": "the of in at near and a an la le les de du des da do dos del el l et y e em na ya wa",
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}
COMMON = list(_KIND_OF)
# Names that are also words of our languages.
_ORDINARY = set(re.findall(r"\w+", "same mango springs honda turbo bello soledad panda manga tame kati pita kumi bata moyo gore pala"))


class Place(NamedTuple):
    name: str
    country_code: str
    latitude: float
    longitude: float
    kind: str  # park, lake, river, dam, town, water

    @property
    def point(self) -> tuple[float, float]:
        return self.latitude, self.longitude


Words = tuple[str, ...]


class Index(NamedTuple):
    """Every name of every place, the best known first; which rows hold a word, and which are called so but for their kind."""

    places: list[Place]
    names: list[Words]
    words: list[str]
    rows_of: dict[str, list[int]]
    rows_named: dict[Words, list[int]]


def places() -> list[Place]:
    return _index().places


def search(text: str, limit: int = 8) -> list[Place]:
    """Places that a name or its beginning may mean, best first; a slip of the pen is forgiven where nothing else fits."""
    asked = _words(text) if len(text) <= LONGEST else ()
    core, index = _core(asked) or asked, _index()
    costs = _rows(core, _beginning) or _rows(core, _alike)

    def rank(row: int) -> tuple[int, int, int]:
        name = index.names[row]
        same = name == asked or (core == asked and _core(name) == core)
        begins = " ".join(name).startswith(" ".join(asked))
        return costs[row], 0 if same else 2 - begins, row

    best: dict[tuple[float, float], Place] = {}
    for row in sorted(costs, key=rank):
        best.setdefault(index.places[row].point, index.places[row])
    return list(best.values())[:limit]


def find(text: str) -> Place | None:
    """The one place that a phrase surely names: a town rather than the river it lies on; nothing where it may be two."""
    meant, codes = _meant(re.findall(r"[^\W_]+", re.sub("['’]", "", text[:LONGEST])))
    spots = sorted(filter(None, (_one_of(rows, codes) for rows in meant)), key=lambda place: place.kind not in PRECISE)
    for other in spots[1:]:
        alike = (other.kind in PRECISE) == (spots[0].kind in PRECISE)
        if (alike or other.kind != "river") and km_between(spots[0].point, other.point) > (150 if alike else 400):
            return None
    return spots[0] if spots else None


def _meant(written: list[str]) -> tuple[list[list[int]], set[str]]:
    """The rows of each name in a phrase, the longest first, and the countries that it names."""
    words, lands = tuple(map(countries.fold, written)), _lands()
    found: list[tuple[list[int], bool]] = []
    codes: set[str] = set()
    at = strangers = 0
    while at < len(words):
        for size in range(min(6, len(words) - at), 0, -1):
            part = words[at : at + size]
            if code := lands.get(part):
                codes.add(code)
                break
            if rows := _called(part):
                found.append((rows, _is_sure(part, written[at : at + size], rows[0])))
                break
        else:
            strangers += words[at] not in _KIND_OF
        at += size
    alone = len(found) == 1 and not strangers
    return [rows for rows, sure in found if sure or alone], codes


def _called(part: Words) -> list[int]:
    """The places that go by a name; "Luangwa River" is the river, not the town."""
    index = _index()
    kinds = {_KIND_OF[word] for word in part if _KIND_OF.get(word)}
    core = _core(part)
    rows = [row for row in index.rows_named.get(core, ()) if core and (not kinds or index.places[row].kind in kinds)]
    return [row for row in rows if kinds and index.names[row] == part] or rows


def _is_sure(part: Words, written: list[str], row: int) -> bool:
    """Whether these words of a phrase are a name, and no ordinary word that looks like one."""
    core = _core(part)
    if len(core) > 1 or len(core) < sum(bool(_KIND_OF.get(word, "x")) for word in part):
        return True
    name = written[part.index(core[0])]
    return core[0] not in _ORDINARY and ((len(name) > 3 and name[0].isupper()) or (len(name) > 5 and row < _own_rows()))


def _one_of(rows: list[int], codes: set[str]) -> Place | None:
    """The place of a name, if all that bear it, in the countries named, lie together."""
    named = [_index().places[row] for row in rows]
    fit = [place for place in named if not codes or any(distance_km(*place.point, code) <= 50 for code in codes)]
    return fit[0] if fit and all(km_between(fit[0].point, other.point) <= 150 for other in fit) else None


def _words(text: str) -> Words:
    return tuple(re.findall(r"[^\W_]+", re.sub("['’]", "", countries.fold(text))))


def _core(words: Words) -> Words:
    return tuple(word for word in words if word not in _KIND_OF)


def _rows(words: Words, near: Callable[[str], dict[str, int]]) -> dict[int, int]:
    """The rows that hold something near to each word, and how far from it they are in all."""
    total: dict[int, int] | None = None
    for word in words[:8]:
        costs: dict[int, int] = {}
        for known, cost in near(word).items():
            for row in _index().rows_of[known]:
                costs[row] = min(cost, costs.get(row, cost))
        total = costs if total is None else {row: total[row] + cost for row, cost in costs.items() if row in total}
    return total or {}


def _beginning(word: str) -> dict[str, int]:
    words = _index().words
    return dict.fromkeys(words[bisect_left(words, word) : bisect_left(words, word + "\uffff")], 0)


def _alike(word: str) -> dict[str, int]:
    """Words within one edit, from eight letters within two; also those that only began to be typed."""
    edits = 0 if len(word) < 4 else 1 if len(word) < 8 else 2
    found = _beginning(word)
    for known in _index().words if edits else ():
        for piece in {known, known[: len(word)]} if known[0] == word[0] else {known}:
            near = abs(len(piece) - len(word)) <= edits and len(set(piece) ^ set(word)) <= 2 * edits
            if near and (cost := _edits(piece, word)) <= edits:
                found[known] = min(cost, found.get(known, cost))
    return found


def _edits(one: str, other: str) -> int:
    """Letters added, left out, changed or swapped with their neighbour (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]


@cache
def _read(name: str) -> list[Place]:
    found = []
    with (FACTS / name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            where = row["country_code"], float(row["latitude"]), float(row["longitude"]), row["kind"]
            found += [Place(called, *where) for called in (row["name"], *row["other_names"].split("|")) if called]
    return found


def _own_rows() -> int:
    return len(_read("places.csv"))


@cache
def _index() -> Index:
    everything = _read("places.csv") + _read("natural_earth.csv")
    names = [_words(place.name) for place in everything]
    rows_of, rows_named = defaultdict(list), defaultdict(list)
    for row, name in enumerate(names):
        rows_named[_core(name)].append(row)
        for word in dict.fromkeys(name):
            rows_of[word].append(row)
    return Index(everything, names, sorted(rows_of), rows_of, rows_named)


@cache
def _lands() -> dict[Words, str]:
    """The countries of hippos, by their names in all our languages."""
    return {
        _words(name): code
        for language, _name in settings.LANGUAGES
        for code, name in countries.choices(language, countries.HIPPO_COUNTRIES)
    }
