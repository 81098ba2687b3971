"""Privacy: what a public text must not tell."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Each pattern finds what would lead to an exact place or to a person.
_NUMBER = r"[-+−]?\d{1,3}[.,]\d{2,}\s*°?"
_POLE = r"(?:lat(?:itude)?|lon(?:g(?:itude)?)?|[NSEW])"
PATTERNS: list[tuple[re.Pattern[str], Promise]] = [
    # -13.12, 31.78 · lat: -13.12 lon: 31.78 · S13.12 E31.78
    (re.compile(rf"(?:\b{_POLE}[.:]?\s*)?{_NUMBER}\s*[NSEW]?\s*(?:[,;/\s]|\b{_POLE}[.:]?)+{_NUMBER}", re.IGNORECASE), _("coordinates")),
    # 13° 5′ 55″ · 13°07.412′S · 13 07 24 S · N 1 17.532
    (re.compile(r"\d{1,3}\s*°\s*\d{1,2}(?:[.,]\d+)?\s*['’′]"), _("coordinates")),
    (re.compile(r"\b\d{1,3}\s+\d{1,2}\s+\d{1,2}(?:[.,]\d+)?\s*[NSEW]\b"), _("coordinates")),
    (re.compile(r"\b[NSEW]\s*\d{1,3}\s+\d{1,2}[.,]\d+"), _("coordinates")),
    (re.compile(r"\b\d{1,2}[C-HJ-NP-X]\s?[A-HJ-NP-Z]{2}\s?\d{2,5}\s?\d{2,5}\b"), _("a grid reference")),
    (re.compile(r"\b\d{1,2}[C-HJ-NP-X]\s+\d{6,7}\s+\d{7}\b"), _("a grid reference")),
    (re.compile(r"\b[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3}\b"), _("a plus code")),
    (re.compile(r"(?:///|what3words\.com/|w3w\.co/)[^\W\d]+\.[^\W\d]+\.[^\W\d]+"), _("a three-word address")),
    (re.compile(r"(?:maps\.app\.goo\.gl|goo\.gl/maps|google\.[a-z.]+/maps|maps\.google|osm\.org|openstreetmap\.org)\S*"), _("a map link")),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), _("an e-mail address")),
    (re.compile(r"(?<![\d-])(?:\+|00)\d{1,3}[ ()./-]*(?:\d[ ()./-]*){6,12}(?!\d)"), _("a phone number")),
    (re.compile(r"(?<!\d)0\d{2,3}[ /-]?\d{3}[ /-]?\d{3,4}(?!\d)"), _("a phone number")),
    (re.compile(r"(?<![\d/=-])2[1-6]\d{9,10}(?!\d)"), _("a phone number")),
]


def tells_too_much(text: str) -> list[str]:
    """What in a text leads to an exact place or a person, each as `coordinates: “-1.2921, 36.8219”`."""
    # Runs of white space made the patterns slow without bound, and say nothing.
    text = re.sub(r"\s+", " ", text)
    return [f"{what}: “{found.group().strip()}”" for pattern, what in PATTERNS for found in pattern.finditer(text)]
