"""Base maps: the part of a map that a page draws holds all that can be seen in its box, and little more."""

import re

import pytest

from hippolist import basemaps
from hippolist.projection import AFRICA, BASE_MAPS, COLOMBIA


def points(path: str) -> list[tuple[int, int]]:
    """The corners of path data, by another way than the code's: step by step."""
    found = []
    for shape in path.split("M")[1:]:
        x = y = 0
        for dx, dy in re.findall(r"(-?\d+)[ ]?(-?\d+)", shape):
            x, y = x + int(dx), y + int(dy)
            found.append((x, y))
    return found


@pytest.mark.parametrize("base", BASE_MAPS.values(), ids=BASE_MAPS)
def test_the_whole_box_holds_every_shape_of_the_file(base):
    svg = (basemaps.settings.BASE_DIR / "static" / base.file).read_text(encoding="utf-8")
    wanted = dict(re.findall(r'<path class="(\w)" d="([^"]*)"', svg))
    assert dict(basemaps.part(base, -base.width, -base.height, 3 * base.width, 3 * base.height)) == wanted


@pytest.mark.parametrize(("x", "y"), [(732, 820), (600, 300), (1000, 900), (300, 600)])
def test_nothing_that_lies_in_the_box_is_left_out(x, y):
    def inside(path):
        return [(px, py) for px, py in points(path) if x <= px <= x + 160 and y <= py <= y + 120]

    drawn = dict(basemaps.part(AFRICA, x, y, 160, 120))
    for name, whole in basemaps.part(AFRICA, 0, 0, AFRICA.width, AFRICA.height):
        assert inside(drawn.get(name, "")) == inside(whole), name


def test_a_small_view_is_a_small_part():
    whole = sum(len(path) for _name, path in basemaps.part(AFRICA, 0, 0, AFRICA.width, AFRICA.height))
    small = sum(len(path) for _name, path in basemaps.part(AFRICA, 732, 820, 160, 120))
    assert 500 < small < whole / 4


def test_open_water_far_from_land_is_empty():
    assert "c" not in dict(basemaps.part(COLOMBIA, 0, 0, 40, 40))
