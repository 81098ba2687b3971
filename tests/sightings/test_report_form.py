"""Reporting: what the form takes, what it asks back, and that nothing typed is lost."""

import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone

from hippolist.models import Entry, Letter
from sightings.models import Photo, Report
from tests.factories import make_report, photo, report_form

pytestmark = pytest.mark.django_db


def send(client, **fields):
    return client.post("/report/", report_form(**fields))


def test_a_report_answers_303_to_its_private_page_which_is_the_receipt(client):
    answer = send(client, reporter_email="Ada@example.org")
    report = Report.objects.get()
    assert answer.status_code == 303
    assert answer["Location"] == f"/my-report/{report.token}/?new"
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert report.reference in page.text
    assert "Thanks for sending us your report" in page.text
    assert page["Cache-Control"] == "no-store"
    assert page["Referrer-Policy"] == "no-referrer"
    assert not client.cookies


def test_the_reporter_is_mailed_the_private_link(client):
    send(client, reporter_email="ada@example.org")
    letter = Letter.objects.get()
    assert letter.to == "ada@example.org"
    assert f"http://testserver/my-report/{Report.objects.get().mail_token}/" in letter.text
    assert Report.objects.get().reference in letter.html


def test_without_an_email_no_letter_is_written_and_none_is_promised(client):
    answer = send(client)
    assert not Letter.objects.exists()
    assert "We mail the link" not in client.get(answer["Location"]).text


def test_the_same_report_sent_twice_is_one_report(client):
    form = report_form(photos=photo())
    first = client.post("/report/", form)
    form["photos"] = photo()
    second = client.post("/report/", form)
    assert first["Location"] == second["Location"]
    assert Report.objects.count() == Photo.objects.count() == 1


def test_another_report_under_an_id_that_was_used_is_not_lost(client):
    """Back after sending: the browser shows the old form, and what is typed now is another report."""
    first = report_form(photos=photo())
    client.post("/report/", first)
    other = {**first, "story": "Another hippo, the day after", "photos": photo("red")}
    answers = [client.post("/report/", {**other, "photos": photo("red")}) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Report.objects.count() == 2
    assert [report.photos.count() for report in Report.objects.order_by("pk")] == [1, 1]


def test_a_double_click_without_script_is_one_report_and_another_text_another(client):
    first = send(client, client_id=None)
    again = send(client, client_id=None)
    other = send(client, client_id=None, story="Another one")
    assert first["Location"] == again["Location"] != other["Location"]


def test_fields_left_out_take_the_first_value_of_their_table(client):
    send(client)
    report = Report.objects.get()
    assert (report.kind, report.species, report.certainty) == ("sighting", "hippopotamus_amphibius", "exact")
    assert (report.life_stage, report.condition, report.photo_use, report.credit) == ("unknown", "unknown", "publish", "none")
    assert report.count is None


@pytest.mark.parametrize(
    ("fields", "place_of_error"),
    [
        ({"consent": None}, "consent"),
        ({"story": "  "}, "story"),
        ({"place": ""}, "place"),
        ({"observed_year": ""}, "observed_year"),
        ({"observed_year": "1799"}, "observed_year"),
        ({"observed_year": "abc"}, "observed_year"),
        ({"observed_month": "2", "observed_day": "30"}, "observed_day"),
        ({"observed_day": "3"}, "observed_month"),
        ({"observed_month": "13"}, "observed_month"),
        ({"kind": "dragon"}, "kind"),
        ({"species": "dragon"}, "species"),
        ({"certainty": "dragon"}, "certainty"),
        ({"credit": "dragon"}, "credit"),
        ({"how_known": "dreamt"}, "how_known"),
        ({"how_known": "read"}, "how_known"),
        ({"latitude": "91", "longitude": "3"}, "latitude"),
        ({"latitude": "nan", "longitude": "3"}, "latitude"),
        ({"latitude": "1"}, "longitude"),
        ({"count": "-1"}, "count"),
        ({"count": "many"}, "count"),
        ({"observed_time": "25:00"}, "observed_time"),
        ({"reporter_email": "no address"}, "reporter_email"),
        ({"reporter_email": "mıke@example.org"}, "reporter_email"),
        ({"story": "x" * 10_001}, "story"),
    ],
)
def test_a_faulty_field_is_422_named_in_the_summary_and_what_was_typed_is_kept(client, fields, place_of_error):
    answer = send(client, **{"reporter_name": "Typed Name", **fields})
    assert answer.status_code == 422
    assert f'href="#id_{place_of_error}' in answer.text
    assert 'value="Typed Name"' in answer.text
    assert not Report.objects.exists()


def test_tomorrow_somewhere_on_earth_is_taken_and_the_day_after_is_not(client):
    latest = (timezone.now() + timedelta(hours=14, days=1)).date()
    when = lambda day: {"observed_year": day.year, "observed_month": day.month, "observed_day": day.day}  # noqa: E731
    assert send(client, **when(latest)).status_code == 303
    assert send(client, **when(latest + timedelta(days=1))).status_code == 422


def test_a_link_alone_makes_a_report_of_something_read(client):
    answer = send(
        client,
        how_known="read",
        story="",
        place="",
        observed_year="",
        source_url=["https://www.example.org/hippo?utm_source=x", ""],
        source_title=["A hippo in town", ""],
        source_publisher=["The Courier", ""],
        source_date=["2026-10-01", ""],
    )
    assert answer.status_code == 303
    source = Report.objects.get().sources.get()
    assert (source.canonical, source.title, source.date) == ("example.org/hippo", "A hippo in town", date(2026, 10, 1))


@pytest.mark.parametrize(
    "row",
    [
        {"source_url": "javascript:alert(1)"},
        {"source_url": "https://me:secret@example.org/"},
        {"source_url": "not a link"},
        {"source_url": "example.org", "source_date": "2026-13-01"},
    ],
)
def test_a_faulty_link_is_422_and_stays_in_its_row(client, row):
    answer = send(client, **row)
    assert answer.status_code == 422
    assert "#id_source_url_1" in answer.text
    assert f'value="{row["source_url"]}"' in answer.text


def test_a_link_comes_back_in_the_row_where_it_was_typed(client):
    answer = send(client, source_url=["", "no link", ""], source_title=["", "Second", ""])
    assert answer.status_code == 422
    assert "#id_source_url_2" in answer.text
    assert answer.context["rows"][1]["title"] == "Second"


def test_good_photos_are_kept_while_bad_ones_are_named(client):
    form = report_form(consent=None, photos=[photo(name="good.jpg"), photo("red", kind="GIF", name="moving.gif")])
    answer = client.post("/report/", form)
    assert answer.status_code == 422
    assert "moving.gif" in answer.text
    assert "good.jpg is kept" in answer.text
    kept = Photo.objects.get()
    assert kept.report is None
    again = client.post("/report/", report_form(client_id=form["client_id"]))
    assert again.status_code == 303
    kept.refresh_from_db()
    assert kept.report == Report.objects.get()


def test_the_id_of_a_report_that_came_back_stands_in_the_form_so_that_its_photos_find_it(client):
    answer = client.post("/report/", report_form(client_id=None, consent=None, photos=photo()))
    assert str(Photo.objects.get().client_id) in answer.text
    assert answer["Cache-Control"] == "no-store"


def test_a_photo_alone_is_enough(client):
    assert send(client, story="", photos=photo()).status_code == 303


def test_more_than_twelve_photos_are_named(client):
    files = [photo(f"#{n:02}5577", size=(64 + n, 64), name=f"p{n}.jpg") for n in range(14)]
    answer = client.post("/report/", report_form(photos=files))
    assert answer.status_code == 422
    assert "p12.jpg" in answer.text
    assert "p13.jpg" in answer.text
    assert Photo.objects.count() == 12


def test_twelve_photos_may_be_sent_again(client):
    form = report_form(consent=None)
    files = lambda: [photo(f"#{n:02}5577", size=(64 + n, 64), name=f"p{n}.jpg") for n in range(12)]  # noqa: E731
    client.post("/report/", {**form, "photos": files()})
    again = client.post("/report/", {**form, "consent": "on", "photos": files()})
    assert again.status_code == 303
    assert Report.objects.get().photos.count() == 12


def test_a_file_over_20_mb_is_named_and_the_rest_is_kept(client):
    big = photo(name="big.jpg")
    big.seek(0, 2)
    big.write(b"\0" * 21 * 1024 * 1024)
    big.seek(0)
    answer = client.post("/report/", report_form(photos=[photo("red", name="fine.jpg"), big]))
    assert answer.status_code == 422
    assert "big.jpg is larger than 20 MB" in answer.text
    assert "fine.jpg is kept" in answer.text


def test_a_nul_character_is_taken_out(client):
    send(client, story="Two\0 hippos", reporter_name="A\0da")
    report = Report.objects.get()
    assert (report.story, report.reporter_name) == ("Two hippos", "Ada")


def test_a_click_on_the_map_puts_the_pin_without_script_and_keeps_what_was_typed(client):
    answer = client.post("/report/", report_form(story="Typed words", **{"pin.x": "187", "pin.y": "205", "view": ""}, photos=photo()))
    assert answer.status_code == 200
    assert "Typed words" in answer.text
    assert "hippo.jpg is kept" in answer.text
    assert not Report.objects.exists()
    assert 'id="problems"' not in answer.text
    assert 'name="latitude" value="-' in answer.text.replace("\n", " ")


def test_a_key_on_the_map_button_puts_no_pin(client):
    answer = client.post("/report/", report_form(**{"pin.x": "0", "pin.y": "0"}))
    assert 'class="map pin-shown"' not in answer.text


@pytest.mark.parametrize("x", ["9" * 5000, "-1", "1e3", "٣"])
def test_a_nonsense_click_is_no_click(client, x):
    answer = client.post("/report/", report_form(**{"pin.x": x, "pin.y": "5"}))
    assert answer.status_code == 200
    assert 'class="map pin-shown"' not in answer.text


def test_a_pin_is_as_sure_as_the_map_was_near(client):
    """A thumb on the whole of Africa misses by hundreds of kilometres, whatever the field says."""
    from sightings.pin import View

    def sent(clicks):
        form = report_form()
        for _ in range(clicks):
            page = client.post("/report/", {**form, "pin.x": "140", "pin.y": "150"})
            form |= {name: page.context["form"].data[name] for name in ("latitude", "longitude", "pinned")}
            form["view"] = str(page.context["view"])
        client.post("/report/", form)
        return Report.objects.latest("pk").uncertainty

    far, near = sent(1), sent(4)
    assert far > 100_000
    assert near < far / 50
    client.post("/report/", report_form(latitude="-13.1", longitude="31.78", view=str(View.parse("africa")), pinned="1,2"))
    assert Report.objects.latest("pk").uncertainty == 30


def test_a_kept_photo_can_be_left_out(client):
    form = report_form(consent=None)
    client.post("/report/", {**form, "photos": [photo(), photo("red", name="wrong.jpg")]})
    wrong = Photo.objects.get(name="wrong.jpg")
    client.post("/report/", {**form, "consent": "on", "drop": wrong.sha256})
    assert [kept.name for kept in Report.objects.get().photos.all()] == ["hippo.jpg"]
    assert not wrong.original.storage.exists(wrong.original.name)


def test_another_map_can_be_chosen(client):
    assert "basemap-colombia" in client.post("/report/", report_form(map="colombia")).text


def test_a_report_like_an_entry_remembers_it(client):
    report = make_report()
    entry = Entry.publish(by=None, title="A pod in town", license="x", grid="none")
    page = client.get(f"/report/?like={entry.code}")
    assert "A pod in town" in page.text
    send(client, like=entry.code)
    assert Report.objects.exclude(pk=report.pk).get().like_entry == entry


def test_a_source_in_the_address_is_filled_in(client):
    page = client.get("/report/?source=https://example.org/story")
    assert 'value="https://example.org/story"' in page.text
    assert page.context["form"]["how_known"].value() == "read"


def test_nonsense_in_the_address_is_no_error(client):
    assert client.get("/report/?like=HL-999999999999999&source=%00").status_code == 200


def test_a_report_from_another_sites_page_is_refused_and_one_without_headers_is_taken(client):
    assert client.post("/report/", report_form(), headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    for origin in ("https://evil.example", "http://[", "null"):
        assert client.post("/report/", report_form(), headers={"Origin": origin}).status_code == 403
    assert client.post("/report/", report_form(), headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303
    assert client.post("/report/", report_form()).status_code == 303


def test_the_language_of_the_page_is_the_language_of_the_report(client):
    answer = client.post("/fr/report/", report_form(reporter_email="ada@example.org"))
    assert Report.objects.get().language == "fr"
    assert answer["Location"].startswith("/fr/my-report/")
    assert "/fr/my-report/" in Letter.objects.get().text


class TestPhotosOneByOne:
    def test_the_same_photo_again_answers_the_same(self, client):
        client_id = str(uuid.uuid4())
        answers = [client.post("/report/photos/", {"client_id": client_id, "photo": photo()}) for _ in range(2)]
        assert answers[0].json() == answers[1].json()
        assert Photo.objects.count() == 1

    def test_a_photo_that_comes_after_its_report_joins_it(self, client):
        form = report_form()
        client.post("/report/", form)
        client.post("/report/photos/", {"client_id": form["client_id"], "photo": photo()})
        assert Report.objects.get().photos.count() == 1

    def test_a_photo_after_the_decision_joins_nothing(self, client):
        form = report_form()
        client.post("/report/", form)
        Report.objects.get().withdraw()
        client.post("/report/photos/", {"client_id": form["client_id"], "photo": photo()})
        assert Report.objects.get().photos.count() == 0

    @pytest.mark.parametrize("client_id", ["", "no", "7d0f2f2a-0a51-4c3e-9c0c-0c9d6a4f5b11"])
    def test_what_is_no_photo_or_has_no_report_is_422(self, client, client_id):
        answer = client.post("/report/photos/", {"client_id": client_id, "photo": photo(kind="GIF", name="x.gif")})
        assert answer.status_code == 422
        assert answer.json()["error"]

    def test_no_photo_at_all_is_422_and_a_thirteenth_too(self, client):
        client_id = str(uuid.uuid4())
        assert client.post("/report/photos/", {"client_id": client_id}).status_code == 422
        for n in range(12):
            client.post("/report/photos/", {"client_id": client_id, "photo": photo(size=(40 + n, 40))})
        assert client.post("/report/photos/", {"client_id": client_id, "photo": photo(size=(90, 40))}).status_code == 422


def test_uploads_whose_report_never_came_are_swept_after_a_week(client):
    from sightings import intake

    client.post("/report/photos/", {"client_id": str(uuid.uuid4()), "photo": photo()})
    client.post("/report/", report_form(photos=photo("red")))
    assert intake.sweep() == 0
    old = Photo.objects.get(report=None)
    Photo.objects.update(uploaded_at=timezone.now() - timedelta(days=8))
    assert intake.sweep() == 1
    assert not old.original.storage.exists(old.original.name)
    assert Photo.objects.get().original.storage.exists(Photo.objects.get().original.name)
