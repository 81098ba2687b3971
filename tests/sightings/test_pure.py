"""The pure parts: links, places, checks and what a text must not tell."""

import csv
import os
from datetime import date, time
from pathlib import Path

import pytest

from hippolist.privacy import tells_too_much
from hippolist.projection import AFRICA, BASE_MAPS, best_map
from sightings import territory
from sightings.checks import CHECKS, Case, Seen, findings, words
from sightings.links import canonical, may_tell_more
from sightings.pin import HEIGHT, WIDTH, View

SHARED = os.environ.get("HIPPOLIST_SHARED")
needs_records = pytest.mark.skipif(not SHARED, reason="set HIPPOLIST_SHARED to the folder with the trial records")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.example.org/a/", "http://m.example.org/a?utm_source=x#top", True),
        ("https://example.org/a/amp/", "https://amp.example.org/a", True),
        ("https://example.org/a?b=1&c=2", "https://example.org/a?c=2&b=1&fbclid=z", True),
        ("https://example.org/a?b=1", "https://example.org/a?b=2", False),
        ("https://example.org/A", "https://example.org/a", False),
        ("https://example.org/a", "https://example.com/a", False),
    ],
)
def test_addresses_of_the_same_story(one, other, same):
    assert (canonical(one) == canonical(other)) is same


def test_social_media_and_observation_sites_may_tell_more():
    assert may_tell_more("https://m.facebook.com/x")
    assert may_tell_more("https://uk.inaturalist.org/observations/1")
    assert not may_tell_more("https://notfacebook.com/x")


@pytest.mark.parametrize(
    "text",
    [
        "at -13.0987, 31.7876",
        "13° 5' 55\" S",
        "grid 36K TA 1234 5678",
        "6GCRPR6C+QW",
        "mail ada@example.org",
        "ring +260 97 123 4567",
        "ring 0977 123 456",
        "see ///filled.count.soap",
        "lat -13.12345 lon 31.77889",
        "lat: -13.12345, long: 31.77889",
        "S13.12345 E31.77889",
        "N 1 17.532 E 36 49.315",
        "13°07.412′S",
        "13 07 24 S 31 46 43 E",
        "-13.12 31.78",
        "-13.12345\n31.77889",
        "36K 0712345 8543210",
        "255712345678",
        "https://maps.app.goo.gl/abc",
        "w3w.co/filled.count.soap",
        "https://www.google.com/maps?q=-13.123456,31.778899",
    ],
)
def test_a_text_that_leads_to_a_place_or_a_person_is_noticed(text):
    assert tells_too_much(text)


@pytest.mark.parametrize(
    "text", ["14 hippos on 3 November 2026", "It weighed 1.5 tons, 3.2 m long", "Route A104, km 12", "between 2019 and 2024"]
)
def test_a_plain_text_is_not(text):
    assert tells_too_much(text) == []


def found(**fields):
    return {name: (result.severity, words(name, result.severity, result.evidence)) for name, _version, result in findings(Case(**fields))}


def test_each_check_speaks():
    assert found(country_code="ZM", species="hippopotamus_amphibius") == {"country": ("ok", "Zambia is hippo country.")}
    assert found(country_code="CO", species="hippopotamus_amphibius")["country"][0] == "ok"
    assert found(country_code="EG", species="hippopotamus_amphibius")["country"][0] == "question"
    assert found(country_code="ZM", species="choeropsis_liberiensis")["country"][0] == "warn"
    assert found(country_code="ZM", species="unknown")["country"][0] == "ok"
    assert found(country_code="NO", species="unknown")["country"][0] == "warn"
    assert "sea" in found(latitude=0.0, longitude=0.0)["country"][1]
    assert "Zambia" in found(country_code="ZM", given_country_code="NO")["country"][1]
    assert found(year=2026, month=11, day=3, photos=[Seen(date(2026, 11, 1))])["date"][0] == "warn"
    assert found(year=2026, month=11, day=3, photos=[Seen(date(2026, 11, 3))])["date"][0] == "ok"
    assert found(year=1990, sent_on=date(2026, 1, 1))["date"][0] == "question"
    assert "HR-1" in found(same_link=["HR-1"])["same_link"][1]
    assert "HR-1" in found(same_photo=["HR-1"])["same_photo"][1]
    assert "400" in found(count=400)["count"][1]
    assert "phone" in found(story="+260 97 123 4567")["text"][1]
    assert found() == {}
    assert (
        "12 km"
        in found(latitude=-13.1, longitude=31.79, country_code="ZM", photos=[Seen(latitude=-13.0, longitude=31.84)])["photo_place"][1]
    )
    assert (
        found(latitude=-13.1, longitude=31.79, country_code="ZM", photos=[Seen(latitude=-13.101, longitude=31.79)])["photo_place"][0]
        == "ok"
    )
    assert "farm dam" in found(place="the farm dam")["vague"][1]
    assert "9 hours" in found(photos=[Seen(date(2026, 11, 3), time(8)), Seen(date(2026, 11, 3), time(17))])["apart"][1]
    assert found(photos=[Seen(), Seen(date(2026, 11, 3))]) == {}
    assert set(CHECKS) == {"date", "country", "photo_place", "vague", "apart", "same_link", "same_photo", "count", "text"}


def test_a_photo_lowers_a_doubt_and_what_the_reporter_confirmed_is_told():
    assert found(country_code="NO", species="unknown", photos=[Seen()])["country"][0] == "question"
    assert found(country_code="NO", kind="captive")["country"][0] == "ok"
    severity, said = found(count=400, confirmed=["count"])["count"]
    assert severity == "question"
    assert "the reporter said that it is right" in said


@needs_records
def test_the_map_alone_names_the_country_of_nearly_every_real_record_and_errs_only_at_borders():
    rows = list(csv.DictReader((Path(SHARED) / "data/records/gbif_points.csv").read_text(encoding="utf-8").splitlines()))
    missed = []
    for row in rows:
        latitude, longitude = float(row["decimalLatitude"]), float(row["decimalLongitude"])
        if territory.country_of(latitude, longitude) != row["countryCode"]:
            missed.append(territory.distance_km(latitude, longitude, row["countryCode"]))
        assert territory.settle(latitude, longitude, row["countryCode"]) == (row["countryCode"], True)
    assert len(rows) == 297
    assert len(missed) <= 3
    assert all(km <= 5 for km in missed)


def test_a_country_that_the_pin_contradicts_does_not_stand():
    assert territory.settle(-13.1, 31.79, "NO") == ("ZM", False)
    assert territory.settle(-13.1, 31.79, "") == ("ZM", True)
    assert territory.country_of(0, 0) == ""
    assert territory.country_of(-9.0, -35.5) == "BR"
    assert territory.distance_km(0, 0, "XX") == float("inf")


@pytest.mark.parametrize("base", BASE_MAPS.values(), ids=BASE_MAPS)
def test_a_point_on_a_map_is_the_place_it_shows(base):
    latitude, longitude = (base.south + base.north) / 2, (base.west + base.east) / 2
    there = base.to_degrees(*base.to_svg(latitude, longitude))
    assert there == pytest.approx((latitude, longitude))
    assert base.to_svg(base.north, base.west) == pytest.approx((0, 0), abs=0.01)
    assert base.to_svg(base.south, base.east) == pytest.approx((base.width, base.height), abs=1.5)


def test_the_poles_have_a_place_on_the_map():
    best_map(90, 0).to_svg(90, 0)


def test_each_click_on_the_map_comes_nearer_to_the_place():
    latitude, longitude = -13.1, 31.79
    view, errors = View.whole(AFRICA), []
    for _ in range(4):
        x, y = AFRICA.to_svg(latitude, longitude)
        px, py = round((x - view.x) * WIDTH / view.width), round((y - view.y) * HEIGHT / view.height)
        clicked_latitude, clicked_longitude, view = view.click(px, py)
        errors.append(max(abs(clicked_latitude - latitude), abs(clicked_longitude - longitude)))
    assert errors[-1] < 0.01 < errors[0]
    assert str(View.parse(str(view))) == str(view)


@pytest.mark.parametrize("text", ["", "mars:1,2,3", "africa:1,2", "africa:0,0,0.5", "<script>"])
def test_a_view_that_is_nonsense_is_africa(text):
    assert View.parse(text) == View.whole(AFRICA)
