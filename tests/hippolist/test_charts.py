"""Charts: bars and lines stand where their numbers say, and the figures can be read without seeing them."""

import re
from datetime import date
from itertools import pairwise

import pytest
from django.template import Context, Template

from hippolist import charts
from hippolist.charts import Columns, Series
from tests.factories import make_entry, make_release

TWELVE = [f"M{number}" for number in range(1, 13)]


def test_bars_of_a_group_stand_beside_each_other_on_one_base():
    chart = Columns(["a", "b"], [Series("in", [100, 1]), Series("out", [50, 0])])
    bars = list(chart.bars())
    assert [(bar["series"], bar["height"]) for bar in bars] == [(0, 166), (0, 2), (1, 83)]
    assert all(bar["y"] + bar["height"] == Columns.BASE for bar in bars)
    first, second, beside = bars
    assert first["x"] + first["width"] <= beside["x"]
    assert beside["x"] + beside["width"] <= second["x"]


@pytest.mark.parametrize("count", [1, 12, 24, 60])
def test_no_bar_leaves_the_sheet_and_a_small_number_is_still_seen(count):
    chart = Columns(["x"] * count, [Series("in", [10**9] * count), Series("out", [1] * count)])
    bars = list(chart.bars())
    assert len(bars) == 2 * count
    assert {bar["height"] for bar in bars} == {166, 2}
    assert all(bar["x"] >= 0 and bar["width"] > 0 and bar["x"] + bar["width"] <= Columns.WIDTH for bar in bars)


@pytest.mark.parametrize("count", [3, 12, 24, 60])
def test_words_below_a_chart_never_touch(count):
    places = [label["x"] for label in Columns(["Dec 2025"] * count, [Series("", [1] * count)]).labels()]
    assert places[0] == 0
    assert all(after - before >= Columns.WORD for before, after in pairwise(places))


def test_nothing_to_draw_is_no_chart():
    empty = Columns(TWELVE, [Series("in", [0] * 12)])
    assert not empty
    assert not Template("{% load charts %}{% columns chart 'x' 'y' %}").render(Context({"chart": empty})).strip()


def test_a_sparkline_runs_from_edge_to_edge_and_one_number_alone_draws_none():
    assert charts.line([0, 5, 10], 120, 30) == "M0.0 30.0L60.0 15.0L120.0 0.0"
    tag = Template("{% load charts %}{% sparkline values 'How it grew' %}")
    assert 'aria-label="How it grew"' in tag.render(Context({"values": [1, 2]}))
    assert "svg" not in tag.render(Context({"values": [1]}))


def test_the_last_months_cross_the_year():
    assert charts.months_until(date(2026, 2, 28), 3) == [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]


def test_a_ranking_is_a_table_whose_largest_bar_is_full():
    page = Template("{% load charts %}{% ranking rows 'By country' 'Country' 'Situations' %}").render(
        Context({"rows": [("Kenya", 1200), ("Zambia", 300)]})
    )
    assert re.findall(r'<rect class="bar" width="(\d+)"', page) == ["100", "25"]
    assert "1,200" in page
    assert page.count('<th scope="row">') == 2


@pytest.mark.django_db
def test_a_release_shows_where_and_when_as_chart_and_as_table(client):
    make_entry(year=2026, month=11)
    make_entry(year=2026, month=11, country_code="KE")
    make_entry(year=2026, month=9)
    make_entry(year=2026, month=None, day=None)
    make_entry(year=1999, month=1, country_code="")
    release = make_release("2026.11")
    type(release).objects.update(published_at="2026-11-20T10:00:00Z")
    page = " ".join(client.get("/releases/2026.11/").text.split())
    # Three of the last two years are drawn, one bar a month; all five stand in the table.
    assert len(re.findall(r'<rect class="bar bar--0"', page)) == 2
    rows = dict(re.findall(r'<th scope="row">([^<]+)</th> <td class="number">(\d*)</td>', page))
    assert (rows["November 2026"], rows["September 2026"], rows["October 2026"]) == ("2", "1", "0")
    assert rows["earlier, or month unknown"] == "2"
    assert "not tied to a country" in page
