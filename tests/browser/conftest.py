"""A real Chromium before a real site: every page it opens is watched for what must never happen."""

import shutil

import pytest

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="module")
def chromium():
    # Not for the whole session: Playwright's event loop must have ended before Django's database is used in this process.
    sync_api = pytest.importorskip("playwright.sync_api", reason="pip install -r requirements-dev.txt")
    if not shutil.which(CHROMIUM):
        pytest.skip("apt-get install chromium")
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site as `make run` starts it: with DEBUG, no mail server, letters at /dev/mail/."""
    pytest.importorskip("httpx", reason="pip install -r requirements-dev.txt")
    from tests.processes import Site

    place = Site(tmp_path_factory.mktemp("browser"))
    try:
        yield place.start()
    finally:
        place.stop()


class Watched:
    """A browser window that fails the test on script errors, CSP reports, other hosts and sideways scrolling."""

    def __init__(
        self, browser, url: str, width: int, *, script: bool = True, scheme: str = "light", phone: bool = False, scale: int = 1
    ) -> None:
        self.context = browser.new_context(
            base_url=url,
            viewport={"width": width, "height": 850},
            java_script_enabled=script,
            color_scheme=scheme,
            has_touch=phone,
            is_mobile=phone,
            device_scale_factor=scale,
        )
        self.url, self.width, self.script = url, width, script
        self.faults: list[str] = []
        self.context.on("request", self._request)
        self.context.on("console", self._console)
        self.context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)

    def _request(self, request) -> None:
        if not request.url.startswith((self.url, "data:", "blob:", "about:")):
            self.faults.append(f"another host: {request.url}")

    def _console(self, message) -> None:
        expected = "the server responded with a status of"  # A form that comes back is 422 on purpose, an error page has its own.
        if message.type == "error" and expected not in message.text:
            self.faults.append(f"console: {message.text}")

    def look(self) -> None:
        """Judge the page as it stands."""
        self.page.wait_for_load_state("load")
        assert not self.faults, self.faults
        if self.script:
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= self.width, f"{self.page.url} is {wide} px wide in a window of {self.width}"

    def go(self, path: str) -> None:
        answer = self.page.goto(path)
        assert answer is None or answer.status < 400, f"{path}: {answer.status}"
        self.look()

    def cookies(self) -> list[str]:
        return [cookie["name"] for cookie in self.context.cookies()]

    def close(self) -> None:
        self.look()
        self.context.close()


@pytest.fixture
def window(chromium, site):
    opened = []

    def open_window(width: int = 1280, **options) -> Watched:
        opened.append(Watched(chromium, site.url, width, **options))
        return opened[-1]

    yield open_window
    for one in opened:
        one.close()
