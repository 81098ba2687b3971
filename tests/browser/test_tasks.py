"""Tasks as a new user tries them: few taps on a phone, the keyboard alone, no script at all, and nothing typed is lost."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.conftest import Watched
from tests.browser.test_walk import letter_link, newest_letter, subscriber_state
from tests.factories import photo
from tests.processes import until

pytestmark = pytest.mark.browser
SEND = "Send report"
# Seconds that a thumb takes, from the keystroke-level model (Card, Moran and Newell 1980) with a slow typist on glass.
TAP, KEY, READ = 2.4, 0.5, 8


class Thumb:
    """A person with a phone: counts each tap, and how long all of it takes."""

    def __init__(self, seen: Watched) -> None:
        self.seen, self.page, self.taps, self.seconds = seen, seen.page, 0, 0.0

    def open(self, path: str) -> None:
        self.seen.go(path)
        self.seconds += READ

    def tap(self, target) -> None:
        if target.evaluate("one => ['radio', 'checkbox'].includes(one.type)"):
            # People tap the words as well as the box: the whole row is the target.
            target = self.page.locator(f"label[for={target.get_attribute('id')}]")
        target.scroll_into_view_if_needed()
        box = target.bounding_box()
        # WCAG 2.5.8 asks for 24 px; a thumb in the sun wants more.
        assert box["height"] >= 44 or box["width"] >= 44, f"too small for a thumb: {target} {box}"
        target.tap()
        self.taps += 1
        self.seconds += TAP

    def type(self, target, words: str) -> None:
        self.tap(target)
        self.page.keyboard.type(words)
        self.seconds += KEY * len(words)

    def choose_photo(self, target, path) -> None:
        """Tap the button, tap the photo in the phone's own picker."""
        with self.page.expect_file_chooser() as chooser:
            self.tap(target)
        chooser.value.set_files(path)
        self.taps += 1
        self.seconds += TAP


@pytest.fixture
def thumb(chromium, site):
    opened = []

    def take() -> Thumb:
        seen = Watched(chromium, site.url, 390, phone=True)
        opened.append(seen)
        return Thumb(seen)

    yield take
    for seen in opened:
        seen.close()


def test_a_report_with_one_photo_takes_at_most_twelve_taps_and_ninety_seconds(thumb, tmp_path):
    person = thumb()
    page = person.page
    picture = tmp_path / "hippo.jpg"
    picture.write_bytes(photo(size=(1800, 1200)).getvalue())
    person.open("/")
    person.tap(page.get_by_role("link", name="Report a hippo").first)
    person.choose_photo(page.get_by_label(re.compile("Choose photos")), picture)
    person.type(page.get_by_label("Where was it?"), "Mfuwe bridge")
    person.tap(page.get_by_role("button", name="Today"))
    person.type(page.get_by_label("How many?"), "3")
    person.type(page.get_by_label("What happened?"), "Three hippos on the road.")
    person.tap(page.get_by_label(re.compile("You may publish what I report")))
    person.tap(page.get_by_role("button", name=SEND).last)
    page.get_by_role("heading", name="Thanks for sending us your report").wait_for()
    assert person.taps <= 12
    assert person.seconds <= 90


def test_a_report_by_its_link_alone_takes_forty_seconds(thumb):
    person = thumb()
    page = person.page
    # From the frame below an article: its address comes along.
    person.open("/embed/?source=https://news.example.org/a-story")
    address = page.get_by_role("link", name="Report a hippo").get_attribute("href")
    person.open(address)
    person.tap(page.get_by_label(re.compile("You may publish what I report")))
    person.tap(page.get_by_role("button", name=SEND).last)
    page.get_by_role("heading", name="Thanks for sending us your report").wait_for()
    assert person.taps <= 3
    assert person.seconds <= 40


def test_a_link_typed_by_hand_takes_forty_seconds(thumb):
    person = thumb()
    page = person.page
    person.open("/report/")
    person.tap(page.get_by_label("I read about it"))
    # Pasted: one long press, one tap.
    field = page.locator("#id_source_url_1")
    assert field.is_visible(), "the field for the link opens by itself when somebody read about it"
    person.tap(field)
    person.tap(field)
    field.fill("https://news.example.org/another-story")
    person.tap(page.get_by_label(re.compile("You may publish what I report")))
    person.tap(page.get_by_role("button", name=SEND).last)
    page.get_by_role("heading", name="Thanks for sending us your report").wait_for()
    assert person.seconds <= 40


def test_from_subscribing_to_confirmed_are_two_actions(thumb, window, site):
    person = thumb()
    page = person.page
    person.open("/")
    page.locator("#call-email").fill("taps@example.org")
    page.locator("#call-consent").check()
    page.get_by_role("button", name="Subscribe").tap()  # The first.
    page.get_by_role("heading", name="Thank you for subscribing!").wait_for()
    reader = window(1280)
    person.open(letter_link(newest_letter(reader, "onfirm"), "/subscribe/confirm/").replace(site.url, ""))
    page.get_by_role("main").get_by_role("button").first.tap()  # The second.
    page.get_by_text("Welcome aboard").wait_for()
    assert subscriber_state(site, "taps@example.org") == "confirmed"


def test_a_pledge_takes_sixty_seconds(thumb):
    person = thumb()
    page = person.page
    person.open("/donate/")
    person.tap(page.locator("label", has_text="€20").first)
    person.tap(page.get_by_role("button", name="Show me the account"))
    page.get_by_text("Thank you for your pledge!").wait_for()
    assert person.taps <= 3
    assert person.seconds <= 60


class Keys:
    """Somebody without a mouse: goes by Tab, and must see at each step where they are."""

    def __init__(self, seen: Watched) -> None:
        self.page = seen.page

    def reach(self, selector: str, most: int = 120) -> None:
        for _ in range(most):
            here = self.page.evaluate(
                """selector => {
                    const one = document.activeElement, style = getComputedStyle(one);
                    const shown = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
                    return [one.matches(selector), shown, one.outerHTML.slice(0, 120)];
                }""",
                selector,
            )
            if here[0]:
                assert here[1], f"no sign of focus on {here[2]}"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} cannot be reached by Tab on {self.page.url}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, selector: str, words: str) -> None:
        self.reach(selector)
        self.page.keyboard.type(words)


def test_a_report_by_keyboard_and_its_errors_take_the_focus(window):
    seen = window(390)
    keys = Keys(seen)
    seen.go("/report/")
    keys.press("Tab", "Enter")  # Skip to the content.
    keys.type("#id_story", "Two hippos")
    keys.reach("main form .form-actions button[type=submit]")
    keys.press("Enter")
    seen.page.locator(".error-summary").wait_for()
    assert seen.page.evaluate("document.activeElement.className") == "error-summary"
    keys.reach(".error-summary a[href='#id_place']")
    keys.press("Enter")
    seen.page.keyboard.type("Mfuwe")
    assert seen.page.locator("#id_place").input_value() == "Mfuwe"
    keys.type("#id_observed_year", "2026")
    keys.reach("#id_consent")
    keys.press("Space")
    keys.reach("main form .form-actions button[type=submit]")
    keys.press("Enter")
    seen.page.get_by_role("heading", name="Thanks for sending us your report").wait_for()
    # ... saves the link, goes on, and takes the report back.
    keys.reach("main .actions a.button")
    keys.press("Enter")
    seen.page.get_by_role("heading", name="Your report", exact=True).wait_for()
    keys.reach("summary")
    keys.press("Enter")
    keys.reach("button[name=withdraw]")
    keys.press("Enter")
    seen.page.get_by_text("You took the report back. Nothing of it will be published.").wait_for()


def test_subscribing_giving_searching_and_another_language_by_keyboard(window):
    seen = window(390)
    keys, page = Keys(seen), seen.page
    seen.go("/subscribe/")
    keys.type("#id_email", "keys@example.org")
    keys.reach("#id_consent")
    keys.press("Space")
    keys.reach("main form button[type=submit]")
    keys.press("Enter")
    page.get_by_role("heading", name="Thank you for subscribing!").wait_for()
    seen.go("/donate/")
    keys.reach("input[name=amount][type=radio]")
    keys.press("ArrowDown", "ArrowUp")
    keys.reach("main form button[type=submit]")
    keys.press("Enter")
    page.get_by_text("Thank you for your pledge!").wait_for()
    seen.go("/list/")
    keys.type("#id_q", "unicorn")
    keys.press("Enter")
    page.get_by_text("Nothing on the list fits this").wait_for()
    keys.reach("footer a[hreflang=sw]")
    keys.press("Enter")
    page.wait_for_url("**/sw/list/?**q=unicorn**")
    seen.look()


def test_a_moderator_decides_by_keyboard(window, site):
    site.staff("keys", "Moderator")
    seen = window(1280)
    keys, page = Keys(seen), seen.page
    seen.go("/report/")
    page.get_by_label("Where was it?").fill("By keyboard")
    page.get_by_label("Year").fill("2026")
    page.get_by_label("What happened?").fill("One hippo")
    page.get_by_label(re.compile("You may publish what I report")).check()
    page.get_by_role("button", name=SEND).last.click()
    page.get_by_role("heading", name="Thanks").wait_for()
    seen.go("/admin/")
    keys.type("#id_username", "keys")
    keys.type("#id_password", "a long test password")
    keys.press("Enter")
    page.get_by_role("link", name="Check the next one").wait_for()
    keys.reach(".desk-card a")
    keys.press("Enter")
    page.locator(".review").wait_for()
    keys.reach(".review-bar .verify")
    keys.press("Enter")
    page.get_by_text("is on the list").wait_for()


def test_what_was_typed_comes_back_on_the_same_phone_until_it_has_arrived(window):
    seen = window(390)
    page = seen.page
    seen.go("/report/")
    assert page.locator("#draft").is_hidden()
    page.get_by_label("Where was it?").fill("A dam near Hoedspruit")
    page.get_by_label("Somebody told me").check()
    page.get_by_label("What happened?").fill("It ate the maize")
    page.get_by_text("Add links to news stories or videos").click()
    page.locator("#id_source_url_1").fill("https://news.example.org/maize")
    page.get_by_label(re.compile("You may publish what I report")).check()
    until(lambda: page.evaluate("(localStorage.getItem('hippolist-report') || '').includes('maize\"')"), "the draft")
    # The phone is switched off; later somebody opens the form again.
    seen.go("/")
    seen.go("/report/")
    page.get_by_text("What you typed last time is back. It was kept on this device only.").wait_for()
    assert page.get_by_label("What happened?").input_value() == "It ate the maize"
    assert page.get_by_label("Somebody told me").is_checked()
    assert page.locator("#id_source_url_1").is_visible()
    assert page.locator("#id_source_url_1").input_value() == "https://news.example.org/maize"
    # Consent is given anew each time.
    assert not page.get_by_label(re.compile("You may publish what I report")).is_checked()
    page.get_by_label("Year").fill("2026")
    page.get_by_label(re.compile("You may publish what I report")).check()
    page.get_by_role("button", name=SEND).last.click()
    page.get_by_role("heading", name="Thanks for sending us your report").wait_for()
    seen.go("/report/")
    assert page.locator("#draft").is_hidden()
    assert page.get_by_label("What happened?").input_value() == ""


def test_a_draft_can_be_dropped_and_is_another_report_then(window):
    seen = window(390)
    page = seen.page
    seen.go("/report/")
    page.get_by_label("Where was it?").fill("A dam")
    until(lambda: page.evaluate("(localStorage.getItem('hippolist-report') || '').includes('A dam')"), "the draft")
    first = page.locator("#client_id").input_value()
    seen.go("/")
    seen.go("/report/")
    assert page.locator("#client_id").input_value() == first
    page.get_by_role("button", name="Start afresh").click()
    assert page.get_by_label("Where was it?").input_value() == ""
    until(lambda: page.evaluate("document.getElementById('client_id').value"), "the draft")
    assert page.locator("#client_id").input_value() != first
    assert page.evaluate("localStorage.getItem('hippolist-report')") is None


def test_going_back_to_a_form_finds_what_was_typed(window):
    for script in (True, False):
        seen = window(390, script=script)
        seen.go("/subscribe/")
        seen.page.locator("#id_email").fill("back@example.org")
        seen.page.get_by_role("link", name="What we keep").click()
        seen.page.get_by_role("heading", name="Privacy").wait_for()
        seen.page.go_back()
        assert seen.page.locator("#id_email").input_value() == "back@example.org"


def test_a_link_is_copied_with_a_word_and_by_hand_without_script(window, site):
    code = site.entry("A pod to share")
    seen = window(390)
    seen.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.url)
    seen.go(f"/list/{code}/")
    seen.page.get_by_role("button", name="Copy link").click()
    seen.page.get_by_text("Copied").wait_for()
    assert seen.page.evaluate("navigator.clipboard.readText()") == f"{site.url}/list/{code}/"
    mail = urlsplit(seen.page.get_by_role("link", name="By mail").get_attribute("href"))
    assert parse_qs(mail.query) == {"subject": ["A pod to share"], "body": [f"{site.url}/list/{code}/"]}
    plain = window(390, script=False)
    plain.go(f"/list/{code}/")
    assert plain.page.get_by_role("button", name="Copy link").count() == 0
    assert plain.page.get_by_label("Link to this page").input_value() == f"{site.url}/list/{code}/"


ON_SCREEN_ONLY = (".site-nav", ".calls", ".share .button", ".site-footer nav")


def test_paper_holds_the_article_and_nothing_to_click(window, site):
    code = site.entry("A pod on paper")
    seen = window(800)
    for path in (f"/list/{code}/", "/releases/"):
        seen.go(path)
        seen.page.emulate_media(media="print")
        assert [part for part in ON_SCREEN_ONLY if seen.page.locator(part).first.is_visible()] == []
        assert seen.page.locator("h1").is_visible()
        assert seen.page.evaluate("getComputedStyle(document.querySelector('.site-header')).backgroundColor") == "rgba(0, 0, 0, 0)"
        seen.page.emulate_media(media="screen")


def test_a_receipt_on_paper_holds_the_private_link_as_text(window):
    seen = window(800)
    page = seen.page
    seen.go("/report/")
    page.get_by_label("Where was it?").fill("On paper")
    page.get_by_label("Year").fill("2026")
    page.get_by_label("What happened?").fill("One hippo")
    page.get_by_label(re.compile("You may publish what I report")).check()
    page.get_by_role("button", name=SEND).last.click()
    page.get_by_role("heading", name="Thanks").wait_for()
    page.emulate_media(media="print")
    link = page.locator(".share .on-paper")
    assert link.is_visible()
    assert link.inner_text() == page.locator("#private-link").input_value()
    page.emulate_media(media="screen")
