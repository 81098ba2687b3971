"""Countries: names in every language, and which are hippo country."""

import unicodedata
from functools import cache

from babel import Locale

from .languages import locale

# Where hippos live, lived, or were brought to: these come first in every choice.
HIPPO_COUNTRIES = (
    "AO BJ BW BF BI CM CF TD CG CD CI GQ ER SZ ET GA GM GH GN GW KE LR MW ML MZ NA NE NG RW SN SL SO ZA SS SD TZ TG UG ZM ZW CO"
).split()


@cache
def _names(locale: Locale) -> dict[str, str]:
    return {
        code: name
        for code, name in locale.territories.items()
        if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO", "CQ"}
    }


def name(code: str, language: str | None = None) -> str:
    """A country's name in a language (the active one); the code itself where there is no name for it."""
    return _names(locale(language)).get(code, code)


def is_known(code: str) -> bool:
    return code in _names(locale("en"))


def choices(language: str | None = None, codes: list[str] | None = None) -> list[tuple[str, str]]:
    """Pairs of code and name in the order of the alphabet, accents folded."""
    names = _names(locale(language))
    pairs = [(code, names[code]) for code in (codes or names) if code in names]
    return sorted(pairs, key=lambda pair: fold(pair[1]))


def fold(text: str) -> str:
    """Small letters without accents, for comparing and searching."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
