"""The outbox in WebKit, the engine of iPhones: a report waits without signal, and is sent when the site answers again."""

import os
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest
from PIL import Image

from tests.browser.test_offline import arrives, ask_database, taken
from tests.processes import Site, free_port, until

pytestmark = pytest.mark.browser
DRIVER, SCREEN = "/usr/bin/WebKitWebDriver", "/usr/bin/xvfb-run"
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


def window_of_webkit() -> Path | None:
    """The small browser that comes with the engine."""
    return next(iter(sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))), None)


class Safari:
    """A WebKit window, spoken to in the W3C's WebDriver protocol."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        # Neither a desktop nor a graphics card, and in CI often root: no sandbox, no compositing.
        quiet = {"WEBKIT_DISABLE_COMPOSITING_MODE": "1", "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1", "NO_AT_BRIDGE": "1"}
        home = {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CACHE_HOME": str(folder)}
        command = [SCREEN, "-a", DRIVER, f"--port={self.port}"]
        log = (folder / "driver.log").open("ab")
        self.process = subprocess.Popen(command, env=os.environ | quiet | home, stdout=log, stderr=log, start_new_session=True)
        log.close()
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=40)
        until(self._is_up, "the driver of WebKit")
        options = {"binary": str(window_of_webkit()), "args": ["--automation"]}
        answer = self.http.post("/session", json={"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}})
        assert answer.status_code == 200, answer.text
        self.session = f"/session/{answer.json()['value']['sessionId']}"

    def _is_up(self) -> bool:
        try:
            return self.http.get("/status").status_code == 200
        except httpx.TransportError:
            return False

    def tell(self, command: str, **values):
        answer = self.http.post(f"{self.session}/{command}", json=values)
        assert answer.status_code == 200, answer.text
        return answer.json()["value"]

    def go(self, url: str) -> None:
        self.tell("url", url=url)

    def run(self, script: str, *values):
        return self.tell("execute/sync", script=f"return {script}", args=list(values))

    def wait(self, script: str):
        """What a promise comes to."""
        return self.tell("execute/async", script=f"const done = arguments[0]; ({script}).then(done, fault => done(String(fault)))", args=[])

    def text(self, selector: str) -> str:
        return self.run("document.querySelector(arguments[0]).innerText", selector)

    def find(self, selector: str) -> str:
        return self.tell("element", using="css selector", value=selector)[ELEMENT]

    def type(self, selector: str, words: str) -> None:
        self.tell(f"element/{self.find(selector)}/value", text=words)

    def press(self, selector: str) -> None:
        self.tell(f"element/{self.find(selector)}/click")

    def close(self) -> None:
        self.http.delete(self.session)
        self.http.close()
        os.killpg(self.process.pid, 15)
        self.process.wait(20)


@pytest.fixture
def safari(tmp_path):
    if not (shutil.which(DRIVER) and shutil.which(SCREEN) and window_of_webkit()):
        pytest.skip("apt-get install webkit2gtk-driver xvfb xauth")
    opened = Safari(tmp_path)
    yield opened
    opened.close()


def test_a_report_with_a_photo_waits_in_webkit_and_goes_out_when_the_site_answers_again(safari, tmp_path_factory):
    """With its service worker: the form opens while the site is away."""
    picture = tmp_path_factory.mktemp("pictures") / "hippo.jpg"
    picture.write_bytes(taken(Image.new("RGB", (2400, 1800), "teal"), "2026:11:03 14:10:00", (-13.1, 31.79)))
    site = Site(tmp_path_factory.mktemp("webkit"))
    try:
        site.start()
        safari.go(f"{site.url}/report/")
        kept = "caches.open('hippolist').then(cache => cache.match('/report/saved/')).then(Boolean)"
        until(lambda: safari.wait(kept) is True, "the form in the cache")
        site.stop()
        site.processes.clear()
        safari.go(f"{site.url}/report/")
        fill_in(safari, str(picture))
        safari.press(".form-actions button")
        until(lambda: "Saved on this phone" in safari.text("#sending"), "the report to be kept")
        # This engine wakes no page that is closed, and the words say so.
        assert "Open this page again when you have signal." in safari.text("#sending")
        safari.go(f"{site.url}/report/saved/")
        until(lambda: "1 photo." in safari.text("#saved-waiting"), "the list of what waits")
        site.start()
        safari.go(f"{site.url}/report/saved/")
        until(lambda: "HR-" in safari.text("#saved-sent"), "the reference")
        arrives(site, "From a tablet", 1)
        assert ask_database(site, "SELECT width, taken_on FROM sightings_photo") == [(2048, "2026-11-03")]
    finally:
        site.stop()


def fill_in(safari: Safari, picture: str) -> None:
    safari.type("#id_photos", picture)
    until(lambda: "3 November 2026, 14:10, at -13.10, 31.79" in safari.text("#photo-facts"), "what the photo says")
    safari.press("#photo-facts button")
    assert safari.run("document.getElementById('id_longitude').value") == "31.79"
    safari.type("#id_place", "Luangwa River near Mfuwe")
    safari.type("#id_story", "From a tablet")
    safari.press("#id_consent")
