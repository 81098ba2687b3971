"""Money: amounts as people type them, as we keep them (minor units), and as they are shown."""

import copy
import re
from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision, get_currency_symbol
from django.utils.translation import gettext as _

from hippolist.languages import locale

# More digits than any gift has, few enough for every database.
LONGEST = 15
_SPACES = " \u00a0\u2009\u202f'’"
# 1,234 and 1,234,567, and the Indian 1,00,000.
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}")


class NotAnAmount(ValueError):
    """Words for the person who typed it."""


def exponent(currency: str) -> int:
    """How many digits of the minor unit a currency has: 2 for EUR, 0 for JPY, 3 for KWD (ISO 4217, by way of CLDR)."""
    return get_currency_precision(currency)


def parse(text: str, currency: str) -> int:
    """Minor units of an amount in any usual notation. What can be read in two ways is asked back, never guessed."""
    typed = _bare(text, currency)
    if not typed:
        raise NotAnAmount(_("Type an amount."))
    whole, fraction = _split(_checked(typed), currency)
    if len(whole) > LONGEST - exponent(currency):
        raise NotAnAmount(_("This amount is too big."))
    minor = int(whole + fraction.ljust(exponent(currency), "0"))
    if not minor:
        raise NotAnAmount(_("The amount must be more than zero."))
    return minor


def _bare(text: str, currency: str) -> str:
    """Without the sign or code of the currency at either end."""
    typed = text.strip()
    for sign in (currency, get_currency_symbol(currency, "en")):
        if typed.upper().startswith(sign):
            typed = typed[len(sign) :].strip()
        elif typed.upper().endswith(sign):
            typed = typed[: -len(sign)].strip()
    return typed


def _checked(typed: str) -> str:
    """Digits with `,` and `.` only, spaces between thousands turned into `,`; else words about what is wrong."""
    if re.match(r"[-−–]\s*[\d.,]", typed):
        raise NotAnAmount(_("The amount must be more than zero."))
    if any(c.isdecimal() and not c.isascii() for c in typed):
        raise NotAnAmount(_("Please use the digits 0 to 9."))
    if not re.fullmatch(rf"[0-9.,{_SPACES}]+", typed) or not any(c.isdigit() for c in typed):
        raise NotAnAmount(_("Use only digits, for example 25 or 12.50."))
    head, mark, tail = typed, "", ""
    if found := re.fullmatch(rf"(.*[{_SPACES}].*?)([.,])(\d+)", typed):
        head, mark, tail = found.groups()
    plain = re.sub(rf"[{_SPACES}]", ",", head)
    if plain != head and not _GROUPED.fullmatch(plain):
        raise _unclear()
    # A space can only stand between thousands, so nothing of it is left to guess about.
    return plain.replace(",", "") + mark + tail if plain != head else typed


def _split(typed: str, currency: str) -> tuple[str, str]:
    """The digits before and after the decimal point."""
    marks = [c for c in typed if c in ",."]
    if not marks:
        return typed, ""
    if len(set(marks)) == 2:
        return _two_kinds(typed, currency)
    if len(marks) > 1:
        return _whole(typed), ""
    whole, mark, fraction = typed.partition(marks[0])
    if len(fraction) == 3 and 1 <= len(whole) <= 3 and not whole.startswith("0"):
        return _three_digits(whole, mark, fraction, currency)
    return whole or "0", _fraction(fraction, currency)


def _three_digits(whole: str, mark: str, fraction: str, currency: str) -> tuple[str, str]:
    """1,234 may be a thousand or one and a bit. Only where one reading is impossible, or usual, it is taken."""
    digits = exponent(currency)
    if digits == 0:
        return whole + fraction, ""
    if digits == 3 and mark == ".":
        return whole, fraction
    values = {"one": whole + fraction, "other": f"{whole}.{fraction[:digits]}"}
    raise NotAnAmount(_("Do you mean %(one)s or %(other)s? Please type it that way.") % values)


def _two_kinds(typed: str, currency: str) -> tuple[str, str]:
    """1.234,50 and 1,234.50: the mark that comes last is the decimal point."""
    mark = max(",.", key=typed.rindex)
    whole, _mark, fraction = typed.rpartition(mark)
    return _whole(whole), _fraction(fraction, currency)


def _whole(typed: str) -> str:
    marks = {c for c in typed if c in ",."}
    if len(marks) != 1 or not _GROUPED.fullmatch(typed.replace(".", ",")):
        raise _unclear()
    return re.sub(r"[.,]", "", typed)


def _fraction(digits: str, currency: str) -> str:
    if not digits:
        raise _unclear()
    most = exponent(currency)
    if len(digits) <= most:
        return digits
    if not most:
        raise NotAnAmount(_("%(currency)s has no smaller unit. Type a whole number, for example 25.") % {"currency": currency})
    raise NotAnAmount(_("Type at most %(most)d digits after the decimal point.") % {"most": most})


def _unclear() -> NotAnAmount:
    return NotAnAmount(_("We cannot read this amount. Type it like 1234 or 1234.50."))


def major(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-exponent(currency))


def plain(minor: int, currency: str) -> str:
    """Digits with a point, no sign: what forms are filled with and files hold."""
    return f"{major(minor, currency):.{exponent(currency)}f}"


def format_money(minor: int, currency: str, language: str) -> str:
    """€1,234.50 or 1 234,50 €, as the language writes it."""
    return _spaced(format_currency(major(minor, currency), currency, locale=locale(language)))


def format_round(minor: int, currency: str, language: str) -> str:
    """The same without .00, for buttons and goals; an amount that has cents keeps them."""
    value = major(minor, currency)
    if value != value.to_integral_value():
        return format_money(minor, currency, language)
    pattern = copy.copy(locale(language).currency_formats["standard"])
    pattern.frac_prec = (0, 0)
    return _spaced(pattern.apply(value, locale(language), currency=currency, currency_digits=False))


def _spaced(sum_of_money: str) -> str:
    """KES 25: Babel leaves out the space that CLDR wants between letters and digits."""
    return re.sub(r"(?<=[A-Za-z])(?=\d)", "\u00a0", sum_of_money)
