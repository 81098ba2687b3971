"""References: the code a donor writes on a transfer, and how a mistyped one is noticed."""

import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM = 10
LENGTH = RANDOM + 1
_FORGIVEN = str.maketrans("ILO", "110")
_FIELD = 0b100101  # x⁵ + x² + 1, which makes 2 a generator of GF(32)


def _times(a: int, b: int) -> int:
    """The product of two elements of GF(32), each five bits."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a <<= 1
        if a & 32:
            a ^= _FIELD
        b >>= 1
    return product


def _weights() -> list[int]:
    weights = [1]
    while len(weights) < LENGTH:
        weights.append(_times(weights[-1], 2))
    return weights[::-1]


# All different and none zero: so every wrong character and every swap of two different ones changes the sum.
# The last weight is 1, so that the check character is the sum of the others.
WEIGHTS = _weights()
_PRODUCTS = [[_times(weight, value) for value in range(32)] for weight in WEIGHTS]


def checksum(characters: str) -> int:
    """The weighted sum over GF(32); 0 for a whole reference without a mistake."""
    total = 0
    for products, character in zip(_PRODUCTS, characters, strict=False):
        total ^= products[ALPHABET.index(character)]
    return total


def new() -> str:
    """Ten random characters (50 bits) and the check character."""
    characters = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM))
    return characters + ALPHABET[checksum(characters)]


def tidied(text: str) -> str:
    """What somebody typed, without spaces and hyphens, in capitals, with I, L and O read as the digits they look like."""
    kept = (c for c in text if not c.isspace() and unicodedata.category(c) not in {"Pd", "Zs", "Cf"})
    return "".join(kept).upper().translate(_FORGIVEN)


def read(text: str) -> str | None:
    """The reference that was meant; None where a character is wrong."""
    characters = tidied(text)
    if len(characters) != LENGTH or not set(characters) <= set(ALPHABET):
        return None
    return characters if checksum(characters) == 0 else None


def grouped(reference: str) -> str:
    """As it is printed: XXXX-XXXX-XXX."""
    return "-".join((reference[:4], reference[4:8], reference[8:]))
