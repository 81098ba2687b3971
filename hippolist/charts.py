"""Charts: where the bars and lines of a small SVG stand. Numbers in, positions out; the tags in templatetags/charts.py draw them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Series:
    """One kind of bar: its name in the legend and a value, at least 0, for each label."""

    name: str
    values: Sequence[float]


class Columns:
    """Upright bars on a sheet of 400 by 240, one group for each label and in it one bar for each series."""

    WIDTH, HEIGHT, TOP, MIDDLE, BASE = 400, 240, 44, 127, 210
    # The widest word under a group, in the same units.
    WORD = 80

    def __init__(self, labels: Sequence[str], series: Sequence[Series]) -> None:
        self.names, self.series = labels, series
        self.highest = max((value for one in series for value in one.values), default=0)

    def __bool__(self) -> bool:
        return self.highest > 0

    @property
    def slot(self) -> float:
        return self.WIDTH / len(self.names)

    def bars(self) -> Iterator[dict[str, Any]]:
        gap = min(4, self.slot / 8)
        width = (self.slot - 2 * gap) / len(self.series)
        for place, one in enumerate(self.series):
            for number, value in enumerate(one.values):
                if value > 0:
                    # A small amount beside a big one is still seen.
                    height = max(round(value / self.highest * (self.BASE - self.TOP)), 2)
                    x = round(number * self.slot + gap + place * width, 1)
                    yield {"x": x, "y": self.BASE - height, "width": round(max(width - 1, 1), 1), "height": height, "series": place}

    def labels(self) -> Iterator[dict[str, Any]]:
        """As many as stand beside each other, the first always."""
        step = -(-self.WORD // self.slot)
        for number, name in enumerate(self.names):
            if number % step == 0:
                yield {"x": round(number * self.slot, 1), "text": name}

    def legend(self) -> list[dict[str, Any]]:
        return [{"series": place, "name": one.name, "x": place * 130} for place, one in enumerate(self.series)]


def line(values: Sequence[float], width: int, height: int) -> str:
    """The path of a sparkline from the left edge to the right, 0 at the bottom. One value alone is a flat line."""
    points = list(values) * 2 if len(values) == 1 else list(values)
    highest = max(points, default=0) or 1
    step = width / max(len(points) - 1, 1)
    return "M" + "L".join(f"{number * step:.1f} {height - value / highest * height:.1f}" for number, value in enumerate(points))


def months_until(last: date, count: int) -> list[date]:
    """The first days of so many months, the newest last."""
    newest = last.year * 12 + last.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(newest - count + 1, newest + 1)]
