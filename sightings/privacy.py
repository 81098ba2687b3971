"""Privacy: what a public text must not tell."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Each pattern finds what would lead to an exact place or to a person.
PATTERNS: list[tuple[re.Pattern[str], Promise]] = [
    (re.compile(r"[-+]?\d{1,3}[.,]\d{3,}\s*°?\s*[NSns]?\s*[,;/ ]\s*[-+]?\d{1,3}[.,]\d{3,}"), _("coordinates")),
    (re.compile(r"\d{1,3}\s*°\s*\d{1,2}\s*['’′]"), _("coordinates")),
    (re.compile(r"\b\d{1,2}[C-HJ-NP-X]\s?[A-HJ-NP-Z]{2}\s?\d{4,10}\b"), _("a grid reference")),
    (re.compile(r"\b[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3}\b"), _("a plus code")),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), _("an e-mail address")),
    (re.compile(r"(?<![\d-])(?:\+|00)\d{1,3}[ ()./-]*(?:\d[ ()./-]*){6,12}(?!\d)"), _("a phone number")),
    (re.compile(r"(?<!\d)0\d{2,3}[ /-]?\d{3}[ /-]?\d{3,4}(?!\d)"), _("a phone number")),
    (re.compile(r"///\w+\.\w+\.\w+"), _("a three-word address")),
]


def tells_too_much(text: str) -> list[str]:
    """What in a text leads to an exact place or a person, each as `coordinates: “-1.2921, 36.8219”`."""
    return [f"{what}: “{found.group().strip()}”" for pattern, what in PATTERNS for found in pattern.finditer(text)]
