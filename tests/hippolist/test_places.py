"""Places: rounded once, never finer, with the uncertainty of the cell."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hippolist.places import DIAGONAL, public_place, snap
from hippolist.vocabulary import Grid


@pytest.mark.parametrize(
    ("degrees", "grid", "expected"),
    [
        ("-24.265", Grid.FINE, "-24.27"),
        ("24.265", Grid.FINE, "24.27"),
        ("-24.25", Grid.MEDIUM, "-24.3"),
        ("31.5", Grid.COARSE, "32"),
        ("-0.5", Grid.COARSE, "-1"),
        (31.4999, Grid.COARSE, "31"),
    ],
)
def test_a_degree_goes_to_the_nearest_point_of_its_grid_half_away_from_zero(degrees, grid, expected):
    assert str(snap(degrees, grid)) == expected


@given(st.floats(-90, 90), st.floats(-180, 180), st.sampled_from([Grid.FINE, Grid.MEDIUM, Grid.COARSE]))
def test_a_public_place_is_within_half_a_cell_of_the_true_one(latitude, longitude, grid):
    place = public_place(latitude, longitude, grid)
    half = Decimal(grid.value) / 2 + Decimal("1e-12")
    assert abs(place["decimal_latitude"] - Decimal(str(latitude))) <= half
    assert abs(place["decimal_longitude"] - Decimal(str(longitude))) <= half
    assert -place["decimal_latitude"].as_tuple().exponent == {"0.01": 2, "0.1": 1, "1": 0}[grid.value]


def test_uncertainty_grows_by_the_diagonal_of_the_cell():
    assert public_place(-13.1, 31.8, Grid.FINE, 30)["coordinate_uncertainty_in_meters"] == 1_600
    assert DIAGONAL == {Grid.COARSE: 156_904, Grid.MEDIUM: 15_691, Grid.FINE: 1_570}


def test_without_a_grid_nothing_of_the_place_is_left():
    kept_back, never_known = public_place(-13.1, 31.8, Grid.NONE), public_place(None, None, Grid.FINE)
    for place in (kept_back, never_known):
        assert place["decimal_latitude"] is place["decimal_longitude"] is place["coordinate_uncertainty_in_meters"] is None
        assert place["grid"] == Grid.NONE
    assert kept_back["data_generalizations"] == "Coordinates removed"
    assert never_known["data_generalizations"] == ""
