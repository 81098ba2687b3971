"""Coordinates: every notation that people paste means the place it names, and nothing else means a place."""

import time
from contextlib import suppress

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sightings import coordinates

MFUWE = (-13.0987, 31.7876)
MFUWE_MINUTES = (-13.1, 31.783333)
ST_LUCIA = (-28.375833, 32.414722)
NAPOLES = (5.9253, -74.7266)
MZIMA = (-2.9833, 38.0167)
KAZINGA = (-0.2, 29.9)
GAMBIA = (13.65, -14.9)
NOTATIONS = [
    # Decimal degrees, with any sign, point and separator.
    ("-13.0987, 31.7876", MFUWE),
    ("-13.0987,31.7876", MFUWE),
    ("  -13.0987\t31.7876\n", MFUWE),
    ("-13.0987 / 31.7876", MFUWE),
    ("-13.0987; 31.7876", MFUWE),
    ("-13.0987 | 31.7876", MFUWE),
    ("(-13.0987, 31.7876)", MFUWE),
    ("\u221213.0987, 31.7876", MFUWE),
    ("\u201313.0987 \u00b7 31.7876", MFUWE),
    ("-13,0987 31,7876", MFUWE),
    ("-13,0987; 31,7876", MFUWE),
    ("-13,0987, 31,7876", MFUWE),
    ("-13,0987,31,7876", MFUWE),
    ("-13.0987\u00b0, 31.7876\u00b0", MFUWE),
    ("-13.0987+31.7876/", MFUWE),
    ("-13.0987, 31.7876, 540.2", MFUWE),
    ("-13, 31", (-13.0, 31.0)),
    ("-13 31", (-13.0, 31.0)),
    ("\u0661\u0663.\u0665 \u0663\u0661.\u0662", (13.5, 31.2)),
    ("Luangwa, at the bridge -13.09870, 31.78760 (two of them)", MFUWE),
    # Letters and words before or after, in the five languages, in either order.
    ("13.0987 S, 31.7876 E", MFUWE),
    ("13.0987S 31.7876E", MFUWE),
    ("S13.0987 E31.7876", MFUWE),
    ("-13.0987 S, 31.7876 E", MFUWE),
    ("31.7876 E 13.0987 S", MFUWE),
    ("e 31.7876 s 13.0987", MFUWE),
    ("13.0987 south, 31.7876 east", MFUWE),
    ("5.9253 N, 74.7266 W", NAPOLES),
    ("5,9253 N 74,7266 O", NAPOLES),
    ("5,9253 norte 74,7266 oeste", NAPOLES),
    ("5,9253 Nord; 74,7266 Ouest", NAPOLES),
    ("74.7266 W 5.9253", NAPOLES),
    ("2.9833 kusini, 38.0167 mashariki", MZIMA),
    ("2,9833 sul 38,0167 leste", MZIMA),
    ("Lat: -13.0987 Long: 31.7876", MFUWE),
    ("lat=-13.0987, lng=31.7876", MFUWE),
    ("Longitude: 31.7876, Latitude: -13.0987", MFUWE),
    ("-13.0987 lat, 31.7876 lon", MFUWE),
    ("Latitud: 5.9253 Longitud: -74.7266", NAPOLES),
    ("Latitude : 13,65 N ; Longitude : 14,9 O", GAMBIA),
    ("Position: -13.0987, 31.7876", MFUWE),
    ("WGS84 -13.0987 31.7876", MFUWE),
    ("GPS coordinates: 0.2 S 29.9 E", KAZINGA),
    ("13.0987 degrees S 31.7876 degrees E", MFUWE),
    # Degrees and minutes; degrees, minutes and seconds.
    ("13\u00b006'S 31\u00b047'E", MFUWE_MINUTES),
    ("13\u00b0 06.000\u2032 S, 31\u00b0 47.000\u2032 E", MFUWE_MINUTES),
    ("S 13\u00b0 06.000 E 031\u00b0 47.000", MFUWE_MINUTES),
    ("S13 06.000 E31 47.000", MFUWE_MINUTES),
    ("13\u00b006,0' S 31\u00b047,0' E", MFUWE_MINUTES),
    ("-13 6 31 47", MFUWE_MINUTES),
    ("Latitude: 13\u00b06'S Longitude: 31\u00b047'E", MFUWE_MINUTES),
    ("13 degrees 6 minutes south, 31 degrees 47 minutes east", MFUWE_MINUTES),
    ("28\u00b022'33\"S 32\u00b024'53\"E", ST_LUCIA),
    ("28\u00ba22'33''S, 32\u00ba24'53''E", ST_LUCIA),
    ("28\u00b0 22\u2032 33\u2033 S 32\u00b0 24\u2032 53\u2033 E", ST_LUCIA),
    ("28\u00b022\u201933\u201dS 32\u00b024\u201953\u201dE", ST_LUCIA),
    ("28:22:33S 32:24:53E", ST_LUCIA),
    ("28 22 33 S 32 24 53 E", ST_LUCIA),
    ("28-22-33 S, 32-24-53 E", ST_LUCIA),
    ("28.22.33 S 32.24.53 E", ST_LUCIA),
    ("28,22,33 S 32,24,53 E", ST_LUCIA),
    ("28d22'33\"S 32d24'53\"E", ST_LUCIA),
    ("-28\u00b022'33\" 32\u00b024'53\"", ST_LUCIA),
    ("-28 22 33, 32 24 53", ST_LUCIA),
    ("32\u00b024'53\"E 28\u00b022'33\"S", ST_LUCIA),
    ("St Lucia estuary 28\u00b022'33\"S 32\u00b024'53\"E", ST_LUCIA),
    # What maps write into an address: the pin before the middle of the screen.
    ("https://www.google.com/maps/@-13.0987,31.7876,15z", MFUWE),
    ("https://maps.google.com/?q=-13.0987,31.7876", MFUWE),
    ("https://maps.google.com/maps?q=loc:-13.0987+31.7876", MFUWE),
    ("https://www.google.com/maps/place/Mfuwe/@-13.2,31.9,9z/data=!4m6!3m5!1s0x1:0x2!8m2!3d-13.0987!4d31.7876!16s", MFUWE),
    ("https://www.google.com/maps/search/?api=1&query=-13.0987%2C31.7876", MFUWE),
    ("https://www.google.com/maps/search/-13.0987,+31.7876?entry=tts", MFUWE),
    ("https://www.google.com/maps/dir/-12.5,31.5/-13.0987,31.7876/@-12.8,31.6,9z", MFUWE),
    ("https://www.google.com/maps/place/28%C2%B022'33.0%22S+32%C2%B024'53.0%22E/", ST_LUCIA),
    ("https://www.google.com/maps?q=28%C2%B022'33.0%22S+32%C2%B024'53.0%22E", ST_LUCIA),
    (
        "https://www.google.com/maps/place/28%C2%B022'33.0%22S+32%C2%B024'53.0%22E/@-28.37,32.42,17z/data=!4m4!8m2!3d-28.375833!4d32.414722",
        ST_LUCIA,
    ),
    ("maps.google.com/?ll=5.9253,-74.7266&z=12", NAPOLES),
    ("https://www.google.com/maps?daddr=-2.9833,38.0167", MZIMA),
    ("https://www.openstreetmap.org/#map=15/-13.0987/31.7876", MFUWE),
    ("https://www.openstreetmap.org/?mlat=-13.0987&mlon=31.7876#map=5/-10/30", MFUWE),
    ("https://maps.apple.com/?ll=-13.0987,31.7876&q=Pin", MFUWE),
    ("https://maps.apple.com/place?coordinate=-13.0987,31.7876&name=Pin", MFUWE),
    ("geo:-13.0987,31.7876", MFUWE),
    ("geo:-13.0987,31.7876;u=35", MFUWE),
    ("geo:0,0?q=-13.0987,31.7876(Hippos)", MFUWE),
    ("https://osmand.net/go?lat=-13.0987&lon=31.7876&z=15", MFUWE),
    ("https://osmand.net/map?pin=-13.0987,31.7876#15/-13.1/31.8", MFUWE),
    ("om://map?v=1&ll=-13.0987,31.7876&n=Hippos", MFUWE),
    ("https://share.here.com/l/-13.0987,31.7876,Hippos?z=15", MFUWE),
    ("https://www.bing.com/maps?cp=-13.0987~31.7876&lvl=15", MFUWE),
    ("https://waze.com/ul?ll=-13.0987,31.7876&navigate=yes", MFUWE),
    ("https://www.waze.com/live-map/directions?to=ll.-13.0987%2C31.7876", MFUWE),
    ("https://yandex.com/maps/?ll=31.7876%2C-13.0987&z=12", MFUWE),
    # Full plus codes and the UTM grid; the values are those of the makers' own tables.
    ("4VCPPQGP+Q9", (-41.273062, 174.785938)),
    ("7fg49qcj+2vx", (20.370112, 2.782234)),
    ("7FG49Q00+", (20.375, 2.775)),
    ("https://plus.codes/4VCPPQGP+Q9", (-41.273062, 174.785938)),
    ("17T 630084 4833438", (43.642562, -79.387143)),
    ("UTM 17T 630084mE 4833438mN", (43.642562, -79.387143)),
    ("36L 370000 8550000", (-13.113536, 31.800727)),
    ("36S 370000 8550000", (-13.113536, 31.800727)),
]
NOTHING = [
    "",
    " ",
    "Mfuwe",
    "near the bridge",
    "14 hippos",
    "12 34",
    "14:30",
    "3/11",
    "03.11.2026",
    "2026-11-03",
    "3 November 2026",
    "+260 97 123 4567",
    "0977 123 456",
    "Route A104, km 12",
    "between 2019 and 2024",
    "nan, nan",
    "inf inf",
    "1e1, 2e1",
    "91.5, 20.5",
    "20.5, 181.5",
    "-13.5 N, 31.5 E",
    "13.5 S 14.5 S",
    "13\u00b075'S 31\u00b047'E",
    "13\u00b05'S 31.5'E",
    "13.5\u00b010'S 31\u00b047'E",
    "13.5",
    "https://maps.app.goo.gl/aBcD1234eFgH5678",
    "https://goo.gl/maps/aBcD1234",
    "https://news.example.org/2026/11/03/hippos-in-town?id=13",
    "w3w.co/filled.count.soap",
    "PQGP+Q9 Wellington",
    "36X 99 5",
    "geo:0,0",
    "\x00",
]


def test_the_table_has_at_least_sixty_notations():
    assert len({text for text, _place in NOTATIONS}) >= 60


@pytest.mark.parametrize(("text", "place"), NOTATIONS, ids=[text[:50] for text, _place in NOTATIONS])
def test_a_notation_means_its_place(text, place):
    assert coordinates.parse(text) == pytest.approx(place, abs=2e-6)


@pytest.mark.parametrize("text", NOTHING)
def test_what_names_no_point_is_no_place(text):
    assert coordinates.parse(text) is None


@pytest.mark.parametrize(
    ("text", "axis", "degrees"),
    [
        ("-13.0987", "latitude", -13.0987),
        ("\u221213,0987\u00b0", "latitude", -13.0987),
        ("13\u00b007'S", "latitude", -13.116667),
        ("S 13 07", "latitude", -13.116667),
        ("13 07 12 S", "latitude", -13.12),
        ("31\u00b047'16.8\"E", "longitude", 31.788),
        ("74,7266 oeste", "longitude", -74.7266),
        ("Long: 31.7876", "longitude", 31.7876),
        ("-0", "latitude", 0.0),
        ("180", "longitude", 180.0),
        ("31.78764321", "longitude", 31.787643),
    ],
)
def test_one_field_takes_one_number_in_any_notation(text, axis, degrees):
    assert coordinates.parse_one(text, axis) == degrees
    assert str(coordinates.parse_one(text, axis)) == str(degrees)  # Never -0.0.


@pytest.mark.parametrize(
    ("text", "axis"),
    [
        *[("", "latitude"), ("north", "latitude"), ("13\u00b007'W", "latitude"), ("31.7 S", "longitude"), ("Lon 31.7", "latitude")],
        *[("90.1", "latitude"), ("-180.1", "longitude"), ("nan", "latitude"), ("inf", "longitude"), ("-13.1, 31.7", "latitude")],
        *[("-13, 31", "latitude"), ("1e1", "latitude"), ("13 61", "latitude"), ("9" * 500, "latitude"), ("1" * 10_000, "longitude")],
    ],
)
def test_one_field_refuses_what_is_not_its_number(text, axis):
    with pytest.raises(ValueError, match=axis):
        coordinates.parse_one(text, axis)


@given(
    st.text(alphabet=st.sampled_from("0123456789-+.,;:/@#?&=!~ °'\"NSEWOXYdlatgeo\u2212\u0663\u00b2\n"), max_size=80) | st.text(max_size=80)
)
def test_any_text_is_a_pair_in_range_or_nothing(text):
    pair = coordinates.parse(text)
    assert pair is None or (abs(pair[0]) <= 90 and abs(pair[1]) <= 180)
    for axis, most in (("latitude", 90), ("longitude", 180)):
        with suppress(ValueError):
            assert abs(coordinates.parse_one(text, axis)) <= most


def _minutes(value: float, letters: str) -> str:
    seconds = round(abs(value) * 3_600_000)
    return f"{seconds // 3_600_000}°{seconds // 60_000 % 60}'{seconds % 60_000 / 1000:.3f}\"{letters[value < 0]}"


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_point_comes_back_from_however_it_is_written(latitude, longitude):
    assume(round(latitude, 5) or round(longitude, 5))  # An address at 0,0 means nothing.
    for text in (
        f"{latitude:.6f}, {longitude:.6f}",
        f"{latitude:.6f} {longitude:.6f}".replace(".", ","),
        f"{_minutes(latitude, 'NS')} {_minutes(longitude, 'EW')}",
        f"https://www.google.com/maps/@{latitude:.6f},{longitude:.6f},15z",
        f"https://www.openstreetmap.org/?mlat={latitude:.6f}&mlon={longitude:.6f}",
    ):
        assert coordinates.parse(text) == pytest.approx((latitude, longitude), abs=1.1e-6), text


@pytest.mark.parametrize(
    "piece", ["1", "1 ", "-", "13.1,", "°", "1°", "/dir/", "@1,", "!3d1!4d", "geo:1,", "N", "2+", "lat=1&", " ", "(((", "?q=1"]
)
def test_long_texts_cost_no_time(piece):
    started = time.perf_counter()
    for length in (1_900, 10_000, 100_000):
        text = (piece * length)[:length]
        coordinates.parse(text)
        with pytest.raises(ValueError, match="no latitude"):
            coordinates.parse_one(text + "?", "latitude")
    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ((31.7876, -13.0987), MFUWE),  # Swapped: the Atlantic off Morocco.
        ((31.7876, 13.0987), MFUWE),  # Swapped, and the sign lost: Libya.
        ((5.9253, 74.7266), NAPOLES),  # The sign lost: the Indian Ocean.
        ((-74.7266, 5.9253), NAPOLES),  # Swapped: Antarctica.
        ((28.3758, 32.4147), (-28.3758, 32.4147)),  # The sign lost: the Gulf of Suez.
        ((-2.9833, -38.0167), MZIMA),  # Off Brazil.
    ],
)
def test_a_slip_is_turned_back_into_hippo_country(given, wanted):
    asked = coordinates.did_you_mean(*given)
    assert wanted in asked
    assert given not in asked
    assert len(asked) <= 3


def test_the_commonest_slip_comes_first_and_places_without_hippos_are_not_offered():
    assert coordinates.did_you_mean(31.7876, -13.0987)[0] == MFUWE
    assert coordinates.did_you_mean(59.9, 10.7) == []
    assert coordinates.did_you_mean(0, 0) == []
    assert (5.5, 5.5) not in coordinates.did_you_mean(5.5, 5.5)  # Swapped it is the same point of Nigeria.
    assert coordinates.did_you_mean(95, 170) == []
