"""References: read as people write them, and no usual mistake goes unnoticed."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donations import references
from donations.references import ALPHABET, LENGTH

WHOLE = "7K3MQ9TX0A" + ALPHABET[references.checksum("7K3MQ9TX0A")]


def test_a_new_reference_is_whole_and_none_is_like_another():
    made = {references.new() for _ in range(500)}
    assert len(made) == 500
    assert all(references.read(reference) == reference for reference in made)


def test_every_wrong_character_in_every_place_is_caught():
    # The sum is linear, so what one reference shows of a place and a pair of characters holds for all.
    for place, right, wrong in itertools.product(range(LENGTH), ALPHABET, ALPHABET):
        before, after = "0" * place + right + "0" * (LENGTH - place - 1), "0" * place + wrong + "0" * (LENGTH - place - 1)
        assert (references.checksum(before) == references.checksum(after)) == (right == wrong)


def test_every_swap_of_two_different_characters_is_caught():
    for (i, j), (a, b) in itertools.product(itertools.combinations(range(LENGTH), 2), itertools.permutations(ALPHABET, 2)):
        characters = ["0"] * LENGTH
        characters[i], characters[j] = a, b
        before = references.checksum("".join(characters))
        characters[i], characters[j] = b, a
        assert references.checksum("".join(characters)) != before, (i, j, a, b)


@given(st.lists(st.sampled_from(ALPHABET), min_size=10, max_size=10), st.data())
def test_a_mistake_in_any_reference_is_caught(characters, data):
    text = "".join(characters)
    whole = text + ALPHABET[references.checksum(text)]
    place = data.draw(st.integers(0, LENGTH - 1))
    wrong = data.draw(st.sampled_from(ALPHABET.replace(whole[place], "")))
    assert references.read(whole) == whole
    assert references.read(whole[:place] + wrong + whole[place + 1 :]) is None


@pytest.mark.parametrize(
    "typed",
    [
        WHOLE.lower(),
        references.grouped(WHOLE),
        f"  {WHOLE[:3]} {WHOLE[3:]}\n",
        "–".join(WHOLE),
        WHOLE.replace("0", "O"),
        WHOLE.replace("0", "o"),
        WHOLE[:5] + "\u200b" + WHOLE[5:],
    ],
)
def test_case_spaces_hyphens_and_look_alikes_are_forgiven(typed):
    assert references.read(typed) == WHOLE


def test_i_and_l_are_read_as_one():
    text = "1" * 10
    whole = text + ALPHABET[references.checksum(text)]
    assert references.read("iIlL1iIlL1" + whole[-1]) == whole


@pytest.mark.parametrize("typed", ["", WHOLE[:-1], WHOLE + "0", WHOLE[:-1] + "U", "ß" * 11, "٣" * 11, WHOLE[::-1]])
def test_what_is_no_reference_is_not_read(typed):
    assert references.read(typed) is None


def test_a_reference_is_printed_in_groups():
    assert references.grouped("ABCDEFGHJKM") == "ABCD-EFGH-JKM"
