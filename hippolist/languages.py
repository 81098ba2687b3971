"""Languages: which CLDR locale writes the dates, numbers, sums and country names of each."""

from functools import cache

from babel import Locale
from django.utils.translation import get_language

# Hippo country writes 3 November, not November 3, and the Portuguese of Maputo and Luanda: Quénia, not Quênia.
NEAREST = {"en": "en_GB", "pt": "pt_PT"}


def locale(language: str | None = None) -> Locale:
    """The locale of a language (the active one)."""
    return _locale(language or get_language() or "en")


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(NEAREST.get(language, language.replace("-", "_")))
