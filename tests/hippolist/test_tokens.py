"""Tokens: made by us, for one purpose and one row, and by nobody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hippolist import tokens


@given(st.integers(0, 2**63 - 1), st.integers(0, 2**31 - 1))
def test_what_was_made_is_read(pk, counter):
    assert tokens.read("confirm", tokens.make("confirm", pk, counter)) == (pk, counter)


def test_a_token_fits_one_purpose_one_row_and_one_counter():
    token = tokens.make("settings", 42, 1)
    mac = token.rpartition(".")[2]
    assert tokens.read("unsubscribe", token) is None
    assert tokens.read("settings", f"17.1.{mac}") is None
    assert tokens.read("settings", f"16.2.{mac}") is None


@pytest.mark.parametrize(
    "change", [lambda t: t + "A", lambda t: t[:-1], lambda t: "0" + t, lambda t: t + "\n", lambda t: t.upper(), lambda t: "é" + t]
)
def test_any_other_spelling_is_refused(change):
    assert tokens.read("settings", change(tokens.make("settings", 42, 1))) is None


@pytest.mark.parametrize("token", ["", ".", "1.1", "a" * 10_000, "1.1." + "A" * 22, "１.1." + "A" * 22])
def test_nonsense_is_refused(token):
    assert tokens.read("settings", token) is None


def test_another_key_makes_other_tokens(settings):
    token = tokens.make("settings", 42)
    settings.LINK_KEY = "another key"
    assert tokens.read("settings", token) is None


def test_a_token_holds_128_bits():
    assert len(tokens.make("settings", 1).rpartition(".")[2]) * 6 >= 128


def test_a_keyed_hash_is_worth_nothing_without_the_key(settings):
    before = tokens.keyed_hash("suppressed", "ana@example.org")
    assert before == tokens.keyed_hash("suppressed", "ana@example.org")
    assert before != tokens.keyed_hash("other", "ana@example.org")
    settings.LINK_KEY = "another key"
    assert before != tokens.keyed_hash("suppressed", "ana@example.org")
