"""Places: round a place to its public grid, say how far off it may be, and name its country's outline on maps."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from .vocabulary import Grid

# The full diagonal of a grid cell at the equator, in metres (Chapman 2020, table on generalised coordinates).
DIAGONAL = {Grid.COARSE: 156_904, Grid.MEDIUM: 15_691, Grid.FINE: 1_570}


def snap(degrees: Decimal | float | str, grid: Grid) -> Decimal:
    """Round to the nearest point of a decimal grid, half away from zero. Degrees in and out; Chapman 2020.

    >>> snap("-24.265", Grid.FINE)
    Decimal('-24.27')
    """
    return Decimal(str(degrees)).quantize(Decimal(grid.value), rounding=ROUND_HALF_UP)


def public_place(latitude, longitude, grid: Grid, uncertainty: float = 0) -> dict[str, Any]:
    """The public fields of a place: rounded, its uncertainty in metres grown by the cell, and the words for it.

    `uncertainty` is what the exact place was uncertain by, in metres. Without coordinates, or on no grid, nothing of
    the place is left.
    """
    if latitude is None or longitude is None or grid == Grid.NONE:
        return {
            "grid": Grid.NONE,
            "decimal_latitude": None,
            "decimal_longitude": None,
            "coordinate_uncertainty_in_meters": None,
            "data_generalizations": "" if latitude is None else "Coordinates removed",
            "information_withheld": "" if latitude is None else "Exact coordinates withheld for the safety of animals and people",
        }
    return {
        "grid": grid,
        "decimal_latitude": snap(latitude, grid),
        "decimal_longitude": snap(longitude, grid),
        "coordinate_uncertainty_in_meters": round(float(uncertainty)) + DIAGONAL[grid],
        "data_generalizations": f"Coordinates rounded to a {grid.value} degree grid",
        "information_withheld": "Exact coordinates withheld for the safety of animals and people",
    }
