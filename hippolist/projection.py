"""Projection: where a place lies on the shipped base maps, and which place a point of a map is (Web Mercator)."""

from dataclasses import dataclass
from math import atan, degrees, exp, log, pi, radians, tan


@dataclass(frozen=True)
class BaseMap:
    """One base map under static/maps/: its corners in degrees and its size in SVG units."""

    name: str
    west: float
    east: float
    south: float
    north: float
    width: int
    height: int

    @property
    def file(self) -> str:
        return f"maps/basemap-{self.name}.svg"

    @property
    def scale(self) -> float:
        """SVG units per degree of longitude."""
        return self.width / (self.east - self.west)

    def to_svg(self, latitude: float, longitude: float) -> tuple[float, float]:
        return (longitude - self.west) * self.scale, (_mercator(self.north) - _mercator(latitude)) * self.scale

    def to_degrees(self, x: float, y: float) -> tuple[float, float]:
        """Latitude and longitude of a point in SVG units."""
        turned = radians(_mercator(self.north) - y / self.scale)
        return degrees(2 * atan(exp(turned)) - pi / 2), self.west + x / self.scale

    def holds(self, latitude: float, longitude: float) -> bool:
        return self.west <= longitude <= self.east and self.south <= latitude <= self.north


def _mercator(latitude: float) -> float:
    """Degrees north to degrees of the map's upright axis; the poles, which lie at infinity, stand at the map's end."""
    return degrees(log(tan(pi / 4 + radians(max(-85.0, min(85.0, latitude))) / 2)))


AFRICA = BaseMap("africa", -19, 56, -36, 38.5, 1200, 1287)
COLOMBIA = BaseMap("colombia", -82, -66, -5, 13.5, 900, 1048)
WORLD = BaseMap("world", -170, 180, -56, 72, 1400, 694)
BASE_MAPS = {base.name: base for base in (AFRICA, COLOMBIA, WORLD)}


def best_map(latitude: float, longitude: float) -> BaseMap:
    """The map that shows a place largest."""
    return next((base for base in (AFRICA, COLOMBIA) if base.holds(latitude, longitude)), WORLD)
