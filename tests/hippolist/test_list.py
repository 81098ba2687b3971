"""The list: everything verified, searchable, in pages, on a map, in few questions to the database."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from hippolist.models import Entry
from hippolist.vocabulary import Grid
from tests.factories import make_entry


def codes(client, address):
    """The entries of a page, in their order."""
    html = client.get(address).content.decode()
    return [int(pk) for pk in re.findall(r'<h3[^>]*>\s*<a href="(?:/fr)?/list/HL-0*(\d+)/"', html)]


def test_the_list_shows_what_is_verified_newest_first(db, client):
    first = make_entry(title="Calf in the canal")
    second = make_entry(title="Bull on the road", pictures=[{"name": "aa11", "width": 1600, "height": 900, "alt": "A bull"}])
    response = client.get("/list/")
    html = response.content.decode()
    assert codes(client, "/list/") == [second.pk, first.pk]
    for words in (
        "2 situations",
        "Calf in the canal",
        "3 November 2026",
        "Mfuwe, Zambia",
        "/media/aa11-320.webp",
        "not how many there are",
        "Make a Donation",
    ):
        assert words in html
    for kind in ("/list.csv", "/list.json", "/list.geojson", "/list.atom"):
        assert kind in html
    assert not response.cookies
    assert response["Cache-Control"].startswith("public") or "public" in response["Cache-Control"]


def test_one_situation_is_counted_in_the_singular(db, client):
    make_entry()
    assert ">1 situation<" in client.get("/list/").content.decode()


def test_what_is_held_back_or_withdrawn_is_nowhere(db, client):
    make_entry(title="Held back", appears_on=timezone.localdate() + timedelta(days=1))
    make_entry(title="Taken away").withdraw(by=None, reason="x")
    for address in ("/list/", "/list.csv", "/list.json", "/list.geojson", "/list.atom", "/list/map.json"):
        text = "".join(part.decode() for part in client.get(address))
        assert "Held back" not in text
        assert "Taken away" not in text
    assert client.get("/list/map.json").json() == {"cells": []}


def test_an_empty_list_asks_for_reports(db, client):
    html = client.get("/list/").content.decode()
    assert "The list is still empty" in html
    assert "/report/" in html


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("q=CANAL", "Calf in the canal"),
        ("q=cote", "Calf in the canal"),
        ("q=calf+ivoire", "Calf in the canal"),
        ("q=100%25", "Sure to 100% it_was"),
        ("q=it_was", "Sure to 100% it_was"),
        ("q=liberiensis", "Sure to 100% it_was"),
        ("country=ci", "Calf in the canal"),
        ("country=ZM&year=2020", "Sure to 100% it_was"),
        ("species=choeropsis_liberiensis", "Sure to 100% it_was"),
        ("kind=injury", "Calf in the canal"),
        ("condition=dead", "Calf in the canal"),
        ("cell=-13.10,31.79,0.01", "Sure to 100% it_was"),
        ("cell=5.00,-5.00,1.00", "Calf in the canal"),
        ("q=%20&country=&unknown=1&kind=injury", "Calf in the canal"),
    ],
)
def test_each_filter_works_on_every_form_of_the_list(db, client, query, title):
    make_entry("5.2", "-4.6", title="Calf in the canal", country_code="CI", kind="injury", condition="dead", year=2024)
    make_entry(title="Sure to 100% it_was", species="choeropsis_liberiensis", year=2020)
    make_entry("1", "1", title="Another", country_code="UG")
    assert client.get(f"/list/?{query}").content.decode().count("<div>\n        <h3") == 1
    for address in ("/list/", "/list.csv", "/list.json", "/list.geojson", "/list.atom", "/fr/list.atom"):
        text = "".join(part.decode() for part in client.get(f"{address}?{query}"))
        assert title in text, address
        assert "Another" not in text
    assert sum(cell["count"] for cell in client.get(f"/list/map.json?{query}").json()["cells"]) == 1


def test_the_number_of_an_entry_finds_it(db, client):
    make_entry()
    entry = make_entry()
    assert codes(client, f"/list/?q={entry.code.lower()}") == [entry.pk]


def test_a_corrected_headline_is_found_by_its_new_words(db, client):
    entry = make_entry(title="Calf in the canal")
    entry.revise(by=None, change="corrected", reason="x", fields={"title": "Éléphant sur la route"})
    assert codes(client, "/list/?q=elephant") == [entry.pk]
    assert codes(client, "/list/?q=calf") == []


def test_a_filter_that_fits_nothing_offers_the_way_back(db, client):
    make_entry()
    response = client.get("/list/?country=FR")
    assert response.status_code == 200
    assert "Nothing on the list fits this" in response.content.decode()
    assert '<option value="FR" selected>France</option>' in response.content.decode()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("country=ZZ", "We do not know this country"),
        ("country=narnia", "We do not know this country"),
        ("year=soon", "Enter a whole number"),
        ("year=1500", "greater than or equal to 1800"),
        ("year=9999", "This year has not come yet"),
        ("year=99999999999999999999999", "This year has not come yet"),
        ("species=dragon", "Select a valid choice"),
        ("kind=x", "Select a valid choice"),
        ("condition=x", "Select a valid choice"),
        ("sort=x", "Select a valid choice"),
        ("cell=here", "This square of the map does not exist"),
        ("q=" + "x" * 201, "at most 200 characters"),
        ("q=a%00b", "Null characters are not allowed"),
    ],
)
def test_a_value_that_makes_no_sense_is_named_and_the_form_is_kept(db, client, query, words):
    make_entry()
    response = client.get(f"/list/?{query}&place=1")
    html = response.content.decode()
    assert response.status_code == 422
    assert words in html
    assert 'class="error-summary"' in html
    for address in ("/list.csv", "/list.json", "/list.geojson", "/list.atom", "/list/map.json"):
        answer = client.get(f"{address}?{query}")
        assert answer.status_code == 422
        assert words in " ".join(*answer.json()["errors"].values())


@pytest.mark.parametrize("query", ["after=x", "after=-1", "before=99999999999", "after=1.5", "before=", "after=%00", "after=٣"])
def test_a_key_that_was_never_given_is_not_found(db, client, query):
    assert client.get(f"/list/?{query}").status_code == 404
    if "before" not in query:
        assert client.get(f"/list.json?{query}").status_code == 404


def test_pages_lead_forth_and_back_and_hold_each_entry_once(db, client):
    made = [make_entry(title=f"Number {n}").pk for n in range(60)]
    seen, address = [], "/list/"
    while address:
        seen += codes(client, address)
        html = client.get(address).content.decode()
        following = re.search(r'rel="next" href="([^"]+)"', html)
        address = "/list/" + following[1].replace("&amp;", "&") if following else ""
    assert seen == made[::-1]
    back = re.search(r'rel="prev" href="([^"]+)"', html)[1]
    assert codes(client, "/list/" + back) == made[::-1][25:50]
    back = re.search(r'rel="prev" href="([^"]+)"', client.get("/list/" + back).content.decode())[1]
    assert codes(client, "/list/" + back) == made[::-1][:25]
    assert 'rel="prev"' not in client.get("/list/" + back).content.decode()


def test_the_oldest_may_come_first_and_pages_keep_the_filter(db, client):
    made = [make_entry().pk for _ in range(30)]
    make_entry(country_code="UG")
    html = client.get("/list/?sort=oldest&country=ZM").content.decode()
    assert codes(client, "/list/?sort=oldest&country=ZM") == made[:25]
    following = re.search(r'rel="next" href="([^"]+)"', html)[1].replace("&amp;", "&")
    assert codes(client, "/list/" + following) == made[25:]


def test_entries_that_arrive_meanwhile_shift_no_page(db, client):
    made = [make_entry().pk for _ in range(30)]
    html = client.get("/list/").content.decode()
    following = re.search(r'rel="next" href="([^"]+)"', html)[1]
    make_entry()
    assert codes(client, "/list/" + following) == made[4::-1]


@pytest.mark.parametrize("count", [10, 200])
def test_the_list_asks_six_questions_at_most_however_long_it_is(db, client, django_assert_max_num_queries, count):
    Entry.objects.bulk_create(
        Entry(
            title=f"n{n}",
            country_code="ZM",
            grid="0.01",
            decimal_latitude=n % 40,
            decimal_longitude=n // 40,
            coordinate_uncertainty_in_meters=1,
        )
        for n in range(count)
    )
    last = Entry.objects.order_by("-pk")[5].pk
    for address in ("/list/", f"/list/?after={last}", f"/list/?before={last}", "/list/?country=ZM&q=", "/fr/list/"):
        with django_assert_max_num_queries(6):
            assert client.get(address).status_code == 200


def test_the_map_links_each_circle_to_its_entry_or_its_square(db, client):
    alone = make_entry("2.5", "31.5")
    make_entry()
    make_entry()
    html = client.get("/list/?country=ZM").content.decode()
    assert f'<a href="/list/{alone.code}/" aria-label="1 situation (2.5, 31.5)">' in html
    square = "/list/?country=ZM&amp;cell=-13.10,31.79,0.01"
    assert square in html
    assert len(codes(client, square.replace("&amp;", "&"))) == 2
    assert "The map as a table" in html
    assert "Borders are those of the base map" in html


def test_colombia_stands_in_a_corner_of_africa(db, client):
    make_entry()
    make_entry("6.2", "-74.9", country_code="CO")
    html = client.get("/list/").content.decode()
    assert "basemap-africa" in html
    corner = html.split('<svg x="16" y="856"')[1].split("</svg>")[0]
    assert '<path class="map-c"' in corner
    assert corner.count("<circle") == 1
    # The page holds the small map itself: a second file would cost more than all its rows.
    assert "basemap-colombia" not in html


def test_a_list_without_places_says_so_in_place_of_the_map(db, client):
    make_entry(grid=Grid.NONE)
    html = client.get("/list/").content.decode()
    assert "basemap" not in html
    assert "tied to a place" in html
