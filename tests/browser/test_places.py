"""The place of a report: typed, pasted or where the phone is, by keyboard and by thumb, with signal and without."""

import pytest

from tests.browser import gates

pytestmark = pytest.mark.browser
NUMBERS = "() => [id_latitude.value, id_longitude.value, id_certainty.value]"
OPTION = "#place-list [role=option]"


@pytest.fixture
def form(window):
    """The report form in a window of a phone; `asked` counts how often all places were fetched."""
    seen = window(390)
    seen.asked = []
    seen.context.add_init_script("delete Navigator.prototype.serviceWorker")  # It fetches the places as well, when it is idle.
    seen.context.on("request", lambda request: request.url.endswith("/places.json") and seen.asked.append(request.url))
    seen.go("/report/")
    return seen


def typed(form, text: str):
    form.page.fill("#id_place", "")
    form.page.locator("#id_place").press_sequentially(text)
    return form.page.locator(OPTION)


def test_a_place_is_chosen_by_keyboard_without_sending_the_form(form):
    page, place = form.page, form.page.locator("#id_place")
    assert form.asked == []  # Not before somebody comes to the field.
    options = typed(form, "naivahsa")
    options.first.wait_for()
    assert options.first.inner_text() == "Lake Naivasha, Kenya"
    assert len(form.asked) == 1
    assert place.get_attribute("role") == "combobox"
    assert place.get_attribute("aria-expanded") == "true"
    assert options.first.bounding_box()["height"] >= 44
    place.press("ArrowDown")
    place.press("ArrowDown")
    place.press("ArrowUp")
    assert page.locator(f"#{place.get_attribute('aria-activedescendant')}[aria-selected=true]").inner_text() == "Lake Naivasha, Kenya"
    place.press("Enter")
    assert page.url.endswith("/report/")
    assert place.input_value() == "Lake Naivasha, Kenya"
    assert page.evaluate(NUMBERS) == ["-0.77", "36.35", "district"]
    assert place.get_attribute("aria-expanded") == "false"
    assert page.locator(".pin-marker").is_visible()
    # Another choice replaces what a choice filled in.
    typed(form, "mfuwe").first.wait_for()
    place.press("ArrowDown")
    place.press("Enter")
    assert page.evaluate(NUMBERS) == ["-13.1", "31.79", "village"]
    form.look()


def test_escape_closes_the_list_and_enter_without_a_choice_only_closes_it(form):
    for key in ("Escape", "Enter"):
        typed(form, "kruger").first.wait_for()
        form.page.locator("#id_place").press(key)
        assert form.page.locator("#place-list").is_hidden()
        assert form.page.locator("#id_place").input_value() == "kruger"
        assert form.page.url.endswith("/report/")


def test_a_tap_chooses_and_what_the_person_set_stays(form):
    form.page.locator("#coordinates summary").click()
    form.page.fill("#id_latitude", "-13.5")
    form.page.fill("#id_longitude", "31.5")
    form.page.select_option("#id_certainty", "1km")
    typed(form, "doradal").first.click()
    assert form.page.locator("#id_place").input_value() == "Doradal, Colombia"
    assert form.page.evaluate(NUMBERS) == ["-13.5", "31.5", "1km"]
    form.page.fill("#id_latitude", "")
    form.page.fill("#id_longitude", "")
    typed(form, "doradal").first.click()
    assert form.page.evaluate(NUMBERS) == ["5.9", "-74.74", "1km"]


@pytest.mark.parametrize(
    ("field", "text", "numbers"),
    [
        ("place", "-13.0987, 31.7876", ["-13.0987", "31.7876"]),
        ("place", "https://www.google.com/maps/place/Mfuwe/@-13.2,31.9,9z/data=!4m6!8m2!3d-13.0987!4d31.7876", ["-13.0987", "31.7876"]),
        ("place", "https://www.openstreetmap.org/?mlat=-13.0987&mlon=31.7876#map=5/-10/30", ["-13.0987", "31.7876"]),
        ("place", "28°22'33\"S 32°24'53\"E", ["-28.375833", "32.414722"]),
        ("place", "5,9253 N 74,7266 O", ["5.9253", "-74.7266"]),
        ("latitude", "-13.0987, 31.7876", ["-13.0987", "31.7876"]),
        ("longitude", "https://www.google.com/maps/@-13.0987,31.7876,15z", ["-13.0987", "31.7876"]),
        ("place", "https://yandex.com/maps/?ll=31.7876%2C-13.0987", ["", ""]),  # The server knows that one.
        ("place", "12 hippos, 3.5 km", ["", ""]),
        ("place", "95.5, 200.5", ["", ""]),
    ],
)
def test_pasted_coordinates_fill_both_numbers(form, field, text, numbers):
    form.page.evaluate("coordinates.open = true")
    form.page.fill(f"#id_{field}", text)
    form.page.locator(f"#id_{field}").blur()
    assert form.page.evaluate(NUMBERS)[:2] == numbers


def test_my_position_is_asked_on_a_press_and_its_failure_is_said(form):
    page, button = form.page, form.page.locator("#my-position")
    said = page.locator("#my-position + [role=status]")
    button.click()
    said.filter(has_text="may not know").wait_for()
    assert page.evaluate(NUMBERS)[:2] == ["", ""]
    form.context.grant_permissions(["geolocation"])
    form.context.set_geolocation({"latitude": -13.09871, "longitude": 31.78764, "accuracy": 640})
    button.click()
    said.filter(has_text="640 m").wait_for()
    assert page.evaluate(NUMBERS) == ["-13.09871", "31.78764", "1km"]


def test_without_signal_the_places_that_were_loaded_are_still_found(form):
    form.page.locator("#id_place").focus()
    typed(form, "skuk").first.wait_for()
    form.context.set_offline(True)
    assert typed(form, "ishahsa").first.inner_text() == "Ishasha, Uganda"
    form.context.set_offline(False)


def test_the_list_fits_the_narrowest_phone_by_night_and_from_right_to_left(window):
    seen = window(320, scheme="dark")
    seen.go("/fr/report/")
    seen.page.evaluate("document.documentElement.dir = 'rtl'")
    options = typed(seen, "hacienda")
    options.first.wait_for()
    assert options.first.inner_text() == "Hacienda Napoles, Colombie"
    seen.page.locator("#id_place").press("ArrowDown")
    gates.told(gates.axe(seen))
    seen.look()


def test_the_phone_finds_what_the_server_finds(form):
    form.page.locator("#id_place").focus()
    for text in ("ma", "luangwa river", "krugr", "parc w", "lac tchad", "okavngo delta", "bo", "queen elizabeth np", "murchisson"):
        wanted = form.page.evaluate("text => fetch('/places.json?q=' + encodeURIComponent(text)).then(a => a.json())", text)["places"]
        options = typed(form, text)
        options.first.wait_for()
        form.page.wait_for_function("text => document.querySelector('#id_place').value === text", arg=text)
        assert [row[0] for row in wanted] == [text.rsplit(", ", 1)[0] for text in options.all_inner_texts()], text
