"""The promises: the three calls stand wherever the design page says, in every language, without a script, and true."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.utils import translation
from django.utils.translation import gettext as _

from tests.factories import make_entry, make_report

pytestmark = pytest.mark.django_db
LANGUAGES = ["en", "fr", "pt", "es", "sw"]
TITLES = ["Hippo Sighting Report", "Stay informed", "Make a Donation"]
PROMISES = {
    "report": "Your help is welcome. Have you seen a hippo, or read about a similar situation that we may have missed? "
    "Tell us. Our team reviews the details and adds them to the main list once they are verified.",
    "subscribe": "Subscribe and get the updated Hippo List: one mail each time a new list is released, and nothing else.",
    "donate": "Checking reports and keeping the list open to all costs money. Give once or every month, "
    "and see in our open books where it goes.",
    "closed": "Checking reports and keeping the list open to all costs money. Donations are not open yet: there is no account to give to.",
}
PAGES = ["/", "/embed/", "/report/", "/report/sent/", "/my-report/{token}/?new", "/subscribe/", "/subscribe/?sent", "/list/{code}/"]


def words_of(page: str) -> str:
    """What a reader without scripts and styles gets."""
    without = re.sub(r"<(script|style|head).*?</\1>", " ", page, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", without)).split())


def section_of(page: str) -> str:
    found = re.search(r'<section class="calls".*?</section>', page, re.S)
    assert found, "the calls are missing"
    return found[0]


@pytest.fixture
def entry():
    return make_entry()


@pytest.fixture
def token():
    return make_report().token


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_titles_and_promises_stand_on_the_page(client, entry, token, language, page):
    prefix = "" if language == "en" else f"/{language}"
    answer = client.get(prefix + page.format(code=entry.code, token=token))
    assert answer.status_code == 200
    section = section_of(answer.text)
    titles = [words_of(title) for title in re.findall(r"<h2>(.*?)</h2>", section, re.S)]
    with translation.override(language):
        assert titles == [words_of(_(title)) for title in TITLES]
        for name in ("report", "subscribe", "donate"):
            assert words_of(_(PROMISES[name])) in words_of(section)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_address_of_the_calls_answers(client, entry, token, language):
    prefix = "" if language == "en" else f"/{language}"
    for page in PAGES:
        section = section_of(client.get(prefix + page.format(code=entry.code, token=token)).text)
        for address in re.findall(r'(?:href|action)="([^"]+)"', section):
            assert client.get(unescape(address)).status_code == 200, address
            assert urlsplit(address).path.startswith(f"{prefix}/")


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("/subscribe/?sent", "Thank you for subscribing!"),
        ("/report/sent/", "Thanks for sending us your report"),
        ("/my-report/{token}/?new", "Thanks for sending us your report"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_thank_you_pages_have_their_title(client, token, language, page, title):
    prefix = "" if language == "en" else f"/{language}"
    with translation.override(language):
        assert words_of(_(title)) in words_of(client.get(prefix + page.format(token=token)).text)


def test_the_form_in_the_calls_subscribes_in_the_language_of_the_page(client):
    from subscriptions.models import Subscriber

    section = section_of(client.get("/sw/").text)
    action = re.search(r'<form method="post"\s+action="([^"]+)"', section)[1]
    fields = dict(re.findall(r'name="(\w+)" value="(\w+)"', section))
    answer = client.post(action, {**fields, "email": "ana@example.org", "consent": "on"})
    assert (answer.status_code, answer["Location"]) == (303, "/sw/subscribe/?sent")
    assert Subscriber.objects.get().language == "sw"


def test_names_of_the_form_are_there_without_a_script(client):
    section = section_of(client.get("/").text)
    assert 'name="email"' in section
    assert 'name="consent"' in section
    assert "<script" not in section


def test_without_an_account_the_call_says_that_donations_are_not_open(client, settings):
    settings.BANK = {"holder": "", "iban": "", "bic": "", "details": ""}
    words = words_of(section_of(client.get("/").text))
    assert PROMISES["closed"] in words
    assert PROMISES["donate"] not in words


def test_free_words_about_an_account_are_an_account(client, settings):
    settings.BANK = {"holder": "Friends", "iban": "", "bic": "", "details": "Mobile money 0123"}
    assert PROMISES["donate"] in words_of(section_of(client.get("/").text))


def test_the_subscribe_page_shows_one_form_only(client):
    page = client.get("/subscribe/").text
    assert page.count('name="email"') == 1
    assert client.get("/subscribe/?sent").text.count('name="email"') == 0
