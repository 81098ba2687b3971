"""Every page of the desk meets the same gates as the public ones."""

import pytest

from tests.browser import gates
from tests.pages import pages

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def found(chromium, site):
    return gates.look_at(chromium, site, [page for page in pages(site) if page.is_desk])


def test_axe_finds_nothing(found):
    gates.told(found["axe"])


def test_no_page_scrolls_sideways_on_a_phone(found):
    gates.told(found["sideways"])


def test_pictures_keep_their_place_and_wait_until_they_are_near(found):
    gates.told(found["pictures"])


def test_the_browser_has_nothing_to_complain_of(found):
    gates.told(found["faults"])
