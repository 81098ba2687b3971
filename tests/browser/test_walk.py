"""The walk: the main job as people do it in a browser, on a phone and on a desk, with script and without."""

import re

import pytest

from tests.factories import photo

pytestmark = pytest.mark.browser
WAYS = {"phone": (390, True), "phone without script": (390, False), "desk": (1280, True)}


@pytest.fixture(scope="module", params=WAYS)
def way(request, site):
    name = request.param
    number = list(WAYS).index(name)
    site.staff(f"mod{number}", "Moderator")
    site.staff(f"ed{number}", "Editor")
    site.staff(f"treasurer{number}", "Treasurer")
    return number, *WAYS[name]


def login(seen, name: str):
    seen.go("/admin/")
    seen.page.get_by_label("Username").fill(name)
    seen.page.get_by_label("Password").fill("a long test password")
    seen.page.get_by_role("button", name="Log in").click()
    return seen.page


def newest_letter(seen, subject: str):
    """Open the newest letter about something at /dev/mail/."""
    for _ in range(60):
        seen.go("/dev/mail/")
        letter = seen.page.get_by_role("link", name=re.compile(subject)).first
        if letter.count():
            letter.click()
            return seen.page
        seen.page.wait_for_timeout(250)
    raise AssertionError(f"no letter about {subject}")


def letter_link(page, part: str) -> str:
    hrefs = page.locator("a").evaluate_all("all => all.map(one => one.href)") if page.context else []
    return next(href for href in hrefs if part in href)


def subscriber_state(site, email: str) -> str:
    return site.shell(f"from subscriptions.models import Subscriber; print(Subscriber.objects.get(email={email!r}).state)")


def test_the_walk(window, way, site, tmp_path):
    number, width, script = way
    visitor = window(width, script=script)
    page = visitor.page

    # Somebody reports with a photo, and marks the place by a tap on the map.
    visitor.go("/")
    page.get_by_role("link", name="Report a hippo").first.click()
    picture = tmp_path / "hippo.jpg"
    picture.write_bytes(photo(size=(1800, 1200)).getvalue())
    page.get_by_label(re.compile("Choose photos")).set_input_files(picture)
    page.get_by_label("Where was it?").fill(f"Rufiji River {number}")
    page.get_by_role("button", name="Map: tap to put the pin").click(position={"x": 212, "y": 187})
    page.get_by_label("Year").wait_for()
    visitor.look()
    latitude = float(page.get_by_label("Latitude").input_value())
    assert -20 < latitude < 5
    page.get_by_label("Year").fill("2026")
    page.get_by_label("How many?").fill("3")
    page.get_by_label("What happened?").fill("Three hippos in a bend of the river.")
    page.get_by_label("Your e-mail").first.fill(f"reporter{number}@example.org")
    page.get_by_label(re.compile("You may publish what I report")).check()
    page.get_by_role("button", name="Send report").last.click()
    page.get_by_role("heading", name="Thanks for sending us your report").wait_for()
    reference = page.locator(".receipt strong").inner_text()
    visitor.look()

    # A moderator verifies the drafted text.
    desk = window(width, script=script)
    login(desk, f"mod{number}")
    desk.page.get_by_role("link", name="Check the next one").click()
    assert reference in desk.page.locator("h1").inner_text()
    desk.look()
    assert desk.page.locator(".review-photos img").evaluate("one => one.naturalWidth") > 0 if script else True
    desk.page.get_by_role("button", name="Verify").click()
    desk.page.get_by_text("is on the list").wait_for()

    # It stands on the list and on the map.
    visitor.go("/list/")
    page.get_by_role("link", name=f"3 hippos seen: Rufiji River {number}").first.click()
    page.get_by_role("heading", name=f"3 hippos seen: Rufiji River {number}").wait_for()
    visitor.look()
    assert page.locator("article img").first.get_attribute("src").startswith("/media/")
    assert page.locator(".map circle").count() >= 1
    assert str(latitude) not in page.content()
    visitor.go("/list/")
    assert page.locator(".map circle").count() >= 1

    # Somebody subscribes and confirms by the mailed link's one button.
    visitor.go("/subscribe/")
    subscriber = f"subscriber{number}@example.org"
    page.locator("#id_email").fill(subscriber)
    page.locator("#id_consent").check()
    page.get_by_role("button", name="Subscribe").first.click()
    page.get_by_role("heading", name="Thank you for subscribing!").wait_for()
    reader = window(1280)
    confirm = letter_link(newest_letter(reader, "onfirm|your address"), "/subscribe/confirm/")
    visitor.go(confirm)
    page.get_by_role("main").get_by_role("button").first.click()
    visitor.look()
    newest_letter(reader, "elcome")

    # An editor publishes a release and announces it.
    editor = window(width, script=script)
    login(editor, f"ed{number}")
    editor.page.get_by_role("link", name="Prepare a release").click()
    editor.page.get_by_role("button", name=re.compile("Prepare|Save")).first.click()
    editor.look()
    editor.page.get_by_role("button", name=re.compile("Publish release")).first.click()
    editor.page.get_by_text(re.compile("is published")).wait_for()
    editor.look()
    editor.page.get_by_text("Announce release").wait_for()
    editor.page.get_by_role("link", name="See the letter first").click()
    editor.page.get_by_role("button", name=re.compile("Send to 1 subscriber")).click()
    editor.page.get_by_text(re.compile("sent", re.IGNORECASE)).first.wait_for()
    visitor.go("/releases/")
    visitor.look()

    # The subscriber reads it and leaves with one click.
    letter = newest_letter(reader, "announcement")
    leave = letter_link(letter, "/unsubscribe/")
    visitor.go(leave)
    page.get_by_role("main").get_by_role("button").first.click()
    page.get_by_role("heading", name="You get no more mail from us").wait_for()
    assert "left" in subscriber_state(site, subscriber)

    # A donor pledges; the treasurer confirms; the goal bar moves.
    treasurer = window(width, script=script)
    login(treasurer, f"treasurer{number}")
    treasurer.go("/admin/donations/campaign/add/")
    form = treasurer.page
    form.locator("#id_name").fill(f"A boat {number}")
    form.locator("#id_slug").fill(f"boat-{number}")
    form.locator("#id_why").fill("To count hippos from.")
    form.locator("#id_goal").fill("100")
    form.get_by_role("button", name="Save", exact=True).click()
    visitor.go("/donate/")
    bar = page.locator("li.card", has_text=f"A boat {number}").locator("progress")
    assert bar.get_attribute("value") == "0"
    if script:
        page.get_by_text(re.compile("Another amount|Other"), exact=False).first.click()
    page.get_by_label("Your own amount").fill("25")
    page.get_by_label(f"A boat {number}", exact=True).check()
    page.get_by_role("button", name="Show me the account").click()
    page.get_by_text("Thank you for your pledge!").wait_for()
    visitor.look()
    pledge = page.locator(".receipt strong").inner_text()
    treasurer.go("/admin/donations/gift/")
    treasurer.page.get_by_role("link", name=pledge).click()
    treasurer.page.get_by_role("button", name=re.compile("arrived|Confirm")).click()
    treasurer.page.get_by_text("is in the books").wait_for()
    visitor.go("/donate/")
    page.reload()
    assert bar.get_attribute("value") == "25"
    visitor.go("/donate/books/")
    assert visitor.cookies() == []


def test_a_similar_situation_by_its_link_alone(window, way, site):
    number, width, script = way
    site.entry("A pod in a town")
    visitor, desk = window(width, script=script), window(width, script=script)
    page = visitor.page
    visitor.go("/list/")
    page.locator(".entry-list a").first.click()
    page.get_by_role("link", name=re.compile("Report")).last.click()
    assert "like=HL-" in page.url
    if page.locator("details:has(#id_source_url_1):not([open])").count():
        page.get_by_text("Add links to news stories or videos").click()
    page.get_by_label("I read about it").check()
    page.locator("#id_source_url_1").fill(f"https://news.example.org/{number}")
    page.locator("#id_source_title_1").fill(f"Hippo in the canal {number}")
    page.get_by_label(re.compile("You may publish what I report")).check()
    page.get_by_role("button", name="Send report").last.click()
    page.get_by_role("heading", name="Thanks for sending us your report").wait_for()
    login(desk, f"mod{number}")
    desk.page.get_by_role("link", name="Check the next one").click()
    desk.page.get_by_role("button", name="Verify").click()
    desk.page.get_by_text("is on the list").wait_for()
    # Browsers keep a public page for a minute; a filter is another page.
    visitor.go("/list/?kind=sighting")
    page.get_by_role("link", name=f"Hippo in the canal {number}").first.click()
    assert page.get_by_role("link", name=re.compile(f"Hippo in the canal {number}")).first.get_attribute("href").startswith("https://news")


def test_a_form_that_comes_back_says_why_and_keeps_all(window, tmp_path):
    for script in (True, False):
        visitor = window(390, script=script)
        page = visitor.page
        visitor.go("/report/")
        picture = tmp_path / "kept.jpg"
        picture.write_bytes(photo().getvalue())
        page.get_by_label(re.compile("Choose photos")).set_input_files(picture)
        page.get_by_label("What happened?").fill("Typed words")
        page.get_by_role("button", name="Send report").last.click()
        page.get_by_text("The report is not sent yet").wait_for()
        visitor.look()
        assert page.get_by_label("What happened?").input_value() == "Typed words"
        # With script the photo waits in the browser's own list, without it at the server.
        assert page.get_by_text("kept.jpg" if script else "kept.jpg is kept").count() == 1
        page.locator(".error-summary a", has_text="Where was it?").click()
        assert page.url.endswith("#id_place")
