"""Data addresses: open to every site, whole, and of the right kind."""

import csv
import io
import json
from xml.etree import ElementTree

import pytest

from hippolist.models import Entry
from tests.factories import make_entry, make_release

ATOM = "{http://www.w3.org/2005/Atom}"


def text_of(response):
    return b"".join(response).decode()


@pytest.mark.parametrize(
    ("address", "kind", "file"),
    [
        ("/list.csv", "text/csv; charset=utf-8", "hippolist.csv"),
        ("/list.geojson", "application/geo+json; charset=utf-8", "hippolist.geojson"),
        ("/list.json", "application/json; charset=utf-8", None),
        ("/list.atom", "application/atom+xml; charset=utf-8", None),
        ("/list/map.json", "application/json", None),
        ("/releases.atom", "application/atom+xml; charset=utf-8", None),
        ("/releases/2026.11/changes.csv", "text/csv; charset=utf-8", "hippolist-2026.11-changes.csv"),
        ("/releases/2026.11/changes.json", "application/json; charset=utf-8", "hippolist-2026.11-changes.json"),
    ],
)
def test_data_says_what_it_is_and_any_site_may_load_it(db, client, address, kind, file):
    make_entry()
    make_release("2026.11")
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == kind
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response.get("Content-Disposition") == (f'attachment; filename="{file}"' if file else None)
    assert not response.cookies
    assert client.post(address).status_code in {403, 405}


def test_the_entry_as_json(db, client):
    entry = make_entry()
    response = client.get(f"/list/{entry.code}.json")
    assert response.json()["title"] == entry.title
    assert response["Access-Control-Allow-Origin"] == "*"
    assert client.get("/list/HL-000999.json").status_code == 404


def test_csv_holds_the_whole_list(db, client):
    Entry.objects.bulk_create(Entry(title=f"n{n}") for n in range(1_100))
    lines = list(csv.DictReader(io.StringIO(text_of(client.get("/list.csv")))))
    assert len(lines) == 1_100
    assert lines[0]["title"] == "n1099"
    assert next(csv.DictReader(io.StringIO(text_of(client.get("/list.csv?sort=oldest")))))["title"] == "n0"


def test_json_comes_in_pages_that_keep_the_filter(db, client):
    Entry.objects.bulk_create(Entry(title=f"n{n}", country_code="ZM") for n in range(501))
    make_entry(country_code="UG")
    first = client.get("/list.json?country=ZM").json()
    assert len(first["entries"]) == 500
    assert first["next"].startswith("http://testserver/list.json?country=ZM&after=")
    second = client.get(first["next"].removeprefix("http://testserver")).json()
    assert [entry["title"] for entry in second["entries"]] == ["n0"]
    assert second["next"] is None
    assert client.get("/list.json").json()["next"].startswith("http://testserver/list.json?after=")


def test_geojson_is_one_collection(db, client):
    make_entry()
    assert len(json.loads(text_of(client.get("/list.geojson")))["features"]) == 1


def test_the_map_answers_circles_with_the_way_to_their_entries(db, client):
    entry = make_entry("2.5", "31.5")
    make_entry()
    make_entry()
    cells = {cell["count"]: cell for cell in client.get("/list/map.json").json()["cells"]}
    assert cells[1]["entry"] == entry.code
    assert (cells[1]["latitude"], cells[1]["longitude"]) == (2.5, 31.5)
    assert cells[2]["entry"] is None
    assert len(client.get(f"/list.json?cell={cells[2]['cell']}").json()["entries"]) == 2


def test_the_feed_has_the_newest_entries_in_the_language_of_its_address(db, client):
    entry = make_entry(title="Calf \x0b& cow", story="**Bold**")
    feed = ElementTree.fromstring(client.get("/fr/list.atom").content)
    item = feed.find(f"{ATOM}entry")
    assert item.find(f"{ATOM}title").text == "Calf & cow"
    assert item.find(f"{ATOM}link").get("href") == f"http://testserver/fr/list/{entry.code}/"
    assert "3 novembre 2026" in item.find(f"{ATOM}summary").text
    assert "<strong>Bold</strong>" in item.find(f"{ATOM}summary").text
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"
    assert feed.find(f"{ATOM}link[@rel='self']").get("href") == "http://testserver/fr/list.atom"


def test_the_feed_of_releases_has_each_published_one(db, client):
    make_entry()
    make_release("2026.10", notes="The *first*.")
    feed = ElementTree.fromstring(client.get("/releases.atom").content)
    assert [item.find(f"{ATOM}title").text for item in feed.findall(f"{ATOM}entry")] == ["Release 2026.10"]
    assert feed.find(f"{ATOM}entry/{ATOM}link").get("href") == "http://testserver/releases/2026.10/"


def test_an_address_that_does_not_exist_has_a_whole_page_that_says_so(db, client):
    response = client.get("/list.json?after=x")
    assert response.status_code == 404
    assert client.get("/releases/2020.01/files/x.csv").status_code == 404


@pytest.mark.parametrize("address", ["/list.csv", "/list.geojson"])
def test_a_download_asks_one_question_however_long_it_is(db, client, django_assert_num_queries, address):
    Entry.objects.bulk_create(Entry(title=f"n{n}") for n in range(700))
    with django_assert_num_queries(1):
        assert len(text_of(client.get(address))) > 700
