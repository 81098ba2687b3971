"""Licences: what a record's licence is called, and whether a release may hold it."""

import pytest

from hippolist import licences

BY = "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CC_BY_4_0", BY),
        ("CC BY 4.0", BY),
        (" cc-by ", BY),
        ("http://creativecommons.org/licenses/by-nc/4.0/legalcode", "https://creativecommons.org/licenses/by-nc/4.0/"),
        ("CC BY-NC-SA 3.0", "https://creativecommons.org/licenses/by-nc-sa/3.0/"),
        ("CC0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("http://creativecommons.org/publicdomain/zero/1.0/legalcode", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("all rights reserved", "all rights reserved"),
        ("", ""),
    ],
)
def test_a_licence_is_known_by_all_its_usual_names(text, expected):
    assert licences.parse(text) == expected


def test_a_release_holds_nothing_that_is_less_free_than_itself():
    nc, sa = "https://creativecommons.org/licenses/by-nc/4.0/", "https://creativecommons.org/licenses/by-sa/4.0/"
    assert BY not in licences.allowed("cc0")
    assert BY in licences.allowed("by")
    assert nc not in licences.allowed("by")
    assert nc in licences.allowed("by-nc")
    assert sa not in licences.allowed("by-nc")
    assert "" not in licences.allowed("by-nc")


def test_licences_have_short_names():
    assert licences.name(BY) == "CC BY 4.0"
    assert licences.name("https://creativecommons.org/publicdomain/zero/1.0/") == "CC0 1.0"
    assert licences.name("ask me") == "ask me"
