"""axe finds nothing on the pages that people meet first, by day and by night, with and without errors."""

import pytest

from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser
PAGES = [
    *("/", "/list/", "/list/HL-000001/", "/list/HL-000002/", "/releases/", "/report/", "/report/sent/", "/subscribe/", "/subscribe/?sent"),
    *("/donate/", "/donate/books/", "/donate/thanks/", "/about/", "/about/method/", "/about/privacy/", "/about/moderation/"),
    *("/about/embed/", "/about/contact/", "/my-report/", "/embed/", "/sw/", "/fr/report/"),
]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}


@pytest.fixture(scope="module")
def full(site):
    site.manage("demo")
    return site


def findings(seen: Watched) -> list[str]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install -r requirements-dev.txt")
    before = list(seen.faults)
    found = axe.Axe().run(seen.page, options=RULES).response["violations"]
    # axe itself tries an inline style to measure with, which our policy refuses.
    seen.faults[:] = before
    # Django's own search form names its field by a title; we have no page of that kind of our own.
    found = [rule for rule in found if rule["id"] != "label-title-only"]
    return [f"{seen.page.url} {rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_public_pages(chromium, full, scheme):
    seen = Watched(chromium, full.url, 390, scheme=scheme)
    found = []
    for path in PAGES:
        seen.go(path)
        found += findings(seen)
    for path in ("/report/", "/subscribe/", "/donate/"):
        seen.go(path)
        seen.page.evaluate("form = document.querySelector('main form'); form.noValidate = true; form.requestSubmit()")
        seen.page.locator(".error-summary").wait_for()
        found += findings(seen)
    assert found == []
    seen.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_desk(chromium, full, scheme):
    if scheme == "light":
        full.staff("axe")
    seen = Watched(chromium, full.url, 390, scheme=scheme)
    seen.go("/admin/")
    found = findings(seen)
    seen.page.get_by_label("Username").fill("axe")
    seen.page.get_by_label("Password").fill("a long test password")
    seen.page.get_by_role("button", name="Log in").click()
    for path in ("/admin/", "/admin/sightings/report/", "/admin/sightings/report/next/", "/admin/hippolist/release/add/"):
        seen.go(path)
        found += findings(seen)
    assert found == []
    seen.close()
