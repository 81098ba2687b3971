"""About: true statements about what this site does."""

import pytest

from hippolist import context
from hippolist.outbox import KEEP_TEXT
from subscriptions.models import PENDING_LASTS

pytestmark = pytest.mark.django_db
PAGES = ["", "method/", "privacy/", "accessibility/", "contact/", "embed/"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["", "fr/", "pt/", "es/", "sw/"])
def test_every_page_answers_in_every_language(client, language, page):
    answer = client.get(f"/{language}about/{page}")
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1


def test_the_method_page_states_grids_and_metres(client):
    page = client.get("/about/method/").text
    for words in ("0.01 degree", "1,570", "0.1 degree", "15,691", "1 degree", "156,904", "CC BY 4.0", "30 days"):
        assert words in page


def test_the_privacy_page_says_how_long_things_are_kept(client):
    page = client.get("/about/privacy/").text
    assert PENDING_LASTS.days == 7
    assert "after seven days" in page
    assert KEEP_TEXT.days == 30
    assert "Thirty days" in page


def test_contact_gives_the_address_or_a_plain_way(client, settings):
    context._site.cache_clear()
    assert 'href="mailto:team@example.org"' in client.get("/about/contact/").text
    settings.CONTACT_EMAIL = ""
    context._site.cache_clear()
    page = client.get("/about/contact/").text
    assert "mailto:" not in page
    assert "reaches the team all the same" in page
    context._site.cache_clear()


def test_who_runs_the_site_is_named(client, settings):
    settings.ORGANISATION = "Friends of Hippos e. V., Berlin"
    context._site.cache_clear()
    assert "This site is run by Friends of Hippos e. V., Berlin." in client.get("/about/").text
    context._site.cache_clear()
