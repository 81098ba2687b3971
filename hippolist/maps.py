"""Maps: circles on a base map, drawn on the server as SVG; nothing is loaded and nothing needs a script."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import cos, radians, sqrt
from typing import Any

from django.db.models import Avg, BigIntegerField, Count, F, Max, Min
from django.db.models.functions import Cast, Round

from .models.entries import EntryQuerySet
from .projection import AFRICA, COLOMBIA, WORLD, BaseMap, best_map

MOST_CELLS = 400
# Where Colombia stands on the map of Africa: left, top, width, height, in the south of the Atlantic.
INSET = (16, 856, 356, 415)
METRES_PER_DEGREE = 111_320
# Hundredths of a degree, each a whole number of the one before it or nearly so.
STEPS = (1, 50, 100, 200, 500, 1000, 2000)
# Above this many entries SQL rounds at once: a list of all their places would be long.
MANY = 5_000
_SQUARE = re.compile(r"-?\d{1,2}(\.\d{1,2})?,-?\d{1,3}(\.\d{1,2})?,\d{1,2}(\.\d{1,2})?", re.ASCII)


@dataclass
class Cell:
    """Entries that share one square of the map. South and west are its corner, in hundredths of a degree from -90, -180."""

    row: int
    column: int
    step: int
    count: int
    latitude: float
    longitude: float
    uncertainty: int
    only: int | None = None

    @property
    def key(self) -> str:
        """South, west and size of the square in degrees: what a link to its entries names."""
        south, west = Decimal(self.row * self.step - 9000) / 100, Decimal(self.column * self.step - 18000) / 100
        return f"{south:.2f},{west:.2f},{Decimal(self.step) / 100:.2f}"


def cells_of(entries: EntryQuerySet, total: int) -> list[Cell]:
    """At most 400 squares that hold all placed entries; coarser where there are more. One query."""
    step = STEPS[0] if total <= MANY else STEPS[1]
    rows = (
        entries.placed()
        .order_by()
        .values(row=_whole("decimal_latitude", 90) / step, column=_whole("decimal_longitude", 180) / step)
        .annotate(
            count=Count("pk"),
            latitude=Avg("decimal_latitude"),
            longitude=Avg("decimal_longitude"),
            uncertainty=Max("coordinate_uncertainty_in_meters"),
            only=Min("pk"),
        )
        .order_by("row", "column")
    )
    cells = [_cell(step=step, **values) for values in rows]
    for coarser in STEPS[STEPS.index(step) + 1 :]:
        if len(cells) > MOST_CELLS:
            cells = _merged(cells, coarser)
    return cells


def _whole(field_name: str, shift: int) -> Any:
    """Degrees from the south pole or the date line in whole hundredths, so that both databases divide alike."""
    return Cast(Round((F(field_name) + shift) * 100), BigIntegerField())


def _cell(*, count: int, latitude: Any, longitude: Any, only: int, **values: Any) -> Cell:
    return Cell(count=count, latitude=float(latitude), longitude=float(longitude), only=only if count == 1 else None, **values)


def _merged(cells: Iterable[Cell], step: int) -> list[Cell]:
    groups = defaultdict(list)
    for cell in cells:
        groups[cell.row * cell.step // step, cell.column * cell.step // step].append(cell)
    return [_sum(group, row, column, step) for (row, column), group in groups.items()]


def _sum(group: Sequence[Cell], row: int, column: int, step: int) -> Cell:
    count = sum(cell.count for cell in group)
    return Cell(
        row=row,
        column=column,
        step=step,
        count=count,
        latitude=sum(cell.latitude * cell.count for cell in group) / count,
        longitude=sum(cell.longitude * cell.count for cell in group) / count,
        uncertainty=max(cell.uncertainty for cell in group),
        only=group[0].only if len(group) == 1 else None,
    )


def square(key: str) -> dict[str, Decimal]:
    """The condition for the entries of one square, from the key of its cell. Raises ValueError for anything else."""
    if not _SQUARE.fullmatch(key):
        raise ValueError(key)
    south, west, size = (Decimal(part) for part in key.split(","))
    return {
        "decimal_latitude__gte": south,
        "decimal_latitude__lt": south + size,
        "decimal_longitude__gte": west,
        "decimal_longitude__lt": west + size,
    }


@dataclass
class Dot:
    """One circle, in SVG units."""

    x: float
    y: float
    r: float
    cell: Cell | None = None


@dataclass
class Drawing:
    """A part of a base map with circles on it; an inset shows a second place far away."""

    base: BaseMap
    x: float
    y: float
    width: float
    height: float
    dots: list[Dot]
    inset: "Drawing | None" = None
    # Where an inset stands in the drawing that holds it.
    frame: tuple[int, int, int, int] = field(default=(0, 0, 0, 0))

    @property
    def view_box(self) -> str:
        return f"{self.x:.1f} {self.y:.1f} {self.width:.1f} {self.height:.1f}"


def draw(cells: Sequence[Cell]) -> Drawing | None:
    """The cells on Africa, with Colombia in a corner where it has any, or on the world where some lie elsewhere."""
    if not cells:
        return None
    by_map = defaultdict(list)
    for cell in cells:
        by_map[best_map(cell.latitude, cell.longitude).name].append(cell)
    if WORLD.name in by_map:
        return _whole_map(WORLD, cells)
    if AFRICA.name not in by_map:
        return _part(COLOMBIA, cells)
    if COLOMBIA.name not in by_map:
        return _part(AFRICA, cells)
    drawing = _whole_map(AFRICA, by_map[AFRICA.name])
    drawing.inset = _whole_map(COLOMBIA, by_map[COLOMBIA.name], frame=INSET)
    # Circles of one size on both.
    drawing.inset.dots = _dots(COLOMBIA, by_map[COLOMBIA.name], AFRICA.width * COLOMBIA.width / INSET[2])
    return drawing


def draw_one(latitude: Any, longitude: Any, uncertainty: int) -> Drawing:
    """One circle as wide as the place is uncertain, on a part of the map in 4:3."""
    base = best_map(float(latitude), float(longitude))
    x, y = base.to_svg(float(latitude), float(longitude))
    r = uncertainty / (METRES_PER_DEGREE * max(cos(radians(float(latitude))), 0.1)) * base.scale
    least = 10 * base.scale
    left, top, width, height = _box(base, (x - 2 * r, y - 2 * r, x + 2 * r, y + 2 * r), least=least, ratio=4 / 3)
    return Drawing(base, left, top, width, height, [Dot(x, y, max(r, width / 70))])


def _whole_map(base: BaseMap, cells: Sequence[Cell], frame: tuple[int, int, int, int] = (0, 0, 0, 0)) -> Drawing:
    drawing = Drawing(base, 0, 0, base.width, base.height, [], frame=frame)
    drawing.dots = _dots(base, cells, base.width)
    return drawing


def _part(base: BaseMap, cells: Sequence[Cell]) -> Drawing:
    """The part of the map that holds the cells, nearly square, never so near that the simple coast misleads."""
    points = [base.to_svg(cell.latitude, cell.longitude) for cell in cells]
    left, right = min(x for x, _y in points), max(x for x, _y in points)
    top, bottom = min(y for _x, y in points), max(y for _x, y in points)
    margin = max(right - left, bottom - top) * 0.12
    box = _box(base, (left - margin, top - margin, right + margin, bottom + margin), least=18 * base.scale, ratio=base.width / base.height)
    return Drawing(base, *box, _dots(base, cells, box[2]))


def _dots(base: BaseMap, cells: Sequence[Cell], width: float) -> list[Dot]:
    """Area by number of entries. The big ones first, so that no small one lies under them unseen."""
    unit = width / 110
    dots = [Dot(*base.to_svg(cell.latitude, cell.longitude), unit * min(sqrt(cell.count), 5), cell) for cell in cells]
    return sorted(dots, key=lambda dot: -dot.r)


def _box(base: BaseMap, corners: tuple[float, float, float, float], *, least: float, ratio: float) -> tuple[float, float, float, float]:
    """A box of one shape around two corners, at least `least` wide, inside the map: left, top, width, height."""
    left, top, right, bottom = corners
    width = min(max(right - left, (bottom - top) * ratio, least), base.width, base.height * ratio)
    height = width / ratio
    x = (left + right - width) / 2
    y = (top + bottom - height) / 2
    return min(max(x, 0), base.width - width), min(max(y, 0), base.height - height), width, height
