"""The private page: the receipt that is kept, and all that reporters may do with what they sent."""

import io
import json
import re
import tracemalloc
import uuid
import zipfile
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from hippolist.models import Entry, Letter
from sightings import intake
from sightings.models import Decision, Photo, Reason, Report, SourceLink
from sightings.publishing import draft
from tests.factories import make_entry, make_release, make_report, make_user, photo, report_form

pytestmark = pytest.mark.django_db
POSTED = {"place": "Luangwa River near Mfuwe", "latitude": "-13.098765", "longitude": "31.787654"}
POSTED |= {"observed_year": "2026", "observed_month": "11", "observed_day": "3", "count": "2"}
POSTED |= {"story": "Two hippos stood in the shallow water beside the bridge."}
POSTED |= {"reporter_name": "Canary Reporter", "reporter_email": "reporter@example.org"}


def words_of(answer) -> str:
    """What a reader gets."""
    without = re.sub(r"<(script|style|head).*?</\1>", " ", answer.text, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", without)).split())


def verified(report: Report, **public) -> Entry:
    return report.verify(by=make_user("decider"), public={**draft(report), "sources": [], **public})


def sent(client, **fields) -> tuple[Report, str]:
    """A report that a browser sent, and where its receipt stands."""
    answer = client.post("/report/", report_form(**fields))
    assert answer.status_code == 303, answer.content[:2000]
    return Report.objects.get(), answer["Location"]


# The receipt


def test_the_receipt_shows_reference_link_code_and_file_and_leads_on(client):
    report, address = sent(client)
    page = client.get(address)
    assert f"<strong>{report.reference}</strong>" in page.text
    assert f'value="http://testserver{report.private_path}"' in page.text
    assert f'href="http://testserver{report.private_path}?file"' in page.text
    assert re.search(rf'<a class="button"\s+href="http://testserver{re.escape(report.private_path)}">', page.text)
    svg = re.search(r'role="img"\s+aria-label="[^"]+">(<svg.*?</svg>)', page.text, re.S)
    assert svg, "the code is missing, or has no words for those who cannot see it"
    assert "style=" not in svg[1]
    assert "No mail comes" in words_of(page)


def test_the_code_holds_the_private_link_and_nothing_else(client):
    import segno

    report, address = sent(client)
    drawn = re.search(r'<svg[^>]*class="segno">.*?</svg>', client.get(address).text)[0]
    expected = segno.make_qr(f"http://testserver{report.private_path}", error="m").svg_inline(omitsize=True, border=2)
    assert drawn == expected


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_text_file_holds_what_is_needed_to_come_back_in_the_language_of_the_page(client, language):
    prefix = "" if language == "en" else f"/{language}"
    answer = client.post(f"{prefix}/report/", report_form())
    report = Report.objects.get()
    file = client.get(answer["Location"].replace("?new", "?file"))
    assert file["Content-Type"] == "text/plain; charset=utf-8"
    assert file["Content-Disposition"] == f'attachment; filename="{report.reference}.txt"'
    assert file["Cache-Control"] == "no-store"
    text = file.content.decode()
    assert report.reference in text
    assert f"http://testserver{prefix}/my-report/{report.token}/\n" in text
    assert "&" not in text
    assert ("Your reference" in text) == (language == "en")


def test_a_mail_is_promised_only_where_one_comes(client, settings):
    promise = "We mail the link of this page to ada@example.org"
    settings.EMAIL_URL = "smtp://127.0.0.1"
    report, address = sent(client, reporter_email="ada@example.org")
    assert promise in words_of(client.get(address))
    assert Letter.objects.count() == 1
    settings.EMAIL_URL = ""
    assert promise not in words_of(client.get(address))
    settings.DEBUG = True
    assert promise in words_of(client.get(address))
    Report.objects.filter(pk=report.pk).update(screening="many")
    held = words_of(client.get(address))
    assert promise not in held
    assert "We look it over before it joins the queue" in held


def test_a_held_report_is_mailed_nothing_by_the_way_of_a_lost_link(client):
    make_report(screening="trap", reporter_email="stranger@example.org")
    client.post("/my-report/", {"email": "stranger@example.org"})
    assert not Letter.objects.exists()


def test_the_receipt_gives_way_once_something_was_done(client):
    report, address = sent(client)
    report.ask(by=make_user(), message="Which bank?")
    page = words_of(client.get(address))
    assert "Thanks for sending" not in page
    assert "Which bank?" in page


# The address


def letter_link(letter: Letter) -> str:
    return re.search(r"http://testserver(/my-report/\S+/)", letter.text)[1]


def test_an_address_is_confirmed_by_a_press_and_never_by_opening_the_link(client):
    report, _address = sent(client, reporter_email="ada@example.org")
    link = letter_link(Letter.objects.get())
    assert link != report.private_path
    page = client.get(link)
    client.head(link)
    assert "Yes, this is my address" in page.text
    assert Report.objects.get().email_confirmed_at is None
    done = client.post(link, {"confirm": "1"})
    assert (done.status_code, done["Location"]) == (303, f"{link}?confirmed")
    first = Report.objects.get().email_confirmed_at
    assert first
    page = client.get(done["Location"])
    assert "now knows that the address is yours" in page.text
    assert "Yes, this is my address" not in page.text
    client.post(link, {"confirm": "1"})
    assert Report.objects.get().email_confirmed_at == first


def test_the_private_link_alone_proves_no_address(client):
    report = make_report()
    assert "Yes, this is my address" not in client.get(report.private_path).text
    assert client.post(report.private_path, {"confirm": "1"}).status_code == 422
    assert Report.objects.get().email_confirmed_at is None


def test_moderators_see_whether_the_address_is_confirmed(client):
    report = make_report()
    client.force_login(make_user("mara", "Moderator"))
    screen = f"/admin/sightings/report/{report.pk}/change/"
    assert "not confirmed" in client.get(screen).text
    report.confirm_email()
    page = words_of(client.get(screen))
    assert "not confirmed" not in page
    assert "reporter@example.org (confirmed)" in page


def test_another_address_ends_the_link_of_the_first_and_is_asked_anew(client):
    report = make_report()
    report.confirm_email()
    old = report.mail_path
    done = client.post(f"{report.private_path}?correct", {**POSTED, "reporter_email": "right@example.org"})
    assert done.status_code == 303
    report.refresh_from_db()
    assert report.email_confirmed_at is None
    letter = Letter.objects.get()
    assert letter.to == "right@example.org"
    assert letter_link(letter) == report.mail_path
    lapsed = client.get(old)
    assert lapsed.status_code == 410
    assert "Canary" not in lapsed.text
    assert client.post(old, {"withdraw": "1"}).status_code == 410
    assert client.get(report.private_path).status_code == 200


# Where it stands


def decide(hours: list[float]) -> None:
    now = timezone.now()
    rows = [Report(sent_at=now - timedelta(hours=n), decided_at=now, state="declined", client_id=uuid.uuid4()) for n in hours]
    Report.objects.bulk_create(rows)


def test_the_expected_time_is_the_aim_until_enough_was_decided(client):
    report = make_report()
    decide([1, 2, 3, 4])
    assert "We aim at a first answer within 48 hours" in words_of(client.get(report.private_path))
    fifth = make_report(sent_at=timezone.now() - timedelta(hours=5))
    fifth.decline(by=None, reason=Reason.NOT_A_HIPPO)
    page = words_of(client.get(report.private_path))
    assert "half took up to 3 hours, and the slowest tenth more than 4 hours" in page
    assert "We aim" not in page


def test_the_expected_time_is_rounded_so_that_it_is_true(client):
    report = make_report()
    decide([8.2] * 12 + [9] * 5 + [80.4] * 3)
    assert "half took up to 9 hours, and the slowest tenth more than 3 days" in words_of(client.get(report.private_path))
    assert "9 heures" in words_of(client.get(f"/fr{report.private_path}"))


def test_old_decisions_and_imported_ones_say_nothing_about_the_next(client):
    report = make_report()
    decide([1] * 6)
    Report.objects.filter(state="declined").update(decided_at=timezone.now() - timedelta(days=31))
    assert "We aim" in words_of(client.get(report.private_path))
    Report.objects.filter(state="declined").update(decided_at=timezone.now())
    for row in Report.objects.filter(state="declined"):
        Report.objects.filter(pk=row.pk).update(import_key=f"x:{row.pk}")
    assert "We aim" in words_of(client.get(report.private_path))


def test_the_private_page_and_the_public_figures_agree(client):
    make_report()
    decide([1, 2, 3, 4, 50])
    figures = client.get("/about/moderation/").context
    assert (figures["median_words"], figures["slowest_words"]) == ("3 hours", "4 hours")
    assert "the slowest tenth took more than" in client.get("/about/moderation/").text


def test_the_place_in_the_queue_counts_only_who_is_in_it(client):
    now = timezone.now()
    make_report(due_at=now - timedelta(hours=2), screening="many")
    make_report(due_at=now - timedelta(hours=3))
    other = make_report(due_at=now - timedelta(hours=4))
    report = make_report(due_at=now)
    make_report(due_at=now - timedelta(hours=1), joined_to=report)
    assert "It is number 3 in the queue" in words_of(client.get(report.private_path))
    other.decline(by=None, reason=Reason.NOT_A_HIPPO)
    assert "It is number 2 in the queue" in words_of(client.get(report.private_path))


def test_a_joined_report_is_told_so_and_nothing_of_the_other(client):
    other = make_report(story="A secret of somebody else", place="Elsewhere", reporter_name="Other Person")
    report = make_report(joined_to=other, story="Mine")
    for address in (report.private_path, f"{report.private_path}?new", f"{report.private_path}?take"):
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        for secret in (other.reference, other.token, "A secret of somebody else", "Elsewhere", "Other Person"):
            assert secret.encode() not in body
    assert "It was joined to a report of somebody else that is being checked" in words_of(client.get(report.private_path))
    assert "joined" in client.get(f"{report.private_path}?state").json()["words"]
    held = json.loads(take(client, report).read("report.json"))
    assert held["is_joined_to_another_report"]
    assert not {"joined_to", "posted"} & set(held)


def test_after_verification_the_entry_and_each_release_it_is_in(client):
    make_entry()
    make_release("2026.08")
    report = make_report()
    entry = verified(report)
    page = client.get(report.private_path)
    assert entry.get_absolute_url() in page.text
    assert "It stands in these releases" not in page.text
    make_release("2026.09")
    entry.revise(by=None, change="corrected", reason="Counted again", fields={"individual_count": 3})
    make_release("2026.10")
    entry.withdraw(by=None, reason="It was a rock")
    make_release("2026.11")
    assert "later taken off the list" in client.get(report.private_path).text
    entry.restore(by=None, reason="It was none")
    make_release("2026.12")
    links = re.findall(r'href="(/releases/[^"]+)"', client.get(report.private_path).text)
    assert links == [f"/releases/{number}/{entry.code}/" for number in ("2026.12", "2026.10", "2026.09")]
    assert all(client.get(link).status_code == 200 for link in links)


def test_a_text_that_a_licence_keeps_out_is_in_no_release(client, settings):
    settings.DATA_LICENSE = "by"
    report = make_report()
    entry = verified(report)
    entry.revise(by=None, change="corrected", reason="Theirs", fields={"license": "https://example.org/all-rights-reserved"})
    make_entry()
    make_release("2026.09")
    assert "/releases/2026.09/HL" not in client.get(report.private_path).text


@pytest.mark.parametrize(
    ("state", "words", "questions"),
    [
        ("waiting", "checked", 0),
        ("asked", "question", 1),
        ("verified", "verified", 0),
        ("declined", "could not", 0),
        ("withdrawn", "back", 0),
    ],
)
def test_the_phone_is_told_the_state_in_one_sentence(client, state, words, questions):
    report, by = make_report(), make_user()
    steps = {
        "asked": lambda: report.ask(by=by, message="Which bank?"),
        "verified": lambda: verified(report),
        "declined": lambda: report.decline(by=by, reason=Reason.NO_EVIDENCE),
        "withdrawn": report.withdraw,
    }
    steps.get(state, lambda: None)()
    answer = client.get(f"{report.private_path}?state")
    told = answer.json()
    assert set(told) == {"reference", "state", "words", "questions"}
    assert (told["reference"], told["state"], told["questions"]) == (report.reference, state, questions)
    assert words in told["words"]
    assert answer["Cache-Control"] == "no-store"
    if state == "waiting":
        assert client.get(f"/fr{report.private_path}?state").json()["words"]


# More to tell


def test_photos_are_added_and_the_checks_made_anew(client):
    report = make_report(reporter_email="")
    answer = client.post(report.private_path, {"answer": "1", "message": "Here it is", "photos": [photo(), photo("red", (600, 500))]})
    assert (answer.status_code, answer["Location"]) == (303, f"{report.private_path}?answered")
    assert report.photos.count() == 2
    line = Decision.objects.get()
    assert line.message == "Here it is\n\n2 photos added."
    page = words_of(client.get(answer["Location"]))
    assert "Your message is with our team" in page
    assert "Up to 10 more" in page
    other = make_report(story="The same photo")
    client.post(other.private_path, {"photos": [photo()]})
    assert other.findings.filter(check_id="same_photo").exists(), "the checks were not made anew"


def test_photos_alone_answer_a_question(client):
    report = make_report()
    report.ask(by=make_user(), message="Have you a photo?")
    answer = client.post(report.private_path, {"answer": "1", "message": "", "photos": photo()})
    assert answer.status_code == 303
    report.refresh_from_db()
    assert report.state == "waiting"
    assert report.decisions.last().message == "1 photo added."


def test_the_same_photos_sent_twice_are_one_message(client):
    report = make_report()
    for _ in range(2):
        assert client.post(report.private_path, {"answer": "1", "message": "Look", "photos": photo()}).status_code == 303
    assert Photo.objects.count() == 1
    assert [decision.message for decision in report.decisions.all()] == ["Look\n\n1 photo added."]


def test_refused_photos_are_named_and_the_good_ones_and_the_words_kept(client):
    report = make_report()
    bad = io.BytesIO(b"no picture at all")
    bad.name = "holiday.jpg"
    answer = client.post(report.private_path, {"answer": "1", "message": "Two of them", "photos": [photo(), bad]})
    assert answer.status_code == 422
    words = words_of(answer)
    assert "holiday.jpg" in words
    assert "All others are kept, and so is what you wrote" in words
    assert report.photos.count() == 1
    assert report.decisions.get().message == "Two of them\n\n1 photo added."


def test_a_report_holds_twelve_photos_however_they_come(client):
    report = make_report()
    for n in range(11):
        intake.keep_photo(photo(size=(300 + 10 * n, 300)), report.client_id)
    intake.attach(report.client_id)
    assert "1 more, JPEG" in words_of(client.get(report.private_path))
    answer = client.post(
        report.private_path, {"photos": [photo(size=(800, 600), name="last.jpg"), photo(size=(900, 600), name="over.jpg")]}
    )
    assert answer.status_code == 422
    assert "over.jpg" in words_of(answer)
    assert report.photos.count() == 12
    assert 'type="file"' not in client.get(report.private_path).text


@pytest.mark.parametrize("how", ["verified", "withdrawn"])
def test_nothing_is_added_once_it_is_over(client, how):
    report = make_report()
    verified(report) if how == "verified" else report.withdraw()
    lines = Decision.objects.count()
    answer = client.post(report.private_path, {"answer": "1", "message": "Late", "photos": photo()})
    assert answer.status_code == 409
    assert not Photo.objects.exists()
    assert Decision.objects.count() == lines
    assert 'name="photos"' not in answer.text


def test_a_declined_report_is_looked_at_again_once_there_is_something_new(client):
    report = make_report()
    report.decline(by=make_user(), reason=Reason.NO_EVIDENCE)
    page = client.get(report.private_path)
    assert "Ask us to look again" in page.text
    assert "A photo, a link to a news story" in page.text
    assert client.post(report.private_path, {"answer": "1", "message": ""}).status_code == 422
    client.post(report.private_path, {"photos": photo()})
    report.refresh_from_db()
    assert (report.state, report.decided_at) == ("waiting", None)


# Corrections


def correction(client, report: Report, **fields):
    values = {name: value for name, value in {**POSTED, **fields}.items() if value is not None}
    return client.post(f"{report.private_path}?correct", values)


def test_the_form_holds_what_was_sent(client):
    report = make_report(observed_time="16:12", kind="injury", credit="name", people_near=True)
    SourceLink.objects.create(report=report, url="https://example.org/a", canonical="example.org/a", title="A headline", date="2026-11-03")
    page = client.get(f"{report.private_path}?correct").text
    for value in ("Luangwa River near Mfuwe", "-13.098765", "31.787654", "16:12", "Canary Reporter", "https://example.org/a", "2026-11-03"):
        assert f'value="{value}"' in page, value
    assert "Two hippos stood" in page
    assert re.search(r'value="injury"\s+selected', page)
    assert 'name="consent"' not in page


def test_what_is_corrected_is_kept_with_a_line_that_names_the_fields_only(client):
    report = make_report(reporter_email="")
    answer = correction(
        client, report, reporter_email="", place="Kafue River", latitude="-15.5", longitude="28.2", observed_day="4", count="3"
    )
    assert (answer.status_code, answer["Location"]) == (303, f"{report.private_path}?corrected")
    report.refresh_from_db()
    assert (report.place, report.latitude, report.observed_day, report.count) == ("Kafue River", -15.5, 4, 3)
    line = Decision.objects.get()
    assert line.message == "Corrected: how many, place, date"
    assert line.by is None
    assert "Your corrections are saved" in client.get(answer["Location"]).text
    for before in ("Mfuwe", "-13.098765"):
        assert before not in client.get(report.private_path).text


def test_the_country_is_found_anew_and_the_checks_with_it(client):
    report = make_report()
    assert (report.country_code, report.findings.get(check_id="country").severity) == ("ZM", "ok")
    Report.objects.update(uncertainty_in_meters=5)
    correction(client, report, latitude="60.8", longitude="10.7")
    report.refresh_from_db()
    assert report.country_code == "NO"
    assert report.uncertainty_in_meters is None
    assert report.findings.get(check_id="country").severity == "warn"


def test_sources_are_corrected_too(client):
    report = make_report()
    SourceLink.objects.create(report=report, url="https://example.org/a", canonical="example.org/a", title="Old")
    correction(client, report, source_url="https://www.example.org/b?utm_source=x", source_title="New")
    source = report.sources.get()
    assert (source.title, source.canonical) == ("New", "example.org/b")
    assert Decision.objects.get().message == "Corrected: links"


def test_the_same_values_again_are_no_correction(client):
    report = make_report(story="Line one\nline two")
    answer = correction(client, report, story="Line one\r\nline two")
    assert answer.status_code == 303
    assert not Decision.objects.exists()
    assert not Letter.objects.exists()


def test_a_correction_answers_the_question(client):
    report = make_report()
    report.ask(by=make_user(), message="Which day?")
    correction(client, report, observed_day="5")
    report.refresh_from_db()
    assert report.state == "waiting"


def test_nothing_typed_is_lost_on_errors(client):
    report = make_report()
    answer = correction(client, report, place="Typed again", observed_month="13", source_url="no link at all", source_title="Typed title")
    assert answer.status_code == 422
    assert 'value="Typed again"' in answer.text
    assert 'value="Typed title"' in answer.text
    assert 'href="#id_observed_month"' in answer.text
    assert "<li>Link 1 is not an address" in answer.text
    report.refresh_from_db()
    assert report.place == "Luangwa River near Mfuwe"


def test_a_decided_report_is_not_corrected_any_more(client):
    report = make_report()
    report.decline(by=make_user(), reason=Reason.TOO_VAGUE)
    answer = correction(client, report, place="Kafue River")
    assert answer.status_code == 409
    assert 'value="Kafue River"' in answer.text
    report.refresh_from_db()
    assert report.place == "Luangwa River near Mfuwe"
    assert "?correct" not in client.get(report.private_path).text
    assert client.get(f"{report.private_path}?correct").status_code == 200


# Taking along


def take(client, report: Report) -> zipfile.ZipFile:
    answer = client.get(f"{report.private_path}?take")
    assert answer["Content-Disposition"] == f'attachment; filename="{report.reference}.zip"'
    assert answer["Content-Type"] == "application/zip"
    assert answer["Cache-Control"] == "no-store"
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def test_all_that_is_held_can_be_taken_along(client):
    report, _address = sent(client, **POSTED, photos=[photo(), photo("red", name="../../etc/passwd")], source_url="https://example.org/a")
    report.ask(by=make_user("Secret Moderator"), message="Which bank?")
    gone = report.photos.last()
    gone.original.delete()
    archive = take(client, report)
    assert archive.testzip() is None
    held = json.loads(archive.read("report.json"))
    assert (held["place"], held["latitude"], held["story"]) == (POSTED["place"], -13.098765, POSTED["story"])
    assert (held["reporter_name"], held["reporter_email"]) == ("Canary Reporter", "reporter@example.org")
    assert held["sources"][0]["url"] == "https://example.org/a"
    assert held["history"][0]["message"] == "Which bank?"
    assert held["findings"]
    assert [letter["kind"] for letter in held["letters"]] == ["report_received"]
    assert "Secret Moderator" not in json.dumps(held)
    names = sorted(name for name in archive.namelist() if name != "report.json")
    assert names == ["photo-1.jpg", "photo-2.webp"]
    assert archive.read("photo-1.jpg") == photo().read()
    assert archive.read("photo-2.webp")[:4] == b"RIFF"
    assert {"client_id", "credit", "sent_at", "language", "certainty"} <= set(held)


def test_the_copy_tells_no_reference_of_somebody_else(client):
    other = make_report(story="First")
    SourceLink.objects.create(report=other, url="https://example.org/a", canonical="example.org/a")
    client.post("/report/", report_form(source_url="https://example.org/a"))
    report = Report.objects.latest("pk")
    text = take(client, report).read("report.json").decode()
    assert "another report" in text
    assert other.reference not in text


def test_taking_along_large_photos_keeps_memory_flat(client):
    report = make_report()
    intake.keep_photo(photo(), report.client_id)
    intake.attach(report.client_id)
    path = Photo.objects.get().original.path
    with open(path, "ab") as file:  # noqa: PTH123
        for _ in range(40):
            file.write(b"\0" * 1_000_000)
    tracemalloc.start()
    answer = client.get(f"{report.private_path}?take")
    size = sum(len(chunk) for chunk in answer.streaming_content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 40_000_000
    assert peak < 8_000_000


# Erasing


def test_erasing_says_first_what_goes_and_what_stays_and_a_get_erases_nothing(client):
    report = make_report()
    page = client.get(f"{report.private_path}?erase")
    assert page.status_code == 200
    for words in ("What goes", "What stays", "cannot be undone", "Backups"):
        assert words in page.text
    assert client.post(f"{report.private_path}?erase", {}).status_code == 200
    report.refresh_from_db()
    assert report.erased_at is None
    assert report.story


def test_after_erasing_the_old_links_answer_410_with_kind_words(client):
    report = make_report()
    links = [report.private_path, report.mail_path]
    done = client.post(f"{report.private_path}?erase", {"erase": "1"})
    assert (done.status_code, done["Location"]) == (303, report.private_path)
    for link in links:
        for query in ("", "?new", "?file", "?state", "?take", "?correct", "?erase"):
            for ask in (client.get, client.post):
                answer = ask(f"{link}{query}", {"answer": "1", "message": "x", "erase": "1"} if ask == client.post else None)
                assert answer.status_code == 410, (link, query)
                assert "This report was erased" in answer.text
                assert report.reference not in answer.text
                assert answer["Cache-Control"] == "no-store"


def test_a_forged_link_is_still_404(client):
    report = make_report()
    forged = report.token[:-1] + ("A" if report.token[-1] != "A" else "B")
    assert client.get(f"/my-report/{forged}/").status_code == 404
    assert client.get(f"/my-report/{report.mail_token.replace('.', '0.', 1)}/").status_code == 404


def test_the_private_page_costs_few_queries_however_much_was_decided(client, django_assert_max_num_queries):
    report = make_report()
    decide([float(n) for n in range(1, 2001)])
    with django_assert_max_num_queries(14):
        client.get(report.private_path)


def test_no_state_of_the_page_sets_a_cookie_or_is_found_or_kept(client):
    report = make_report()
    for query in ("", "?new", "?correct", "?erase"):
        answer = client.get(f"{report.private_path}{query}")
        assert not answer.cookies
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["X-Robots-Tag"] == "noindex"
        assert 'name="robots" content="noindex"' in answer.text
        assert "onclick" not in answer.text
        assert " style=" not in answer.text
