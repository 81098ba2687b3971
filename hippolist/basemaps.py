"""Base maps: the part of one that lies in a box, as paths to draw into a page, so that a page loads no whole map for a small view."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from django.conf import settings

from .projection import BaseMap

_LAYER = re.compile(r'<path class="(\w+)" d="([^"]*)"')
_SHAPE = re.compile(r"M[^M]+")
_NUMBER = re.compile(r"-?\d+")


@dataclass(frozen=True)
class Shape:
    """A country, lake or piece of river as SVG path data, with the box that holds it."""

    path: str
    left: int
    top: int
    right: int
    bottom: int


@cache
def _layers(file: str) -> dict[str, list[Shape]]:
    svg = (settings.BASE_DIR / "static" / file).read_text(encoding="utf-8")
    return {name: [_shape(path) for path in _SHAPE.findall(data)] for name, data in _LAYER.findall(svg)}


def _shape(path: str) -> Shape:
    # Each shape is one absolute point and then steps from point to point, all in whole units.
    numbers = [int(number) for number in _NUMBER.findall(path)]
    xs, ys = list(accumulate(numbers[::2])), list(accumulate(numbers[1::2]))
    return Shape(path, min(xs), min(ys), max(xs), max(ys))


def part(base: BaseMap, x: float, y: float, width: float, height: float) -> Iterator[tuple[str, str]]:
    """Pairs of layer (c: countries, l: lakes, r: rivers) and path data, of all shapes that reach into the box. SVG units."""
    for name, shapes in _layers(base.file).items():
        seen = [one.path for one in shapes if one.left <= x + width and one.right >= x and one.top <= y + height and one.bottom >= y]
        if seen:
            yield name, "".join(seen)


def whole(base: BaseMap) -> Iterator[tuple[str, str]]:
    """All shapes of a map."""
    return part(base, 0, 0, base.width, base.height)
