"""Territory: in which country a point lies, from the outlines that ship with the site."""

import csv
import json
import math
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from hippolist.projection import AFRICA, COLOMBIA

FACTS = Path(__file__).parent / "facts"
NEAR_KM = 10.0
KM_PER_DEGREE = 111.32
EARTH_KM = 6371.0
# What country_status says where hippos live today.
LIVING = {"native_extant", "introduced"}


def country_of(latitude: float, longitude: float) -> str:
    """The ISO code of the country that holds a point, or of the nearest one within 10 km; nothing at sea."""
    from shapely import Point

    point = Point(longitude, latitude)
    outlines = _outlines(latitude, longitude)
    for index in outlines.tree.query(point, predicate="intersects"):
        return outlines.codes[index]
    around = {outlines.codes[index] for index in outlines.tree.query(point.buffer(1.0))}
    distances = {code: distance_km(latitude, longitude, code) for code in around}
    near = {code: km for code, km in distances.items() if km <= NEAR_KM}
    return min(near, key=lambda code: near[code]) if near else ""


def settle(latitude: float, longitude: float, given: str) -> tuple[str, bool]:
    """The country of a record that names one itself, and whether its own word stands.

    On a border river both banks are near: a record's own country stands within 10 km of that country.
    """
    if given and distance_km(latitude, longitude, given) <= NEAR_KM:
        return given, True
    return country_of(latitude, longitude), not given


def distance_km(latitude: float, longitude: float, code: str) -> float:
    """Kilometres from a point to a country, 0 inside it; infinite for a country that the map lacks."""
    from shapely import Point, affinity, box

    shape = _outlines(latitude, longitude).shapes.get(code)
    if shape is None:
        return math.inf
    # Near the point a degree of longitude is shorter by the cosine of the latitude; that is exact enough for 10 km.
    shrink = math.cos(math.radians(latitude))
    reach = 2.0
    around = shape.intersection(box(longitude - reach / shrink, latitude - reach, longitude + reach / shrink, latitude + reach))
    if around.is_empty:
        return math.inf
    flat = affinity.scale(around, xfact=shrink, yfact=1, origin=(0, 0))
    return flat.distance(Point(longitude * shrink, latitude)) * KM_PER_DEGREE


def km_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres between two places given as (latitude, longitude), on a sphere."""
    a, b = (tuple(map(math.radians, place)) for place in (one, other))
    half = math.sin((a[0] - b[0]) / 2) ** 2 + math.cos(a[0]) * math.cos(b[0]) * math.sin((a[1] - b[1]) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


class Outlines(NamedTuple):
    """The countries of one shipped map, and a tree that finds them by place."""

    shapes: dict[str, Any]
    codes: list[str]
    tree: Any


def _outlines(latitude: float, longitude: float) -> Outlines:
    """The finest map that shows a place. Maps of one region cut off what leaves it, so they serve only inside."""
    if AFRICA.holds(latitude, longitude):
        return _load("hippo-africa")
    return _load("hippo-colombia" if COLOMBIA.holds(latitude, longitude) else "world")


@cache
def _load(name: str) -> Outlines:
    from shapely import STRtree

    shapes = _read(json.loads((FACTS / f"{name}.topo.json").read_text(encoding="utf-8")))
    return Outlines(shapes, list(shapes), STRtree(list(shapes.values())))


def _read(topology: dict[str, Any]) -> dict[str, Any]:
    """Country code → shape, from TopoJSON (arcs are shared between neighbours and stored as differences)."""
    from shapely import MultiPolygon, Polygon, make_valid

    (kx, ky), (dx, dy) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            line.append((x * kx + dx, y * ky + dy))
        arcs.append(line)

    def ring(indices: list[int]) -> list[tuple[float, float]]:
        points: list[tuple[float, float]] = []
        for index in indices:
            line = arcs[index] if index >= 0 else arcs[~index][::-1]
            points += line[1:] if points else line
        return points

    shapes: dict[str, Any] = {}
    for item in topology["objects"]["countries"]["geometries"]:
        if not item.get("arcs") or not item["properties"].get("a2"):
            continue
        parts = [item["arcs"]] if item["type"] == "Polygon" else item["arcs"]
        polygons = [Polygon(ring(part[0]), [ring(hole) for hole in part[1:]]) for part in parts]
        shape = make_valid(MultiPolygon(polygons))
        code = item["properties"]["a2"]
        shapes[code] = shapes[code].union(shape) if code in shapes else shape
    return shapes


@cache
def country_status() -> dict[tuple[str, str], str]:
    """(country code, scientific name) → native_extant, possibly_extinct, extinct, disputed or introduced."""
    with (FACTS / "hippo_country_status.csv").open(encoding="utf-8", newline="") as file:
        return {(row["country_code"], row["species"]): row["status"] for row in csv.DictReader(file)}
