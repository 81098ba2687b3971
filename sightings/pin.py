"""Pin: a place on the built-in map without any script, by an image button that zooms at each click."""

import re
from dataclasses import dataclass

from django.http import QueryDict

from hippolist.projection import AFRICA, BASE_MAPS, BaseMap, best_map

from .models import Certainty

# The image button has a fixed size, for its answer comes in its own pixels.
WIDTH, HEIGHT = 280, 300
ZOOM = 4
SMALLEST = 4.0
_VIEW = re.compile(r"(africa|colombia|world):(-?\d{1,5}(?:\.\d{1,3})?),(-?\d{1,5}(?:\.\d{1,3})?),(\d{1,5}(?:\.\d{1,3})?)")


# By how many pixels of the button a thumb may miss.
THUMB = 8


def precision(data: QueryDict) -> int | None:
    """By how many metres a tapped pin may be off, from how far the map was zoomed; None for typed coordinates."""
    latitude, _comma, longitude = data.get("pinned", "").partition(",")
    if not latitude or (data.get("latitude"), data.get("longitude")) != (latitude, longitude):
        return None
    tapped = View.parse(data.get("view", ""))
    degrees = THUMB * tapped.width * ZOOM / WIDTH / tapped.base.scale
    return max(Certainty(data.get("certainty") or Certainty.EXACT).metres, round(degrees * 111_320))


@dataclass(frozen=True)
class View:
    """A part of a base map: its upper left corner and its width, in SVG units."""

    base: BaseMap
    x: float
    y: float
    width: float

    @classmethod
    def whole(cls, base: BaseMap) -> "View":
        width = max(base.width, base.height * WIDTH / HEIGHT)
        return cls(base, (base.width - width) / 2, (base.height - width * HEIGHT / WIDTH) / 2, width)

    @classmethod
    def around(cls, latitude: float, longitude: float) -> "View":
        base = best_map(latitude, longitude)
        return cls.whole(base).zoomed(*base.to_svg(latitude, longitude))

    @classmethod
    def parse(cls, text: str) -> "View":
        """A view from the form; Africa where it is nonsense."""
        found = _VIEW.fullmatch(text)
        if not found or float(found[4]) < SMALLEST:
            return cls.whole(BASE_MAPS.get(text, AFRICA))
        return cls(BASE_MAPS[found[1]], float(found[2]), float(found[3]), float(found[4]))

    @property
    def height(self) -> float:
        return self.width * HEIGHT / WIDTH

    def __str__(self) -> str:
        return f"{self.base.name}:{self.x:.3f},{self.y:.3f},{self.width:.3f}"

    @property
    def fragment(self) -> str:
        """Shows just this part of the file, by the SVG standard's view fragment."""
        return f"svgView(viewBox({self.x:.2f},{self.y:.2f},{self.width:.2f},{self.height:.2f}))"

    def zoomed(self, x: float, y: float) -> "View":
        """Nearer, with a point of the map in the middle."""
        width = max(self.width / ZOOM, SMALLEST)
        return View(self.base, x - width / 2, y - width * HEIGHT / WIDTH / 2, width)

    def click(self, px: int, py: int) -> tuple[float, float, "View"]:
        """Latitude and longitude of a click in pixels of the button, and the view that follows."""
        x, y = self.x + px * self.width / WIDTH, self.y + py * self.height / HEIGHT
        latitude, longitude = self.base.to_degrees(x, y)
        return round(latitude, 5), round(longitude, 5), self.zoomed(x, y)
