"""Amounts: what people type becomes minor units, or words that say what to do."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donations import money

TAKEN = [
    *[("EUR", text, 1250) for text in ("12,50", "12.50", "12.5", " 12.50 ", "€12.50", "12,50 €", "12.50 EUR", "eur 12,50")],
    *[("EUR", text, 123450) for text in ("1234.50", "1.234,50", "1,234.50", "1 234,50", "1\u202f234,50", "1'234.50", "1’234,5")],
    *[("EUR", text, 123456700) for text in ("1,234,567", "1.234.567", "1 234 567", "12,34,567", "1234567")],
    ("EUR", "25", 2500),
    ("EUR", ",50", 50),
    ("EUR", "0,5", 50),
    ("JPY", "1,234", 1234),
    ("JPY", "1.234", 1234),
    ("JPY", "¥500", 500),
    ("KWD", "1.234", 1234),
    ("KWD", "12,5", 12500),
    ("KWD", "1,234.500", 1234500),
    ("KWD", "0,234", 234),
]
REFUSED = [
    ("EUR", "", "Type an amount."),
    ("EUR", "   ", "Type an amount."),
    ("EUR", "€", "Type an amount."),
    ("EUR", "1,234", "Do you mean 1234 or 1.23? Please type it that way."),
    ("EUR", "1.234", "Do you mean 1234 or 1.23? Please type it that way."),
    ("KWD", "1,234", "Do you mean 1234 or 1.234? Please type it that way."),
    *[("EUR", text, "Please use the digits 0 to 9.") for text in ("١٢", "１２", "१२", "1٢")],
    *[("EUR", text, "The amount must be more than zero.") for text in ("-5", "−5", "–5,00", "0", "0.00", ",0", "-0")],
    *[("EUR", text, "Use only digits, for example 25 or 12.50.") for text in ("1e9", "NaN", "inf", "0x10", "1_000", "+5", "ten", ".", "½")],
    *[
        ("EUR", text, "We cannot read this amount. Type it like 1234 or 1234.50.")
        for text in ("12,", "12 50", "1,23.4", "1,2,3", "1..2", "1.2,3.4", "1 2.345 6", "12,345,6")
    ],
    ("EUR", "0,234", "Type at most 2 digits after the decimal point."),
    ("EUR", "12.3456", "Type at most 2 digits after the decimal point."),
    ("JPY", "12.50", "JPY has no smaller unit. Type a whole number, for example 25."),
    ("EUR", "9" * 14, "This amount is too big."),
    ("EUR", "9" * 4000, "This amount is too big."),
]


@pytest.mark.parametrize(("currency", "typed", "minor"), TAKEN)
def test_amounts_are_taken_in_every_usual_notation(currency, typed, minor):
    assert money.parse(typed, currency) == minor


@pytest.mark.parametrize(("currency", "typed", "words"), REFUSED)
def test_what_is_no_amount_or_two_is_asked_back(currency, typed, words):
    with pytest.raises(money.NotAnAmount) as refused:
        money.parse(typed, currency)
    assert str(refused.value) == words


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading(typed):
    with contextlib.suppress(money.NotAnAmount):
        assert money.parse(typed, "EUR") > 0


@given(st.integers(1, 10**13), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_what_a_form_is_filled_with_is_read_as_the_same_amount(minor, currency):
    assert money.parse(money.plain(minor, currency), currency) == minor


def test_amounts_are_shown_as_the_language_writes_them():
    assert money.format_money(123450, "EUR", "en") == "€1,234.50"
    assert money.format_money(123450, "EUR", "fr") == "1\u202f234,50\xa0€"
    assert money.format_money(1234, "JPY", "en") == "JP¥1,234"
    assert money.format_money(1234500, "KWD", "en").endswith("1,234.500")
    assert money.format_money(-120, "EUR", "en") == "-€1.20"


def test_round_amounts_lose_their_cents_and_others_keep_them():
    assert money.format_round(2500, "EUR", "en") == "€25"
    assert money.format_round(500000, "EUR", "fr") == "5\u202f000\xa0€"
    assert money.format_round(2550, "EUR", "en") == "€25.50"
    assert money.plain(2500, "EUR") == "25.00"
    assert money.plain(-5, "EUR") == "-0.05"
    assert money.plain(1234, "JPY") == "1234"
