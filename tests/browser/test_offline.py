"""Without signal, in a real Chromium: a report waits on the phone and goes out by itself, once, whatever breaks on the way."""

import hashlib
import io
import json
import re
import sqlite3
import time

import pytest
from PIL import Image

from tests.browser import gates
from tests.browser.conftest import Watched
from tests.factories import photo
from tests.processes import until

pytestmark = pytest.mark.browser
THIN_LINE = "Object.defineProperty(navigator, 'connection', {value: {effectiveType: '3g', downlink: 0.4}})"
SAVES_DATA = "Object.defineProperty(navigator, 'connection', {value: {effectiveType: '4g', downlink: 10, saveData: true}})"
KEPT_PAGES = """async () => (await (await caches.open("hippolist")).keys()).map(one => new URL(one.url).pathname)"""
SIGNAL_IS_BACK = "dispatchEvent(new Event('online'))"


class Phone(Watched):
    """A window on a phone that may be without signal: what could not be loaded then is no fault."""

    def __init__(self, browser, url: str, *, worker: bool = False, line: str = "") -> None:
        super().__init__(browser, url, gates.PHONE)
        self.sent: list[str] = []
        if line:
            self.context.add_init_script(line)
        if not worker:
            self.context.add_init_script("delete Navigator.prototype.serviceWorker")
        self.context.on("requestfinished", lambda request: self.sent.append(request.url) if request.method == "POST" else None)

    def _console(self, message) -> None:
        if "net::ERR_" not in message.text:
            super()._console(message)

    def wait_until_kept(self, path: str = "/report/") -> None:
        until(lambda: {path, f"{path}saved/"} <= set(self.page.evaluate(KEPT_PAGES)), "the form in the cache")

    def fill(self, story: str, **more: str) -> None:
        """As much as a report needs; `more` by the ids of fields."""
        values = {"place": "Luangwa River near Mfuwe", "observed_year": "2026", "story": story, **more}
        for name, value in values.items():
            self.page.locator(f"#id_{name}").fill(value)
        self.page.locator("#id_consent").check()

    def choose(self, *pictures: tuple[str, bytes]) -> None:
        self.page.locator("#id_photos").set_input_files([{"name": n, "mimeType": "image/jpeg", "buffer": b} for n, b in pictures])
        self.page.locator("#photo-list li").nth(len(pictures) - 1).wait_for()

    def send(self) -> None:
        """Press Send; where the server asks back, press it once more."""
        self.press_send()
        self.page.locator("#asked, #problems, #sending :is(h2, a), .receipt").first.wait_for()
        if self.page.locator("#asked").count():
            self.press_send()

    def press_send(self) -> None:
        self.page.get_by_role("button", name="Send report").last.click()

    def judge(self) -> None:
        """What axe finds, by day and by night. Where colours change slowly, it must not look half-way."""
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            self.page.evaluate("document.getAnimations().forEach(one => one.finish())")
            gates.told(gates.axe(self))

    def queue(self, story: str, **more: str) -> None:
        """A report that finds no signal and waits."""
        self.go("/report/")
        self.context.set_offline(True)
        self.fill(story, **more)
        self.send()
        self.page.get_by_role("heading", name="Saved on this phone").wait_for()

    def says(self, words: str) -> None:
        self.page.get_by_text(words).first.wait_for()

    def reports(self, field: str = "state") -> list:
        """What the phone holds in its outbox."""
        return self.page.evaluate("field => Outbox.all().then(found => found.map(one => one[field]))", field)


@pytest.fixture
def phone(chromium, site):
    opened = []

    def take(**how) -> Phone:
        opened.append(Phone(chromium, site.url, **how))
        return opened[-1]

    yield take
    for one in opened:
        one.context.set_offline(False)
        one.close()


def ask_database(site, question: str, *values) -> list[tuple]:
    with sqlite3.connect(f"file:{site.folder}/hippolist.sqlite3?mode=ro", uri=True) as database:
        return database.execute(question, values).fetchall()


def stored(site, words: str) -> list[int]:
    """The reports with this story (or place) on the server: how many photos each has."""
    photos = "SELECT (SELECT count(*) FROM sightings_photo p WHERE p.report_id = r.id) FROM sightings_report r"
    return [row[0] for row in ask_database(site, f"{photos} WHERE ? IN (r.story, r.place) ORDER BY r.id", words)]


def arrives(site, words: str, photos: int) -> None:
    """One report, with so many photos."""
    until(lambda: stored(site, words) == [photos], f"“{words}” with {photos} photos", 20)


def grainy(size: tuple[int, int], quality: int = 92, **facts) -> bytes:
    """A picture with noise as a small sensor makes it: it packs as badly as a real photo."""
    noise = Image.effect_noise((size[0] // 4, size[1] // 4), 60).resize(size, Image.Resampling.BICUBIC)
    return taken(Image.merge("RGB", [noise, noise.transpose(Image.Transpose.FLIP_LEFT_RIGHT), noise]), quality=quality, **facts)


def taken(image: Image.Image, when: str = "", where: tuple[float, float] | None = None, turned: int = 0, quality: int = 85) -> bytes:
    exif = Image.Exif()
    if turned:
        exif[0x0112] = turned
    if when:
        exif.get_ifd(0x8769)[0x9003] = when
    if where:
        south, east = where
        exif.get_ifd(0x8825).update({1: "S", 2: (abs(south), 0.0, 0.0), 3: "E", 4: (east, 0.0, 0.0)})
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality, exif=exif)
    return file.getvalue()


def test_after_one_visit_the_form_opens_without_signal_and_its_report_goes_out_by_itself(phone, site):
    seen = phone(worker=True)
    seen.go("/report/")
    seen.wait_until_kept()
    seen.context.add_cookies([{"name": "sessionid", "value": "somebody", "url": site.url}])
    seen.context.set_offline(True)
    seen.page.reload()
    seen.fill("Far from any mast")
    seen.choose(("hippo.jpg", photo(size=(900, 600)).getvalue()))
    seen.send()
    seen.says("Saved on this phone")
    seen.says("You can close this page.")
    seen.context.clear_cookies()
    seen.page.get_by_role("link", name="See what waits on this phone").click()
    seen.says("Not sent yet")
    seen.says("Luangwa River near Mfuwe")
    seen.says("1 photo.")
    seen.says("The last try found no signal.")
    assert stored(site, "Far from any mast") == []
    # Kept cookies would not be sent either.
    seen.context.add_cookies([{"name": "sessionid", "value": "somebody", "url": site.url}])
    cookies = []
    seen.context.on("request", lambda request: cookies.append("cookie" in request.all_headers()) if request.method == "POST" else None)
    seen.context.set_offline(False)
    arrives(site, "Far from any mast", 1)
    seen.says("Sent from this phone")
    assert seen.page.get_by_role("link", name=re.compile("^HR-")).count() == 1
    seen.page.wait_for_load_state("networkidle")
    assert cookies
    assert not any(cookies)
    # What was written is with the server; the phone keeps where, and no more.
    assert seen.reports("pairs") == [[]]


def test_each_language_is_kept_when_it_was_used_and_no_other_page_is_touched(phone):
    seen = phone(worker=True)
    seen.go("/fr/report/")
    seen.wait_until_kept("/fr/report/")
    seen.go("/list/")
    kept = seen.page.evaluate(KEPT_PAGES)
    assert [path for path in kept if not path.startswith("/static/")] == ["/fr/report/", "/fr/report/saved/", "/places.json"]
    assert seen.page.evaluate("navigator.serviceWorker.controller") is None
    seen.context.set_offline(True)
    seen.page.goto("/fr/report/?source=https://news.example.org/hippo")
    assert seen.page.locator("html").get_attribute("lang") == "fr"
    # The kept form knows nothing of the address, and takes the link from it all the same.
    assert seen.page.locator("#id_source_url_1").input_value() == "https://news.example.org/hippo"
    assert seen.page.evaluate("getComputedStyle(document.querySelector('main .button')).borderRadius") == "99px"
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        seen.page.goto("/releases/")


def test_a_closed_page_is_sent_by_background_sync(phone, site, chromium):
    seen = phone(worker=True)
    seen.go("/report/")
    seen.wait_until_kept()
    session = seen.context.new_cdp_session(seen.page)
    found = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.extend(event["registrations"]))
    session.send("ServiceWorker.enable")
    seen.queue("Page closed")
    seen.go = seen.look = lambda *_: None
    seen.page.goto("about:blank")
    seen.context.set_offline(False)
    for one in found[-1:]:
        session.send(
            "ServiceWorker.dispatchSyncEvent",
            {"origin": site.url, "registrationId": one["registrationId"], "tag": "hippolist-outbox", "lastChance": False},
        )
    arrives(site, "Page closed", 0)


def test_an_answer_cut_off_after_the_server_stored_it_is_one_report(phone, site):
    seen = phone()

    def cut_off(route) -> None:
        if route.request.method == "POST":
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    seen.go("/report/")
    seen.fill("Cut off")
    seen.choose(("hippo.jpg", photo(size=(500, 400)).getvalue()))
    seen.context.route("**/report/", cut_off)
    seen.send()
    # No worker here, so it does not promise what it cannot keep.
    seen.says("Open this page again when you have signal.")
    assert stored(site, "Cut off") == [0]
    seen.context.unroute("**/report/")
    seen.page.evaluate(SIGNAL_IS_BACK)
    seen.says("Your report has arrived.")
    arrives(site, "Cut off", 1)
    reference = ask_database(site, "SELECT reference FROM sightings_report WHERE story = 'Cut off'")[0][0]
    seen.says(reference)


def test_two_tabs_at_once_send_one_report_once(phone, site):
    seen = phone()
    other = seen.context.new_page()
    other.goto("/report/saved/")
    seen.queue("Two tabs")
    # Both hear at once that signal is back.
    seen.context.set_offline(False)
    arrives(site, "Two tabs", 0)
    seen.page.wait_for_timeout(500)
    assert [url for url in seen.sent if url.endswith("/report/")] == [f"{site.url}/report/"]


def test_a_form_open_in_two_tabs_sends_one_report(phone, site):
    seen = phone()
    seen.go("/report/")
    seen.fill("The same draft")
    until(lambda: seen.page.evaluate("(localStorage.getItem('hippolist-report') || '').includes('The same draft')"), "the draft")
    other = seen.context.new_page()
    other.goto("/report/")
    other.locator("#id_consent").check()
    for page in (seen.page, other):
        page.get_by_role("button", name="Send report").last.click(no_wait_after=True)
    for page in (seen.page, other):
        page.get_by_role("heading", name="Thanks for sending us your report").wait_for()
    assert stored(site, "The same draft") == [0]


def test_a_draft_with_the_id_of_a_waiting_report_writes_over_neither(phone, site):
    seen = phone(worker=True)
    seen.go("/report/")
    seen.wait_until_kept()
    picture = photo("navy").getvalue()
    seen.context.set_offline(True)
    seen.fill("The first of the two")
    seen.choose(("one.jpg", picture))
    used = seen.page.locator("#client_id").input_value()
    seen.send()
    seen.page.get_by_role("heading", name="Saved on this phone").wait_for()
    for story in ("The first of the two", "The second of the two"):
        seen.go("/report/")
        seen.page.locator("#client_id").evaluate("(one, id) => { one.value = id; }", used)
        seen.fill(story)
        seen.send()
        seen.page.get_by_role("heading", name="Saved on this phone").wait_for()
    seen.context.set_offline(False)
    seen.page.evaluate(SIGNAL_IS_BACK)
    until(lambda: stored(site, "The first of the two") == [1], "the first, with the photo that a draft does not hold")
    until(lambda: stored(site, "The second of the two") == [0], "the second")


@pytest.mark.parametrize("lacking", ["delete Crypto.prototype.randomUUID", "delete Element.prototype.replaceChildren"])
def test_an_older_browser_sends_the_plain_form(phone, site, lacking):
    seen = phone(line=lacking)
    seen.go("/report/")
    story = f"From an older browser {len(lacking)}"
    seen.fill(story)
    seen.page.locator("#id_photos").set_input_files([{"name": "one.jpg", "mimeType": "image/jpeg", "buffer": photo().getvalue()}])
    seen.send()
    seen.page.get_by_role("heading", name="Thanks for sending us your report").wait_for()
    assert stored(site, story) == [1]


def test_a_full_phone_sends_at_once_or_says_that_it_cannot_keep_the_report(phone, site):
    seen = phone()
    seen.go("/report/")
    session = seen.context.new_cdp_session(seen.page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": site.url, "quotaSize": 1})
    picture = grainy((1000, 800))
    seen.fill("Full phone")
    seen.choose(("hippo.jpg", picture))
    seen.context.set_offline(True)
    seen.press_send()
    seen.says("This phone has no room left, so the report cannot wait on it.")
    assert seen.page.locator("#id_story").input_value() == "Full phone"
    assert seen.page.locator("#photo-list li").count() == 1
    seen.context.set_offline(False)
    seen.send()
    seen.page.get_by_role("heading", name="Thanks for sending us your report").wait_for()
    assert stored(site, "Full phone") == [1]


def test_a_photo_is_shrunk_on_a_thin_line_and_asks_about_its_day_and_place(phone, site):
    seen = phone(line=THIN_LINE)
    picture = grainy((4000, 3000), when="2026:11:03 14:10:00", where=(-13.1, 31.79), turned=6)
    assert len(picture) > 1_500_000
    seen.go("/report/")
    seen.choose(("big.jpg", picture))
    seen.says("Your photo says: 3 November 2026, 14:10, at -13.10, 31.79. Use this?")
    seen.judge()
    seen.page.get_by_role("button", name="Yes, use it").click()
    form = seen.page.evaluate("Object.fromEntries(new FormData(document.getElementById('report-form')))")
    told = ["observed_day", "observed_month", "observed_year", "observed_time", "latitude", "longitude"]
    assert [form[name] for name in told] == ["3", "11", "2026", "14:10", "-13.1", "31.79"]
    seen.fill("Shrunk")
    seen.send()
    # On a thin line the receipt does not wait for photos; they follow while it is read.
    seen.says("Your photo has arrived.")
    arrives(site, "Shrunk", 1)
    facts = ask_database(
        site,
        "SELECT p.original, p.width, p.height, p.taken_on, p.latitude, p.longitude FROM sightings_photo p"
        " JOIN sightings_report r ON r.id = p.report_id WHERE r.story = 'Shrunk'",
    )[0]
    assert (site.folder / "private" / facts[0]).stat().st_size <= 490_000
    # Upright, and what the picture said before it was shrunk came along.
    assert facts[1:] == (1200, 1600, "2026-11-03", -13.1, 31.79)


def test_a_small_photo_goes_as_it_is_and_what_no_browser_opens_is_named_while_its_report_stays(phone, site):
    seen = phone()
    small = grainy((800, 600))
    seen.go("/report/")
    seen.fill("As it is")
    seen.choose(("small.jpg", small), ("broken.jpg", b"no picture at all"))
    seen.send()
    seen.page.get_by_role("heading", name="Thanks for sending us your report").wait_for()
    seen.says("A photo was not taken:")
    seen.says("broken.jpg")
    arrives(site, "As it is", 1)
    kept = ask_database(
        site, "SELECT sha256 FROM sightings_photo p JOIN sightings_report r ON r.id = p.report_id WHERE r.story = 'As it is'"
    )
    assert kept == [(hashlib.sha256(small).hexdigest(),)]


def test_photos_of_three_sightings_make_three_reports_that_share_who_sent_them(phone, site):
    seen = phone()
    image = Image.new("RGB", (320, 240), "teal")
    where = [("2026:11:03 08:00:00", (-13.1, 31.8)), ("2026:11:03 08:05:00", (-13.1, 31.8)), ("2026:11:03 09:00:00", (-13.5, 31.8))]
    seen.go("/report/")
    pictures = [
        taken(image, when, place, quality=70 + n) for n, (when, place) in enumerate([*where, ("2026:11:05 09:00:00", (-13.5, 31.8))])
    ]
    seen.choose(*[(f"{n}.jpg", picture) for n, picture in enumerate(pictures)])
    seen.says("Are these 3 sightings?")
    seen.page.get_by_role("button", name="Make 3 reports").click()
    seen.says("2 more reports are prepared.")
    assert seen.page.locator("#photo-list li").count() == 2
    seen.page.locator("#id_reporter_name").fill("Mara")
    seen.fill("First of three")
    seen.send()
    for story in ("Second of three", "Third of three"):
        seen.says("Here is the next of your reports")
        until(lambda: seen.page.locator("#id_story").input_value() == "", "the next report")
        assert seen.page.locator("#id_reporter_name").input_value() == "Mara"
        assert seen.page.locator("#id_consent").is_checked()
        assert seen.page.locator("#photo-list li").count() == 1
        assert seen.page.locator("#id_latitude").input_value() == "-13.5"
        seen.page.locator("#id_story").fill(story)
        seen.send()
    seen.page.get_by_role("heading", name="Thanks for sending us your report").wait_for()
    for story, photos in (("First of three", 2), ("Second of three", 1), ("Third of three", 1)):
        arrives(site, story, photos)
    days = ask_database(site, "SELECT observed_day FROM sightings_report WHERE story LIKE '% of three' ORDER BY id")
    assert days == [(3,), (3,), (5,)]


def test_photos_alone_make_a_report_and_one_that_was_taken_out_does_not_come(phone, site):
    seen = phone()
    seen.go("/report/")
    seen.fill("", place="Mfuwe Bridge")
    seen.choose(*[(f"{n}.jpg", photo(size=(300 + n, 200)).getvalue()) for n in range(3)])
    seen.page.get_by_role("button", name="Remove 1.jpg").click()
    seen.send()
    seen.page.get_by_role("heading", name="Thanks for sending us your report").wait_for()
    arrives(site, "Mfuwe Bridge", 2)
    # One of them first: without it there would be nothing to report.
    assert [url.removeprefix(site.url) for url in seen.sent] == ["/report/photos/", "/report/", "/report/photos/"]


def test_without_signal_the_form_says_what_is_missing_and_keeps_nothing(phone):
    seen = phone()
    seen.go("/report/")
    seen.context.set_offline(True)
    seen.send()
    summary = seen.page.locator("#problems")
    summary.wait_for()
    assert seen.page.evaluate("document.activeElement.id") == "problems"
    assert [link.get_attribute("href") for link in summary.locator("a").all()] == [
        f"#id_{name}" for name in ("story", "place", "observed_year", "consent")
    ]
    assert seen.page.locator("#id_place").get_attribute("aria-invalid") == "true"
    seen.judge()
    assert seen.reports() == []


def test_the_servers_words_stand_beside_their_fields_and_nothing_is_kept(phone, site):
    seen = phone()
    seen.go("/report/")
    seen.fill("Refused", observed_day="31", observed_month="2")
    seen.send()
    seen.page.locator("#problems").wait_for()
    assert seen.page.locator("#id_observed_day").get_attribute("aria-describedby").endswith("id_observed_day_error")
    assert "no such day" in seen.page.locator("#id_observed_day_error").inner_text()
    assert seen.reports() == []
    seen.judge()
    seen.page.locator("#id_observed_day").fill("3")
    seen.send()
    seen.page.get_by_role("heading", name="Thanks for sending us your report").wait_for()
    assert stored(site, "Refused") == [0]


def test_a_kept_report_that_is_refused_later_opens_again_with_all_of_it(phone, site):
    seen = phone()
    seen.go("/report/")
    seen.context.set_offline(True)
    seen.fill("Refused later", observed_day="31", observed_month="2")
    seen.choose(("hippo.jpg", photo(size=(500, 400)).getvalue()))
    seen.send()
    seen.says("Saved on this phone")
    seen.context.set_offline(False)
    until(lambda: seen.reports() == ["refused"], "the server's answer")
    seen.go("/report/saved/")
    seen.says("It could not be taken as it is: There is no such day in that month.")
    seen.page.get_by_role("link", name="Open in the form").click()
    seen.page.locator("#problems").wait_for()
    assert seen.page.locator("#id_story").input_value() == "Refused later"
    assert seen.page.locator("#id_consent").is_checked()
    assert seen.page.locator("#photo-list canvas").count() == 1
    seen.page.locator("#id_observed_day").fill("3")
    seen.send()
    seen.page.get_by_role("heading", name="Thanks for sending us your report").wait_for()
    arrives(site, "Refused later", 1)


def test_a_kept_report_stays_kept_while_it_stands_in_the_form(phone, site):
    seen = phone()
    seen.queue("Kept while it is asked about", observed_day="31", observed_month="2")
    seen.context.set_offline(False)
    until(lambda: seen.reports() == ["refused"], "the server's answer")
    draft = (
        """() => localStorage.setItem("hippolist-report", JSON.stringify({at: Date.now(), search: "", pairs: [["story", "Another"]]}))"""
    )
    seen.page.evaluate(draft)
    seen.go("/report/saved/")
    seen.page.get_by_role("link", name="Open in the form").click()
    seen.page.locator("#problems").wait_for()
    for day in ("31", "30"):
        seen.page.locator("#id_observed_day").fill(day)
        # Send clears the problems of the time before: what is waited for here belongs to this answer.
        seen.press_send()
        seen.page.locator("#problems").wait_for()
        assert seen.page.locator("#id_observed_day_error").is_visible()
        assert seen.reports() == ["refused"]
    # Asked about too: as one that is prepared, which nothing sends behind its reporter's back.
    seen.page.locator("#id_observed_day").fill("3")
    seen.page.locator("#id_count").fill("900")
    seen.press_send()
    seen.page.locator("#asked").wait_for()
    assert seen.reports() == ["draft"]
    assert "Another" in seen.page.evaluate("localStorage.getItem('hippolist-report')"), "the draft of another report was written over"
    seen.press_send()
    seen.page.get_by_role("heading", name="Thanks for sending us your report").wait_for()
    assert stored(site, "Kept while it is asked about") == [0]


def test_a_photo_sent_ahead_stays_on_the_phone_until_its_report_has_arrived(phone, site):
    seen = phone()
    seen.go("/report/")
    seen.context.route("**/report/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    seen.fill("", place="Mfuwe Lagoon")
    seen.choose(("ahead.jpg", photo(size=(410, 300)).getvalue()))
    seen.press_send()
    seen.says("Saved on this phone")
    held = """Outbox.all().then(([one]) => Promise.all(one.photos.map(photo => Outbox.bytes(one.client_id, photo))))
        .then(all => all.map(Boolean))"""
    assert seen.page.evaluate("Outbox.all().then(([one]) => one.photos[0].state)") == "done"
    assert seen.page.evaluate(held) == [True]
    seen.context.unroute("**/report/")
    seen.page.evaluate("Outbox.all().then(([one]) => Outbox.change(one, {next: 0})).then(() => Outbox.send(true))")
    arrives(site, "Mfuwe Lagoon", 1)
    until(lambda: seen.page.evaluate(held) == [False], "room on the phone again")


def test_taking_a_report_off_the_list_names_the_photos_that_would_be_lost(phone):
    seen = phone()
    seen.go("/report/")
    seen.context.route("**/report/photos/", lambda route: route.abort())
    seen.fill("Its photos are still to come")
    seen.choose(*[(f"{n}.jpg", photo(size=(420 + n, 300)).getvalue()) for n in range(2)])
    seen.send()
    seen.go("/report/saved/")
    seen.page.get_by_role("button", name="Take off this list").click()
    seen.says("2 photos are still to come and would be lost")
    seen.context.unroute("**/report/photos/")


def test_a_busy_server_is_left_alone_for_as_long_as_it_asked(phone, site):
    seen = phone()
    seen.go("/report/")
    seen.fill("Busy")
    busy = {"status": 503, "headers": {"Retry-After": "120"}, "json": {"error": "We are full."}}
    seen.context.route("**/report/", lambda route: route.fulfill(**busy) if route.request.method == "POST" else route.continue_())
    seen.send()
    seen.says("We are full.")
    assert seen.reports("next")[0] - time.time() * 1000 > 110_000
    tries = len(seen.sent)
    seen.page.evaluate(SIGNAL_IS_BACK)
    seen.page.wait_for_timeout(400)
    assert len(seen.sent) == tries
    # Somebody who presses the button is not kept waiting.
    seen.context.unroute("**/report/")
    seen.go("/report/saved/")
    seen.page.get_by_role("button", name="Send now").click()
    arrives(site, "Busy", 0)


def test_what_waits_can_be_copied_deleted_and_taken_back(phone, site):
    seen = phone()
    seen.go("/report/saved/")
    seen.says("Nothing waits here")
    seen.judge()
    seen.go("/report/")
    seen.context.set_offline(True)
    seen.fill("To be copied")
    seen.choose(("hippo.jpg", photo(size=(500, 400)).getvalue()))
    seen.send()
    seen.says("Saved on this phone")
    seen.judge()
    # The line is back, but the site is away.
    seen.context.route("**/report/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    seen.context.set_offline(False)
    seen.go("/report/")
    seen.says("1 report waits on this phone.")
    seen.go("/report/saved/")
    with seen.page.expect_download() as download:
        seen.page.get_by_role("button", name="Save a copy").click()
    copy = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert ["story", "To be copied"] in copy["fields"]
    assert copy["photos"][0]["data"].startswith("data:image/jpeg;base64,")
    seen.page.get_by_role("button", name="Delete").click()
    seen.says("As far as this phone knows it has not arrived")
    seen.judge()
    seen.page.get_by_role("button", name="Keep it").click()
    seen.page.get_by_role("button", name="Delete").click()
    seen.page.get_by_role("button", name="Yes, delete").click()
    until(lambda: seen.page.evaluate("document.activeElement.textContent") == "Undo", "the focus on Undo")
    seen.judge()
    seen.page.get_by_role("button", name="Undo").click()
    seen.says("Luangwa River near Mfuwe")
    seen.page.get_by_role("button", name="Delete").click()
    seen.page.get_by_role("button", name="Yes, delete").click()
    seen.says("Deleted.")
    seen.context.unroute("**/report/")
    seen.go("/report/saved/")
    seen.says("Nothing waits here")
    assert stored(site, "To be copied") == []


def test_what_was_sent_shows_its_state_and_a_question(phone, site):
    seen = phone()
    seen.queue("A question")
    seen.context.set_offline(False)
    arrives(site, "A question", 0)
    site.shell(
        "from sightings.models import Report; from django.contrib.auth.models import User;"
        "u = User.objects.create_user('asker'); Report.objects.get(story='A question').ask(by=u, message='Which bridge?')"
    )
    seen.go("/report/saved/")
    seen.says("1 question for you")
    seen.page.get_by_role("link", name=re.compile("^HR-")).wait_for()
    seen.judge()


def test_without_script_the_saved_page_says_why_nothing_waits(chromium, site):
    seen = Watched(chromium, site.url, gates.PHONE, script=False)
    seen.go("/report/saved/")
    seen.page.get_by_text("Reports can wait on a phone only where JavaScript is switched on.").wait_for()
    assert seen.page.get_by_role("link", name="Lost the link to your report?").is_visible()
    seen.close()


def test_who_saves_data_keeps_nothing_for_later(phone):
    seen = phone(worker=True, line=SAVES_DATA)
    seen.go("/report/")
    seen.page.wait_for_timeout(1000)
    assert seen.page.evaluate("navigator.serviceWorker.getRegistrations().then(found => found.length)") == 0
    assert seen.page.evaluate("caches.keys()") == []


def test_switched_off_the_worker_goes_and_takes_its_cache_along(phone, site):
    """The last one here, for it leaves the site switched off."""
    seen = phone(worker=True)
    seen.go("/report/")
    seen.wait_until_kept()
    site.stop()
    site.processes.clear()
    site.environment["HIPPOLIST_OFFLINE"] = "off"
    site.start()
    seen.go("/report/")
    until(lambda: not seen.page.evaluate("navigator.serviceWorker.getRegistrations().then(found => found.length)"), "the worker to go")
    assert seen.page.evaluate("caches.keys()") == []
    # The form works as before.
    seen.go("/report/")
    seen.fill("Switched off")
    seen.send()
    seen.page.get_by_role("heading", name="Thanks for sending us your report").wait_for()
