"""A first visit to the site as it goes live: light, still, and safe by its headers; the second one costs next to nothing."""

import re
import time
from collections import defaultdict

import pytest

from tests.browser import gates
from tests.browser.conftest import Watched
from tests.outline import Outline
from tests.pages import pages
from tests.processes import until

pytestmark = pytest.mark.browser
# Bytes over the wire of all requests together.
BUDGET = {"/": 90_000, "/list/": 60_000, "/report/": 60_000}
OTHERS, AGAIN = 50_000, 12_000
# What the worker keeps so that the form opens without signal, and how long the form may take on the thinnest of lines, in seconds.
KEPT = 90_000
THIN_LINE = {"offline": False, "latency": 400, "downloadThroughput": 50_000 / 8, "uploadThroughput": 50_000 / 8}
USABLE, ACKNOWLEDGED = 12, 6
SHIFTS = """new PerformanceObserver(list => {
    window.shifts = window.shifts || [];
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) shifts.push([shift.value,
        shift.sources.map(one => one.node && (one.node.outerHTML || one.node.textContent).slice(0, 80)).join(" | ")]);
}).observe({type: "layout-shift", buffered: true})"""
# As somebody reads: screen by screen, so that lazy pictures arrive on the way.
DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
READ = """async () => {
    const next = NEXT;
    while (scrollY + innerHeight < document.documentElement.scrollHeight - 1) {
        const before = scrollY;
        scrollBy(0, innerHeight);
        await next();
        if (scrollY === before) break;
    }
    await next();
    return window.shifts || [];
}""".replace("NEXT", DRAWN)


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    """Without DEBUG, static files collected, hashed and compressed; a demo list in it."""
    pytest.importorskip("httpx", reason="pip install -r requirements-dev.txt")
    from tests.processes import Site

    place = Site(tmp_path_factory.mktemp("live"), HIPPOLIST_DEBUG="off", HIPPOLIST_SECRET_KEY="for this test alone " * 4)
    try:
        place.manage("collectstatic", "--noinput", "-v", "0")
        yield place.start()
    finally:
        place.stop()


@pytest.fixture(scope="module")
def public(live):
    return [page for page in pages(live) if not page.is_desk and not page.sends]


class Scales:
    """Weighs what a window loads."""

    def __init__(self, seen: Watched) -> None:
        self.page, self.weight, self.open = seen.page, 0, set()
        session = seen.context.new_cdp_session(seen.page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", lambda event: self.open.add(event["requestId"]))
        session.on("Network.loadingFinished", lambda event: self._arrived(event, event["encodedDataLength"]))
        session.on("Network.loadingFailed", lambda event: self._arrived(event, 0))

    def _arrived(self, event: dict, weight: int) -> None:
        self.open.discard(event["requestId"])
        self.weight += weight

    def weigh(self) -> int:
        """What came since the last time, once the page is drawn and nothing is on its way."""
        self.page.evaluate(DRAWN)
        for _ in range(1_000):
            if not self.open:
                break
            self.page.wait_for_timeout(10)
        assert not self.open, f"{self.page.url} is still loading"
        weight, self.weight = self.weight, 0
        return weight


# Phones draw each pixel of a page with four of their own, so they load the larger pictures.
@pytest.fixture(scope="module", params=[(gates.PHONE, 2), (gates.DESK, 1)], ids=["phone", "desk"])
def visits(request, chromium, live, public):
    """Every public page, by somebody who never was here and comes back once: what it weighed, and whether anything moved."""
    width, scale = request.param
    found = defaultdict(list)
    for page in public:
        seen = Watched(chromium, live.url, width, scale=scale)
        seen.context.add_init_script(SHIFTS)
        scales = Scales(seen)
        gates.visit(seen, page)
        first = scales.weigh()
        shifts = seen.page.evaluate(READ)
        scales.weigh()
        again = 0
        if width == gates.PHONE:
            seen.page.reload()
            again = scales.weigh()
        budget = BUDGET.get(page.path.split("?")[0], OTHERS)
        found["weight"] += [f"{page.name} {page.path} weighs {first}, not under {budget}"] * (first >= budget)
        found["again"] += [f"{page.name} {page.path} weighs {again} the second time"] * (again >= AGAIN)
        found["moves"] += [f"{page.name} {page.path}: {shifts}"] * (sum(value for value, _what in shifts) > 0.001)
        found["faults"] += [f"{page.name} {page.path}: {fault}" for fault in seen.faults]
        assert first > 5_000, "the scales are broken"
        seen.context.close()
    return found


def test_a_first_visit_weighs_less_than_its_budget(visits):
    gates.told(visits["weight"])


def test_coming_back_costs_next_to_nothing(visits):
    gates.told(visits["again"])


def test_nothing_moves_while_somebody_reads(visits):
    gates.told(visits["moves"])


def test_the_browser_has_nothing_to_complain_of(visits):
    gates.told(visits["faults"])


def test_on_a_thin_line_the_form_is_soon_usable_and_a_report_soon_acknowledged(chromium, live):
    seen = Watched(chromium, live.url, gates.PHONE)
    page = seen.page
    session = seen.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", THIN_LINE)
    start = time.monotonic()
    page.goto("/report/", wait_until="commit")
    ready = "Boolean(self.Photos && document.getElementById('client_id').value)"
    until(lambda: page.evaluate(ready), "a form that can be filled in")
    usable = time.monotonic() - start
    for name, value in (("place", "Luangwa River near Mfuwe"), ("observed_year", "2026"), ("story", "Two hippos by the bridge")):
        page.locator(f"#id_{name}").fill(value)
    page.locator("#id_consent").check()
    page.wait_for_load_state("load")
    start = time.monotonic()
    page.get_by_role("button", name="Send report").last.click()
    page.get_by_role("heading", name="Thanks for sending us your report").wait_for()
    acknowledged = time.monotonic() - start
    seen.close()
    assert usable < USABLE
    assert acknowledged < ACKNOWLEDGED


def test_what_the_phone_keeps_of_the_form_is_light(chromium, live):
    seen = Watched(chromium, live.url, gates.PHONE)
    seen.go("/report/")
    names = "async () => (await (await caches.open('hippolist')).keys()).map(one => new URL(one.url).pathname)"
    kept = until(lambda: len(found := seen.page.evaluate(names)) > 10 and found, "the form in the cache")
    seen.close()
    with live.visitor() as visitor:
        answers = {name: visitor.stream("GET", name, headers={"Accept-Encoding": "br, gzip"}) for name in kept}
        weights = {}
        for name, answer in answers.items():
            with answer as opened:
                weights[name] = sum(map(len, opened.iter_raw())) + sum(len(key) + len(value) + 4 for key, value in opened.headers.raw)
    assert {"/report/", "/report/saved/", "/places.json"} <= set(weights)
    assert any(name.startswith("/static/maps/basemap-africa.") for name in weights)
    assert sum(weights.values()) < KEPT, weights


def test_the_live_site_is_as_strict_on_every_page(live, public):
    with live.visitor() as visitor:
        for page in public:
            answer = visitor.get(page.path)
            policy = answer.headers["Content-Security-Policy"]
            gates.told(f"{page.name}: {fault}" for fault in gates.policy_faults(policy, framed=page.may_be_framed))
            assert "Set-Cookie" not in answer.headers, page.path


def test_static_files_are_hashed_compressed_and_kept_for_ever(live, public):
    with live.visitor() as visitor:
        loads = [address for page in public for address in Outline(visitor.get(page.path).text).loads]
        names = {address.split("#")[0] for address in loads if address.startswith("/static/")}
        assert len(names) > 10
        for name in names:
            answer = visitor.get(name, headers={"Accept-Encoding": "br"})
            assert re.search(r"\.[0-9a-f]{12}\.\w+$", name), name
            assert "immutable" in answer.headers["Cache-Control"], name
            assert answer.headers.get("Content-Encoding") == "br" or len(answer.content) < 500, name


def test_headers_say_what_may_be_done_with_a_page(live):
    with live.visitor() as visitor:
        page = visitor.get("/list/")
        assert page.headers["Cache-Control"] == "public, max-age=60, s-maxage=240, stale-if-error=86400"
        policy = page.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "frame-ancestors *" in visitor.get("/embed/").headers["Content-Security-Policy"]
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert visitor.get("/list/", headers={"If-None-Match": page.headers["ETag"]}).status_code == 304
        assert visitor.get("/list.geojson").headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Origin" not in page.headers
        style = page.text.split('rel="stylesheet" href="')[1].split('"')[0]
        assert "immutable" in visitor.get(style).headers["Cache-Control"]
        assert visitor.get("/dev/mail/").status_code == 404
        assert visitor.get("/nothing/").status_code == 404
        assert visitor.get("/healthz", headers={"Host": "elsewhere"}).text == "ok\n"
        assert visitor.get("/", headers={"Host": "elsewhere"}).status_code == 400
