"""Exports: the same names and values in every file, safe to open."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hippolist import exports
from hippolist.models import Entry, Revision
from hippolist.vocabulary import Grid
from tests.factories import make_entry

COLUMNS = [
    "id",
    "revision",
    "title",
    "kind",
    "scientificName",
    "individualCount",
    "lifeStage",
    "condition",
    "howKnown",
    "eventDate",
    "year",
    "month",
    "day",
    "country",
    "countryCode",
    "locality",
    "decimalLatitude",
    "decimalLongitude",
    "geodeticDatum",
    "coordinateUncertaintyInMeters",
    "coordinatePrecision",
    "dataGeneralizations",
    "informationWithheld",
    "license",
    "rightsHolder",
    "recordedBy",
    "occurrenceID",
    "references",
    "sources",
    "pictures",
    "checked",
    "story",
    "language",
    "link",
    "listed",
    "changed",
    "demo",
]


def test_the_names_of_the_columns_are_a_promise():
    assert exports.columns() == COLUMNS


def test_an_entry_and_its_revision_print_alike(db):
    entry = make_entry()
    assert exports.row(entry) == exports.row(Revision.objects.like_entries().get())


def test_a_row_tells_what_is_public(db):
    source = {"title": "T", "publisher": "P", "date": "2026-01-02", "url": "https://paper.example/1", "archived_url": "", "note": "private"}
    picture = {"name": "aa11", "width": 16, "height": 9, "alt": "A", "credit": "C", "license": "L", "sha256": "private"}
    row = exports.row(make_entry(sources=[source], pictures=[picture]))
    assert row["id"] == "HL-000001"[:3] + row["id"][3:]
    assert row["eventDate"] == "2026-11-03"
    assert (row["country"], row["countryCode"]) == ("Zambia", "ZM")
    assert row["link"] == row["occurrenceID"] == f"http://testserver/list/{row['id']}/"
    assert row["geodeticDatum"] == "EPSG:4326"
    assert "private" not in json.dumps(row, default=str)
    assert row["pictures"][0]["url"] == "http://testserver/media/aa11-1600.webp"


@pytest.mark.parametrize(
    ("grid", "printed"),
    [(Grid.FINE, ("-13.10", "31.80")), (Grid.MEDIUM, ("-13.1", "31.8")), (Grid.COARSE, ("-13", "32")), (Grid.NONE, ("", ""))],
)
def test_coordinates_are_printed_on_their_grid(db, grid, printed):
    make_entry("-13.1", "31.8", grid=grid)
    line = next(csv.DictReader(io.StringIO("".join(exports.csv_lines(map(exports.row, Entry.objects.all()))))))
    assert (line["decimalLatitude"], line["decimalLongitude"]) == printed
    assert line["coordinatePrecision"] == (grid.value if grid != Grid.NONE else "")
    assert line["geodeticDatum"] == ("EPSG:4326" if grid != Grid.NONE else "")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_that_people_wrote_is_a_formula(db, start):
    make_entry(title=f"{start}1+1", place_name=f"{start}x", recorded_by=f"{start}x", occurrence_id=f"{start}x", checked=f"{start}x")
    text = "".join(exports.csv_lines(map(exports.row, Entry.objects.all())))
    line = next(csv.DictReader(io.StringIO(text, newline="")))
    for name in ("title", "locality", "recordedBy", "occurrenceID", "checked"):
        assert line[name].startswith(f"'{start}")
    # A number may be negative.
    assert line["decimalLatitude"] == "-13.10"


def test_lists_and_truth_in_a_cell(db):
    make_entry(sources=[{"url": "https://a.example"}, {"url": "https://b.example"}], demo=True)
    line = next(csv.DictReader(io.StringIO("".join(exports.csv_lines(map(exports.row, Entry.objects.all()))))))
    assert line["sources"] == "https://a.example | https://b.example"
    assert line["demo"] == "true"


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0")), min_size=1))
def test_csv_reads_back_as_it_was_written(words):
    text = "".join(exports.csv_lines(({"x": word, "n": 1} for word in words), ["x", "n"]))
    assert [line["x"] for line in csv.DictReader(io.StringIO(text, newline=""))] == words
    assert text.startswith("x,n\r\n")


def test_json_and_geojson_read_back_even_when_empty(db):
    assert json.loads("".join(exports.json_lines([], release="1"))) == {"release": "1", "entries": []}
    assert json.loads("".join(exports.geojson_lines([]))) == {"type": "FeatureCollection", "features": []}


def test_geojson_holds_all_and_null_where_there_is_no_place(db):
    make_entry("-13.1", "31.8")
    make_entry(None, None)
    features = json.loads("".join(exports.geojson_lines(map(exports.row, Entry.objects.order_by("pk")))))["features"]
    assert features[0]["geometry"] == {"type": "Point", "coordinates": [31.8, -13.1]}
    assert features[1]["geometry"] is None
    assert features[0]["properties"]["title"] == "Two hippos at the bridge"
