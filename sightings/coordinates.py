"""Coordinates: which point a text names, in whatever notation people paste it."""

import math
import re
import unicodedata
from itertools import chain, pairwise, product
from typing import NamedTuple
from urllib.parse import unquote

from . import territory

Pair = tuple[float, float]
AXES = ("latitude", "longitude")
# Map addresses are long, a notation is not; beyond this nothing is read, so nothing takes long.
LONGEST = 2000

_SIGNS = str.maketrans("−–—‐‑’‘′´ʹ＇”“″ʺº˚∘", "-----''''''\"\"\"\"°°°")
_WORDS = {
    "Y": "lat latitude latitud latitudo",
    "X": "lon lng long longitude longitud longitudo",
    "N": "n north nord norte kaskazini",
    "S": "s south sud sur sul kusini",
    "E": "e east est este leste l mashariki",
    "W": "w o west ouest oeste magharibi",
    "°": "d deg degs degree degrees degre degres grau graus grado grados digrii nyuzi",
    "'": "min mins minute minutes minuto minutos dakika",
    '"': "sec secs second seconds seconde secondes segundo segundos sekunde sekunda",
    "": "position posicion posicao pos gps coord coords coordinates coordinate coordonnees coordenadas location point wgs kuratibu",
}
_MEANING = {word: meaning for meaning, words in _WORDS.items() for word in words.split()}
# Which axis a letter or label stands for, and to which side of zero.
_SIDES = {"N": (0, 1), "S": (0, -1), "E": (1, 1), "W": (1, -1), "Y": (0, 0), "X": (1, 0)}
_NUMBER = r"[-+]?\d{1,3}(?:\.\d{1,20})?"
_TWO = rf"({_NUMBER})[,\s]{{1,3}}({_NUMBER})(?![\d.])"
_FINE = r"[-+]?\d{1,3}\.\d{2,20}"
_ADDRESSES = [
    re.compile(pattern)
    for pattern in (
        rf"!3d({_NUMBER})!4d({_NUMBER})",
        rf"[?&]m?lat=({_NUMBER})&m?(?:lon|lng)=({_NUMBER})",
        rf"[?&#](?:q|query|ll|latlng|destination|daddr|coordinate|pin|center|to|loc)=(?:loc:|ll\.)?{_TWO}",
        rf"geo:{_TWO}",
        rf"/dir/[^@]*/{_TWO}",
        rf"@{_TWO}",
        rf"#(?:map=)?[\d.]{{1,6}}/({_NUMBER})/({_NUMBER})",
        # Whatever else stands in an address or a sentence counts if it is as fine as a map writes it.
        rf"(?<![\d.])({_FINE})[,;/~_|\s]{{1,3}}({_FINE})(?![\d.])",
    )
]
_ALPHABET = "23456789CFGHJMPQRVWX"
_PLUS = re.compile(rf"(?<![A-Z0-9])([2-9C][{_ALPHABET}][{_ALPHABET}0]{{6}})\+([{_ALPHABET}]{{2,7}})?(?![A-Z0-9])")
_UTM = re.compile(
    r"(?:UTM\s?)?(\d{1,2})\s?([C-HJ-NP-X])[\s,:]+E?\s?(\d{6}(?:\.\d+)?)\s?(?:ME|E)?[\s,]+N?\s?(\d{1,8}(?:\.\d+)?)\s?(?:MN|N)?"
)
_TOKEN = re.compile(r"(?P<number>[-+]?\d+(?:\.\d+)?)|(?P<word>[^\W\d_]+)|(?P<mark>[°'\"])")


class Token(NamedTuple):
    kind: str  # number, mark, side
    text: str


def parse(text: str) -> Pair | None:
    """Latitude and longitude in degrees, six decimals, of a text that names one point in any notation; else None."""
    plain = _plain(text)
    ways = chain([_from_plus_code(plain), _from_utm(plain)], map(_from_words, _readings(plain)), [_from_address(plain)])
    return next(filter(None, ways), None)


def parse_one(text: str, axis: str) -> float:
    """Degrees of one field, "latitude" or "longitude"; ValueError if the text does not name just that."""
    plain = re.sub(r"(?<=\d),(?=\d)", ".", _plain(text))
    value = _degrees(_tokens(plain)) if not re.search(r"[,;] ?\d", plain) else None
    if not value or value[1] not in {None, AXES.index(axis)} or abs(value[0]) > (180 if axis == "longitude" else 90):
        raise ValueError(f"no {axis}")
    return _round(value[0])


def did_you_mean(latitude: float, longitude: float) -> list[Pair]:
    """Points of hippo country that a slip turns into this one: numbers swapped first, then a sign lost, then both."""
    given = (latitude, longitude)
    straight = [(latitude * y, longitude * x) for y, x in product((1, -1), repeat=2)]
    swapped = [(longitude * y, latitude * x) for y, x in product((1, -1), repeat=2)]
    slips = dict.fromkeys([swapped[0], straight[2], straight[1], straight[3], *swapped[1:]])
    inside = [(_round(y), _round(x)) for y, x in slips if (y, x) != given and abs(y) <= 90 and abs(x) <= 180]
    return [pair for pair in inside if territory.country_of(*pair) in _hippo_country()][:3]


def _hippo_country() -> set[str]:
    return {code for (code, _species), status in territory.country_status().items() if status in territory.LIVING}


def _plain(text: str) -> str:
    """One spelling of signs, spaces and letters; nothing of what is too long."""
    if len(text) > LONGEST:
        return ""
    text = unquote(re.sub(r"\+(?=-?\d+[.%°])", " ", text) if "/" in text else text).translate(_SIGNS).replace("''", '"')
    return " ".join("".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).split())


def _round(value: float) -> float:
    return round(value, 6) + 0.0


def _pair(latitude: float, longitude: float) -> Pair | None:
    inside = abs(latitude) <= 90 and abs(longitude) <= 180
    return (_round(latitude), _round(longitude)) if inside else None


def _from_address(text: str) -> Pair | None:
    """The point that a map address shows; the pin before the middle of the screen."""
    for pattern in _ADDRESSES:
        for match in reversed(list(pattern.finditer(text))):
            first, second = float(match[1]), float(match[2])
            # One maker of maps writes the longitude first; and a geo address may say 0,0 and mean its label.
            pair = _pair(second, first) if "yandex." in text else _pair(first, second)
            if pair and any(pair):
                return pair
    return None


def _from_plus_code(text: str) -> Pair | None:
    """The middle of a full Open Location Code: five pairs of base 20, then a grid of 5 by 4."""
    match = _PLUS.search(text.upper())
    if not match:
        return None
    digits = [_ALPHABET.find(c) for c in match[1].rstrip("0") + (match[2] or "")]
    if (len(digits) % 2 and len(digits) < 10) or -1 in digits:
        return None
    latitude, longitude, height, width = -90.0, -180.0, 400.0, 400.0
    for y, x in zip(digits[:10:2], digits[1:10:2], strict=True):
        height, width = height / 20, width / 20
        latitude, longitude = latitude + y * height, longitude + x * width
    for digit in digits[10:]:
        height, width = height / 5, width / 4
        latitude, longitude = latitude + digit // 4 * height, longitude + digit % 4 * width
    return _pair(latitude + height / 2, longitude + width / 2)


def _from_utm(text: str) -> Pair | None:
    """A point of the UTM grid on WGS 84, by Krueger's series to the third order, good to a centimetre."""
    match = _UTM.fullmatch(text.upper())
    if not match or not 1 <= int(match[1]) <= 60:
        return None
    # Who writes 36S in hippo country means south, though the band S lies over the Mediterranean.
    southern = match[2] < "N" or match[2] == "S"
    n = 1 / (2 * 298.257223563 - 1)
    radius = 6_378_137 / (1 + n) * (1 + n**2 / 4 + n**4 / 64) * 0.9996
    xi, eta = (float(match[4]) - 10_000_000 * southern) / radius, (float(match[3]) - 500_000) / radius
    beta = (n / 2 - 2 * n**2 / 3 + 37 * n**3 / 96, n**2 / 48 + n**3 / 15, 17 * n**3 / 480)
    delta = (2 * n - 2 * n**2 / 3 - 2 * n**3, 7 * n**2 / 3 - 8 * n**3 / 5, 56 * n**3 / 15)
    if abs(xi) > math.pi / 2 or abs(eta) > 0.2:
        return None
    north = xi - sum(b * math.sin(2 * j * xi) * math.cosh(2 * j * eta) for j, b in enumerate(beta, 1))
    east = eta - sum(b * math.cos(2 * j * xi) * math.sinh(2 * j * eta) for j, b in enumerate(beta, 1))
    chi = math.asin(math.sin(north) / math.cosh(east))
    latitude = chi + sum(d * math.sin(2 * j * chi) for j, d in enumerate(delta, 1))
    middle = int(match[1]) * 6 - 183
    return _pair(math.degrees(latitude), middle + math.degrees(math.atan2(math.sinh(east), math.cos(north))))


def _readings(text: str) -> list[str]:
    """A comma between digits is a decimal sign where no point is; else, or if that makes no sense, it parts two numbers."""
    parted = re.sub(r"(\d)\.(\d{1,2})\.(?=\d)", r"\1 \2 ", text)
    if re.search(r"[NSEW]\b", parted, re.IGNORECASE):
        parted = re.sub(r"(?<=\d)-(?=\d)", " ", parted)
    decimal = [re.sub(r"(?<=\d),(?=\d)", ".", parted)] if not re.search(r"\d\.\d", parted) else []
    return [*decimal, parted]


def _tokens(text: str) -> list[Token]:
    """Numbers, marks of degrees and sides of the world; nothing if a word means none of these."""
    found = []
    for match in _TOKEN.finditer(re.sub(r"(?i)wgs ?84", "", text)):
        if match["word"] is None:
            found.append(Token(str(match.lastgroup), match[0]))
            continue
        meaning = _MEANING.get(match["word"].casefold())
        if meaning is None and "°" not in text:
            return []
        if meaning:
            found.append(Token("side" if meaning in _SIDES else "mark", meaning))
    return found


def _from_words(text: str) -> Pair | None:
    tokens = _tokens(text)
    cut = _cut(tokens, text)
    one, other = _degrees(tokens[:cut]), _degrees(tokens[cut:])
    if not one or not other or (one[1] is not None and one[1] == other[1]):
        return None
    turned = one[1] == 1 or other[1] == 0
    return _pair(other[0], one[0]) if turned else _pair(one[0], other[0])


def _cut(tokens: list[Token], text: str) -> int:
    """Where the second of the two coordinates begins; 0 if there are not two."""
    numbers = [at for at, token in enumerate(tokens) if token.kind == "number"]
    sides = [at for at, token in enumerate(tokens) if token.kind == "side"]
    labels = [at for at in sides if tokens[at].text in "XY"]
    named = labels if len(labels) == 2 else sides
    if len(named) == 2 and len(numbers) > 1:
        return named[1] if named[0] < numbers[0] else named[0] + 1
    degrees = [at for at in numbers if tokens[at + 1 : at + 2] == [Token("mark", "°")]]
    if len(degrees) == 2:
        return degrees[1]
    if len(numbers) == 3 and all("." in tokens[at].text for at in numbers[:2]) and not sides:
        del tokens[numbers[2] :]  # The third is a height.
        return numbers[1]
    # Two bare whole numbers may be anything: a house, a day, a distance.
    bare = not sides and not degrees and not re.search(r"\d\.\d|\d ?[,;] |(?:^|[ ,;])-", text)
    return numbers[len(numbers) // 2] if len(numbers) in {2, 4, 6} and not (bare and len(numbers) == 2) else 0


def _degrees(tokens: list[Token]) -> tuple[float, int | None] | None:
    """One coordinate: its degrees and its axis (0 latitude, 1 longitude, None unknown); None if the parts do not fit."""
    values: list[float] = []
    units: list[int] = []
    for token, after in pairwise([*tokens, Token("", "")]):
        if token.kind == "number":
            values.append(float(token.text))
            units.append("°'\"".index(after.text) if after.kind == "mark" else len(units))
    sides = [_SIDES[token.text] for token in tokens if token.kind == "side"]
    axes = {axis for axis, _side in sides}
    signs = {side for _axis, side in sides if side}
    if units not in ([0], [0, 1], [0, 1, 2]) or len(axes) > 1 or len(signs) > 1:
        return None
    if any(not 0 <= value <= 60 for value in values[1:]) or any(value % 1 for value in values[:-1]):
        return None
    negative = next(token.text for token in tokens if token.kind == "number").startswith("-")
    if negative and 1 in signs:
        return None
    size = sum(abs(value) / 60**unit for value, unit in zip(values, units, strict=True))
    return (-size if negative or -1 in signs else size), next(iter(axes), None)
