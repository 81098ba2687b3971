"""A first visit to the site as it goes live: light, quiet, and safe by its headers."""

import pytest

from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser
BUDGET = {"/report/": 100_000, "/list/": 100_000}


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    """Without DEBUG, static files collected, hashed and compressed; a demo list in it."""
    pytest.importorskip("httpx", reason="pip install -r requirements-dev.txt")
    from tests.processes import Site

    place = Site(tmp_path_factory.mktemp("live"), HIPPOLIST_DEBUG="off", HIPPOLIST_SECRET_KEY="for this test alone " * 4)
    try:
        place.manage("collectstatic", "--noinput", "-v", "0")
        place.manage("migrate", "-v", "0")
        place.manage("demo")
        yield place.start()
    finally:
        place.stop()


@pytest.mark.parametrize("path", BUDGET)
@pytest.mark.parametrize("width", [390, 1280])
def test_a_first_visit_weighs_less_than_its_budget(chromium, live, path, width):
    seen = Watched(chromium, live.url, width)
    session = seen.context.new_cdp_session(seen.page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    weighed: list[int] = []
    session.on("Network.loadingFinished", lambda event: weighed.append(event["encodedDataLength"]))
    seen.go(path)
    seen.page.wait_for_timeout(500)
    assert len(weighed) > 5
    assert sum(weighed) < BUDGET[path], f"{sum(weighed)} bytes"
    assert seen.cookies() == []
    seen.close()


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
