"""Does every form answer in the language of its page, and every error, too?"""

from collections.abc import Callable

import pytest
from django.conf import settings

from hippolist import tokens
from tests.factories import make_campaign, make_entry, make_report, make_subscriber
from tests.words import Reader, in_letters

pytestmark = pytest.mark.django_db
every_other = pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES if code != "en"])
NONSENSE = {
    "how_known": "saw",
    "observed_year": "1492",
    "observed_month": "13",
    "observed_time": "noon",
    "count": "-1",
    "latitude": "north",
    "species": "unicorn",
    "source_url": "none",
    "email": "none",
    "reporter_email": "none",
    "countries": "xx",
    "language": "xx",
    "amount": "nothing",
    "currency": "XXX",
    "interval": "daily",
    "campaign": "none",
}


def _report() -> str:
    return "/report/"


def _my_report() -> str:
    report = make_report(place="1", story="1", reporter_email="")
    report.ask(by=None, message="1")
    return f"/my-report/{report.token}/"


def _settings() -> str:
    return f"/subscribe/settings/{tokens.make('settings', make_subscriber().pk)}/"


def _donate() -> str:
    make_campaign("1", why="1")
    return "/donate/"


FORMS: dict[str, Callable[[], str]] = {
    "report": _report,
    "lost link": lambda: "/my-report/",
    "own report": _my_report,
    "subscribe": lambda: "/subscribe/",
    "subscribe in a frame": lambda: "/subscribe/?embed",
    "settings": _settings,
    "donate": _donate,
}


def sentences(html: str) -> set[str]:
    """The texts of a page that no other language can have by chance."""
    return {text for text in Reader(html).texts if sum(word.islower() for word in in_letters(text)) > 2}


def answer(client, address: str, language: str, fields: dict[str, str]):
    found = client.post(f"/{language}{address}" if language != "en" else address, fields)
    assert found.status_code == 422, f"{address}: {found.status_code}"
    root = Reader(found.text).root
    assert (root["lang"], found["Content-Language"]) == (language, language)
    return sentences(found.text)


@every_other
@pytest.mark.parametrize("form", FORMS)
def test_what_is_wrong_is_told_in_the_language_of_the_page(client, form, language):
    address = FORMS[form]()
    # Settings may be saved empty; an answer is one by its button.
    for fields in [NONSENSE] if form == "settings" else [{"answer": "1"}, NONSENSE | {"answer": "1"}]:
        english = answer(client, address, "en", fields)
        assert len(english) > 3
        assert answer(client, address, language, fields) & english == set()


@every_other
def test_an_error_speaks_the_language_of_its_address(client, language):
    gone = make_entry(title="1", story="", place_name="")
    gone.withdraw(by=None, reason="1", for_privacy=True)
    for address, status in {"/nothing/": 404, f"/list/{gone.code}/": 410, "/list/?year=x": 422}.items():
        found = client.get(f"/{language}{address}")
        assert found.status_code == status
        assert Reader(found.text).root["lang"] == language
        assert sentences(found.text) & sentences(client.get(address).text) == set()


@every_other
def test_a_form_sent_from_another_site_is_refused_in_the_language_of_the_page(client, language):
    english, other = (client.post(f"{prefix}/subscribe/", headers={"Sec-Fetch-Site": "cross-site"}) for prefix in ("", f"/{language}"))
    assert english.status_code == other.status_code == 403
    assert sentences(english.text) & sentences(other.text) == set()
    assert sentences(english.text)
