"""Every public page, the errors and the forms that come back: for everybody, at any width, in day and night, without a fault."""

import pytest

from tests.browser import gates
from tests.browser.conftest import Watched
from tests.pages import pages

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def public(site):
    return [page for page in pages(site) if not page.is_desk]


@pytest.fixture(scope="module")
def found(chromium, site, public):
    return gates.look_at(chromium, site, public)


def test_axe_finds_nothing(found):
    gates.told(found["axe"])


def test_no_page_scrolls_sideways_on_the_smallest_phone(found):
    gates.told(found["sideways"])


def test_pictures_keep_their_place_and_wait_until_they_are_near(found):
    gates.told(found["pictures"])


def test_the_browser_has_nothing_to_complain_of(found):
    """No script error, no refusal by the policy, no other host."""
    gates.told(found["faults"])


def test_long_words_do_not_break_the_smallest_phone(chromium, site, public):
    """French is the longest of our languages."""
    seen = Watched(chromium, site.url, gates.NARROWEST)
    broken = []
    for page in (page.in_language("fr") for page in public if page.has_languages):
        gates.visit(seen, page)
        broken += [f"{page.name} {page.path} {one}" for one in gates.sideways(seen, gates.NARROWEST)]
    gates.told(broken)
    seen.close()


def test_what_the_policy_refuses_is_seen(chromium, site):
    """The proof that a silent browser means something."""
    seen = Watched(chromium, site.url, gates.PHONE)
    seen.go("/about/")
    for words, breach in {
        "script": "document.body.append(Object.assign(document.createElement('script'), {textContent: '1'}))",
        "style": "document.body.append(Object.assign(document.createElement('style'), {textContent: 'p {}'}))",
        "handler": "document.body.insertAdjacentHTML('beforeend', '<p onclick=\"1\">')",
        "another host": "document.body.append(Object.assign(new Image(), {src: 'http://127.0.0.2:9/'}))",
    }.items():
        seen.page.evaluate(breach)
        seen.page.wait_for_timeout(50)
        assert any("Content Security Policy" in fault or words in fault for fault in seen.faults), words
        with pytest.raises(AssertionError):
            seen.look()
        seen.faults.clear()
    seen.context.close()
