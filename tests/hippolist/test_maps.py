"""Maps: circles at the right place, never too many, on the map that shows them."""

import re

import pytest

from hippolist import maps
from hippolist.models import Entry
from hippolist.projection import AFRICA, COLOMBIA, WORLD
from hippolist.vocabulary import Grid
from tests.factories import make_entry


def cells():
    entries = Entry.objects.listed()
    return maps.cells_of(entries, entries.count())


def test_entries_at_one_public_place_are_one_circle(db):
    first = make_entry("-13.1", "31.79")
    make_entry("-13.1", "31.79", grid=Grid.MEDIUM)
    alone = make_entry("2.5", "31.5")
    make_entry(None, None)
    assert [cell.count for cell in cells()] == [1, 1, 1]
    make_entry("-13.1", "31.79")
    together = next(cell for cell in cells() if cell.count == 2)
    assert (together.latitude, together.longitude, together.only) == (-13.1, 31.79, None)
    assert next(cell for cell in cells() if cell.latitude == 2.5).only == alone.pk
    assert together.uncertainty == first.coordinate_uncertainty_in_meters


def test_a_list_of_many_places_has_at_most_four_hundred_circles_that_hold_all(db):
    Entry.objects.bulk_create(
        Entry(title="x", grid="0.01", decimal_latitude=n // 30 - 20, decimal_longitude=n % 30 + 5, coordinate_uncertainty_in_meters=n)
        for n in range(900)
    )
    found = cells()
    assert len(found) <= maps.MOST_CELLS
    assert sum(cell.count for cell in found) == 900
    assert max(cell.uncertainty for cell in found) == 899


def test_huge_lists_are_rounded_by_the_database(db, monkeypatch):
    monkeypatch.setattr(maps, "MANY", 2)
    for latitude in ("-13.01", "-13.02", "-13.03", "2.10"):
        make_entry(latitude, "31.79")
    assert sorted(cell.count for cell in cells()) == [1, 3]


@pytest.mark.parametrize("step", maps.STEPS)
def test_the_key_of_a_square_finds_its_entries_again(db, step):
    make_entry("-13.1", "31.79")
    make_entry("-0.01", "-0.01")
    make_entry("0", "0")
    merged = maps._merged(cells(), step) if step > 1 else cells()
    for cell in merged:
        assert Entry.objects.filter(**maps.square(cell.key)).count() == cell.count


@pytest.mark.parametrize("key", ["1,2", "a,b,c", "1,2,3,4", "1e9,2,3", "nan,1,1", "--1,1,1", "1.1.1,2,3", "٣,1,1", "1,-,1", ".,1,1"])
def test_nonsense_is_no_square(key):
    with pytest.raises(ValueError, match=re.escape(key)):
        maps.square(key)


def test_the_map_fits_what_is_on_it(db):
    assert maps.draw([]) is None
    make_entry("-13.1", "31.79")
    assert maps.draw(cells()).base == AFRICA
    make_entry("6.2", "-74.9", country_code="CO")
    both = maps.draw(cells())
    assert (both.base, both.inset.base) == (AFRICA, COLOMBIA)
    assert maps.draw([cell for cell in cells() if cell.longitude < 0]).base == COLOMBIA
    make_entry("52.5", "13.4", country_code="DE")
    whole = maps.draw(cells())
    assert (whole.base, whole.inset, len(whole.dots)) == (WORLD, None, 3)


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(-13.1, 31.79), (38.4, 55.9), (-35.9, -18.9), (6.2, -74.9), (71.9, 179.9), (-55.9, -169.9)]
)
def test_a_place_lies_inside_the_part_of_the_map_that_is_shown(latitude, longitude):
    drawing = maps.draw_one(latitude, longitude, 1_600)
    dot = drawing.dots[0]
    assert drawing.x <= dot.x <= drawing.x + drawing.width
    assert drawing.y <= dot.y <= drawing.y + drawing.height
    assert drawing.x >= 0
    assert drawing.y >= 0
    assert drawing.x + drawing.width <= drawing.base.width + 0.1
    assert drawing.width / drawing.height == pytest.approx(4 / 3, rel=0.01)


def test_a_circle_is_as_wide_as_its_place_is_uncertain():
    drawing = maps.draw_one(0, 20, 156_904)
    assert drawing.dots[0].r == pytest.approx(156_904 / 111_320 * AFRICA.scale, rel=0.01)
