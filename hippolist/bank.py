"""Bank: whether the site was told where money may be sent; one rule for the calls on every page and for the donate page."""

import re

from django.conf import settings

IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


def code(name: str) -> str:
    """An account code of the settings without spaces, in capitals."""
    return "".join(settings.BANK[name].split()).upper()


def iban_fits(iban: str) -> bool:
    """Whether the check digits fit (ISO 13616, modulo 97)."""
    if not IBAN.fullmatch(iban):
        return False
    return int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97 == 1


def is_open() -> bool:
    """Whether anybody can give: a holder, and an account that money can reach."""
    return bool(settings.BANK["holder"] and (iban_fits(code("iban")) or settings.BANK["details"].strip()))
