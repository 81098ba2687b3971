"""A partner's page on another origin, in a browser that blocks third-party cookies: subscribed and reported all the same."""

import http.server
import re
import threading

import pytest

from tests.browser.conftest import CHROMIUM, QUIET

pytestmark = pytest.mark.browser
ARTICLE = "https://news.example.org/hippo-in-the-dam"


@pytest.fixture(scope="module")
def partner(site):
    """A newspaper's own server; localhost and 127.0.0.1 are two sites to a browser."""
    page = (
        "<!doctype html><html lang=en><title>News</title><h1>Hippo in the dam</h1>"
        f'<iframe title="Hippo List" width=400 height=1400 src="{site.url}/embed/?source={ARTICLE}"></iframe>'
    ).encode()

    class Newspaper(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *words) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Newspaper)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def strict(site):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        # Chromium's own switch for a world without third-party cookies.
        browser = play.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, "--test-third-party-cookie-phaseout"])
        yield browser
        browser.close()


def test_a_reader_subscribes_inside_the_frame_and_reports_in_a_new_tab(site, partner, strict):
    context = strict.new_context()
    page = context.new_page()
    page.goto(partner)
    frame = page.frame_locator("iframe")
    frame.get_by_label("Your e-mail").fill("reader@example.org")
    frame.get_by_label(re.compile("Yes, mail me")).check()
    frame.get_by_role("button", name="Subscribe").click()
    frame.get_by_role("heading", name="Thank you for subscribing!").wait_for()
    assert page.url == partner
    assert site.shell("from hippolist.models import Letter; print(Letter.objects.get().to)") == "reader@example.org"

    page.goto(partner)
    with context.expect_page() as opened:
        page.frame_locator("iframe").get_by_role("link", name="Report a hippo").click()
    form = opened.value
    assert form.locator("#id_source_url_1").input_value() == ARTICLE
    assert form.get_by_label("I read about it").is_checked()
    form.get_by_label(re.compile("You may publish what I report")).check()
    form.get_by_role("button", name="Send report").last.click()
    form.get_by_role("heading", name="Thanks for sending us your report").wait_for()
    assert context.cookies() == []
    context.close()
