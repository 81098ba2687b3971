"""The look turns round for languages that run from right to left: no rule names left or right."""

import re

import pytest

from tests.checks import ROOT

SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))
PHYSICAL = re.compile(
    r"(?<![\w-])(?:"
    r"(?:margin|padding|border|scroll-margin|scroll-padding|inset)-(?:left|right)[\w-]*\s*:"
    r"|border-(?:top|bottom)-(?:left|right)-radius\s*:"
    r"|(?:left|right)\s*:"
    r"|(?:text-align|float|clear|background-position(?:-x)?|transform-origin|object-position)\s*:[^;}]*\b(?:left|right)\b"
    # Four sides at once, of which the second (right) and the fourth (left) differ.
    r"|(?:margin|padding|inset|scroll-margin|scroll-padding)\s*:\s*[^\s;}]+ (?P<right>[^\s;}]+) [^\s;}]+ "
    r"(?!(?P=right)\s*[;}])[^\s;}]+\s*[;}]"
    r")"
)
# Only these two say what they do: a rule for one direction, or a reason.
TURNED = re.compile(r'\[dir="?(?:rtl|ltr)"?\]|:dir\(|/\*[^*]*physical[^*]*\*/')


def physical(css: str) -> list[str]:
    """The lines that name a side, without those that say why."""
    return [line.strip() for line in css.splitlines() if PHYSICAL.search(line) and not TURNED.search(line)]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_rule_names_left_or_right(sheet):
    assert physical(sheet.read_text(encoding="utf-8")) == []


def test_a_side_would_be_found():
    assert len(SHEETS) > 4
    for rule in ("a { margin-left: 1px; }", "right: 0;", "text-align: left", "float:right", "border-left: 0", "padding: 0 1em 0 2em;"):
        assert physical(rule) == [rule], rule
    for rule in ("a { margin-inline-start: 1px; }", "padding: 0 1em 0 1em;", "padding: 1em 2em 3em;", "text-align: start", "--right: 1px"):
        assert physical(rule) == [], rule
    assert physical('[dir="rtl"] select { background-position: left center; }') == []
    assert physical("left: 0; /* physical: the map does not turn */") == []
