"""Gates: what every page is looked at for while it stands in a real window. All findings come together, each with its page."""

from collections import defaultdict
from collections.abc import Iterable

import pytest

from tests.browser.conftest import Watched
from tests.pages import Page
from tests.processes import Site

RULES = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
}
PHONE, DESK, NARROWEST, NARROWEST_DESK = 390, 1280, 320, 360
# Colours do not depend on the direction, nor the layout on the hour: these three cover day, night, both directions and both widths.
LOOKS = [(PHONE, "light", "ltr"), (PHONE, "dark", "rtl"), (DESK, "light", "ltr")]
# The sizes of Django's own little icons stand in its style sheet.
PICTURES = """() => [...document.querySelectorAll("img:not([src^='/static/admin/img/'])")].flatMap(img => {
    const lacks = ["alt", "width", "height"].filter(name => !img.hasAttribute(name));
    const below = scrollY + img.getBoundingClientRect().top > innerHeight;
    if (below && img.loading !== "lazy") lacks.push("loading=lazy");
    return lacks.length ? [`${img.outerHTML.slice(0, 120)} lacks ${lacks}`] : [];
})"""
STICKS_OUT = """width => [...document.querySelectorAll("body *")].filter(one => {
    const box = one.getBoundingClientRect();
    return box.width && (box.right > width + 1 || box.left < -1);
}).slice(0, 3).map(one => `${one.outerHTML.slice(0, 120)} ends at ${Math.round(one.getBoundingClientRect().right)}`)"""
POST = """sends => {
    const form = Object.assign(document.createElement("form"), {method: "post", action: location.href});
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    for (const [name, value] of Object.entries(token ? {...sends, [token.name]: token.value} : sends))
        form.append(Object.assign(document.createElement("input"), {type: "hidden", name, value}));
    document.body.append(form);
    HTMLFormElement.prototype.submit.call(form);
}"""


def told(faults: Iterable[str]) -> None:
    """Fail with all findings at once."""
    faults = list(faults)
    assert not faults, "\n".join(faults)


def policy_faults(policy: str, *, framed: bool = False) -> list[str]:
    """What is loose in a Content-Security-Policy: all comes from here or from nowhere."""
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";") if " " in rule.strip())
    found = [] if rules.pop("frame-ancestors", "") == ("*" if framed else "'none'") else ["may be framed, or may not"]
    loose = rules.get("default-src") != "'none'" or not set(rules.values()) <= {"'self'", "'none'"}
    return [*found, policy] if loose else found


def visit(seen: Watched, page: Page) -> None:
    """Open a page as it is found, or send what brings it."""
    answer = seen.page.goto(page.path)
    if page.sends:
        with seen.page.expect_navigation() as back:
            seen.page.evaluate(POST, page.sends)
        answer = back.value
    assert answer.status == page.status, f"{page.name} {page.path}: {answer.status}"
    assert page.is_desk or not seen.cookies(), f"{page.name} sets a cookie"


def log_in(seen: Watched) -> Watched:
    seen.page.goto("/admin/")
    seen.page.get_by_label("Username").fill("desk")
    seen.page.get_by_label("Password").fill("a long test password")
    seen.page.get_by_role("button", name="Log in").click()
    return seen


def axe(seen: Watched) -> list[str]:
    """What axe finds on the page as it stands."""
    library = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install -r requirements-dev.txt")
    before = list(seen.faults)
    if not seen.page.evaluate("'axe' in window"):
        seen.page.evaluate(library.Axe().axe_script)
    rules = seen.page.evaluate("rules => axe.run(rules).then(found => found.violations)", RULES)
    # axe itself tries an inline style to measure with, which our policy refuses.
    seen.faults[:] = before
    return [f"{rule['id']}: {node['html'][:150]} {_why(node)}" for rule in rules for node in rule["nodes"]]


def _why(node: dict) -> str:
    return next((check["message"] for kind in ("any", "all", "none") for check in node[kind]), "")


def sideways(seen: Watched, width: int) -> list[str]:
    seen.page.set_viewport_size({"width": width, "height": 700})
    wide = seen.page.evaluate("document.documentElement.scrollWidth")
    return [f"{wide} px wide in {width}: {' | '.join(seen.page.evaluate(STICKS_OUT, width))}"] if wide > width else []


def look_at(browser, site: Site, pages: Iterable[Page]) -> dict[str, list[str]]:
    """Every page once, in one window: axe by day and night and in both directions, width, pictures, and what the browser complains of."""
    seen = Watched(browser, site.url, PHONE)
    stranger = Watched(browser, site.url, PHONE)
    found: dict[str, list[str]] = defaultdict(list)
    pages = list(pages)
    if any(page.needs_login for page in pages):
        log_in(seen)
    for page in pages:
        one = stranger if page.name == "desk-login" else seen
        one.page.set_viewport_size({"width": PHONE, "height": 850})
        visit(one, page)
        _look(one, page, found)
    seen.context.close()
    stranger.context.close()
    return found


def _look(seen: Watched, page: Page, found: dict[str, list[str]]) -> None:
    def note(gate: str, words: list[str]) -> None:
        found[gate] += [f"{page.name} {page.path} {one}" for one in words if f"{page.name} {page.path} {one}" not in found[gate]]

    seen.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    seen.page.wait_for_load_state("load")
    note("faults", seen.faults)
    for width, scheme, direction in LOOKS:
        seen.page.set_viewport_size({"width": width, "height": 850})
        seen.page.emulate_media(color_scheme=scheme)
        # Where colours change slowly, axe must not look half-way.
        seen.page.evaluate(
            "dir => { document.documentElement.dir = dir; document.getAnimations().forEach(one => one.finish()) }", direction
        )
        note("axe", axe(seen))
        note("pictures", seen.page.evaluate(PICTURES))
    for direction in ("rtl", "ltr"):
        seen.page.evaluate("dir => { document.documentElement.dir = dir }", direction)
        note("sideways", sideways(seen, NARROWEST_DESK if page.is_desk else NARROWEST))
    seen.faults.clear()
