"""The desk: deciding a report in the admin, by each path, once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from hippolist.models import Conflict, Entry, Letter, Picture, Revision
from sightings import intake
from sightings.models import Decision, Photo, Reason, Report, SourceLink
from tests.factories import make_report, make_user, photo, report_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(make_user("mara", "Moderator"))
    return client


def address(report):
    return reverse("admin:sightings_report_change", args=[report.pk])


def public_text(report, **fields):
    values = {
        "verb": "verify",
        "title": "Two hippos under the bridge",
        "story": "They stood in the shallow water.",
        "kind": "sighting",
        "species": "hippopotamus_amphibius",
        "individual_count": "2",
        "life_stage": "unknown",
        "condition": "unknown",
        "year": "2026",
        "month": "11",
        "day": "3",
        "country_code": "ZM",
        "place_name": "Luangwa River near Mfuwe",
        "grid": "0.01",
    }
    return {**values, **fields}


def test_the_queue_shows_waiting_reports_oldest_first(desk):
    young = make_report(due_at=timezone.now() + timedelta(hours=9))
    old = make_report(due_at=timezone.now() - timedelta(hours=9))
    gone = make_report()
    gone.withdraw()
    page = desk.get(reverse("admin:sightings_report_changelist")).text
    assert page.index(old.reference) < page.index(young.reference)
    assert gone.reference not in page
    assert gone.reference in desk.get(reverse("admin:sightings_report_changelist") + "?state=all").text


def test_the_queue_costs_the_same_however_long_it_is(desk, django_assert_max_num_queries):
    for n in range(12):
        report = make_report()
        intake.keep_photo(photo(size=(50 + n, 40)), report.client_id)
        Photo.objects.filter(report=None).update(report=report)
    with django_assert_max_num_queries(15):
        desk.get(reverse("admin:sightings_report_changelist"))


def test_the_index_says_what_waits(desk):
    make_report(due_at=timezone.now() - timedelta(hours=1))
    page = desk.get(reverse("admin:index")).text
    assert "Reports waiting" in page
    assert "1 is overdue" in page


def test_next_goes_to_the_report_that_is_due_and_to_the_queue_when_none_is(desk):
    assert desk.get(reverse("admin:sightings_report_next"))["Location"] == reverse("admin:sightings_report_changelist")
    report = make_report()
    assert desk.get(reverse("admin:sightings_report_next"))["Location"] == address(report)


def test_the_review_screen_shows_words_exact_place_and_findings(desk):
    report = make_report(latitude=60.8, longitude=10.7, country_code="NO", place="Mjøsa")
    page = desk.get(address(report)).text
    assert report.story in page
    assert "60.8, 10.7" in page
    assert "No wild hippos of this kind are known in Norway." in page


def test_verify_puts_the_public_part_on_the_list_and_nothing_else(desk, client):
    report = make_report(credit="none")
    answer = desk.post(address(report), public_text(report))
    assert answer.status_code == 302
    entry = Entry.objects.get()
    report.refresh_from_db()
    assert (report.state, report.entry) == ("verified", entry)
    assert (str(entry.decimal_latitude), str(entry.decimal_longitude)) == ("-13.10", "31.79")
    assert entry.coordinate_uncertainty_in_meters == 1570 + 30
    assert entry.recorded_by == ""
    assert entry.license == "https://creativecommons.org/licenses/by/4.0/"
    assert "1 person on our team looked at it" in entry.checked
    assert Revision.objects.get().title == "Two hippos under the bridge"
    decision = Decision.objects.get()
    assert (decision.from_state, decision.to_state, decision.by.username) == ("waiting", "verified", "mara")
    letter = Letter.objects.get()
    assert letter.to == "reporter@example.org"
    assert f"http://testserver/list/{entry.code}/" in letter.text


def test_a_plain_case_needs_no_typing(desk):
    report = make_report()
    page = desk.get(address(report))
    drafted = {
        name: "" if (value := page.context["form"][name].value()) is None else value for name in public_text(report) if name != "verb"
    }
    assert desk.post(address(report), {**drafted, "verb": "verify"}).status_code == 302
    assert Entry.objects.get().title == "2 hippos seen: Luangwa River near Mfuwe"


def test_photos_are_published_as_new_files_only_where_ticked_and_allowed(desk):
    report = make_report(credit="name")
    for colour in ("teal", "red"):
        intake.keep_photo(photo(colour), report.client_id)
    first, second = Photo.objects.filter(report=None)
    Photo.objects.update(report=report)
    desk.post(address(report), public_text(report, photos_shown=[first.pk], **{f"alt_{first.pk}": "A hippo in teal water"}))
    entry = Entry.objects.get()
    (shown,) = entry.pictures
    assert (shown["alt"], shown["credit"], shown["width"]) == ("A hippo in teal water", "Canary Reporter", 640)
    assert Picture.objects.get().name == shown["name"]
    assert second.sha256 not in shown["name"]


def test_photos_for_checking_only_are_never_published(desk):
    report = make_report(photo_use="checking_only")
    intake.keep_photo(photo(), report.client_id)
    Photo.objects.update(report=report)
    ticked = desk.post(address(report), public_text(report, photos_shown=[Photo.objects.get().pk]))
    assert ticked.status_code == 422
    desk.post(address(report), public_text(report))
    assert Entry.objects.get().pictures == []
    assert not Picture.objects.exists()


def test_a_source_is_shown_only_where_ticked_and_social_media_are_not_ticked_by_themselves(desk):
    report = make_report()
    links = ["https://example.org/story", "https://www.facebook.com/post"]
    news, own = [SourceLink.objects.create(report=report, url=url, canonical=url, title=url[-5:]) for url in links]
    page = desk.get(address(report))
    assert page.context["form"]["sources_shown"].value() == [str(news.pk)]
    desk.post(address(report), public_text(report, sources_shown=[news.pk]))
    assert [source["url"] for source in Entry.objects.get().sources] == ["https://example.org/story"]
    assert own.url not in str(Entry.objects.get().sources)


@pytest.mark.parametrize(
    ("report_fields", "grids"),
    [
        ({}, ["0.01", "0.1", "1", "none"]),
        ({"species": "choeropsis_liberiensis"}, ["0.1", "1", "none"]),
        ({"kind": "poaching"}, ["0.1", "1", "none"]),
        ({"kind": "dead_animal"}, ["0.1", "1", "none"]),
        ({"certainty": "country"}, ["none"]),
        ({"latitude": None, "longitude": None}, ["none"]),
    ],
)
def test_the_finest_grid_goes_by_category(desk, report_fields, grids):
    report = make_report(**report_fields)
    assert [value for value, _ in desk.get(address(report)).context["form"].fields["grid"].choices] == grids


def test_a_kind_changed_in_review_coarsens_the_grid_too(desk):
    report = make_report()
    answer = desk.post(address(report), public_text(report, kind="poaching", grid="0.01"))
    assert answer.status_code == 422
    assert not Entry.objects.exists()


def test_what_hunters_could_use_appears_30_days_after_the_sighting(desk, client):
    today = timezone.localdate()
    report = make_report(species="choeropsis_liberiensis", latitude=6.0, longitude=-8.9, country_code="LR")
    when = {"year": today.year, "month": today.month, "day": today.day}
    desk.post(address(report), public_text(report, species="choeropsis_liberiensis", country_code="LR", grid="0.1", **when))
    entry = Entry.objects.get()
    assert entry.appears_on == today + timedelta(days=30)
    assert client.get(f"/list/{entry.code}/").status_code == 404
    assert "opens on" in Letter.objects.get().text


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"title": ""}, "headline"),
        ({"day": "31"}, "no such day"),
        ({"month": "", "day": "3"}, "needs its month"),
        ({"country_code": ""}, "needs its country"),
        ({"story": "Seen at -13.0987, 31.7876 by the gate"}, "coordinates"),
        ({"story": "Call me: +260 97 123 4567"}, "phone number"),
        ({"species": "dragon"}, "Select a valid choice"),
        ({"species": None}, "This field is required"),
        ({"year": "2199", "month": "", "day": ""}, "still to come"),
        ({"verb": "dance"}, "Press verify"),
        ({"verb": "ask", "message": " "}, "Write the question"),
        ({"verb": "decline"}, "Choose a reason"),
        ({"verb": "decline", "reason": "dragon"}, "Select a valid choice"),
    ],
)
def test_what_is_missing_is_asked_for_and_what_was_typed_is_kept(desk, fields, word):
    report = make_report()
    typed = {name: value for name, value in public_text(report, **{"message": "Typed message", **fields}).items() if value is not None}
    answer = desk.post(address(report), typed)
    assert answer.status_code == 422
    assert word in answer.text
    report.refresh_from_db()
    assert report.state == "waiting"
    assert "Two hippos under the bridge" in answer.text or fields.get("title") == ""


def test_a_text_that_tells_too_much_is_published_where_a_moderator_looked(desk):
    report = make_report()
    desk.post(address(report), public_text(report, story="Case 12.345, 67.891 of the court", publish_anyway="on"))
    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("https://example.org/?at=-13.123456,31.778899", "A pin"),
        ("https://example.org/story", "Hippos at -13.123456, 31.778899"),
    ],
)
def test_a_source_that_tells_the_place_is_noticed_before_it_is_shown(desk, url, title):
    report = make_report()
    source = SourceLink.objects.create(report=report, url=url, canonical=url, title=title)
    answer = desk.post(address(report), public_text(report, sources_shown=[source.pk]))
    assert answer.status_code == 422
    assert "13.123456" in answer.text
    assert not Entry.objects.exists()
    assert desk.post(address(report), public_text(report)).status_code == 302


def test_a_published_photo_needs_a_description_that_tells_no_place(desk):
    report = make_report()
    intake.keep_photo(photo(), report.client_id)
    Photo.objects.update(report=report)
    pk = Photo.objects.get().pk
    for words in ("", "At -13.123456, 31.778899"):
        assert desk.post(address(report), public_text(report, photos_shown=[pk], **{f"alt_{pk}": words})).status_code == 422
    assert not Picture.objects.exists()


def test_the_draft_of_a_sensitive_report_names_no_place(desk):
    report = make_report(species="choeropsis_liberiensis", place="Creek behind Jan's farm", latitude=6.0, longitude=-8.9, country_code="LR")
    form = desk.get(address(report)).context["form"]
    assert form["title"].value() == "2 hippos seen: Liberia"
    assert form["place_name"].value() == ""


def test_a_question_to_somebody_without_an_address_promises_no_mail(desk):
    report = make_report(reporter_email="")
    answer = desk.post(address(report), {**public_text(report), "verb": "ask", "message": "Where?"}, follow=True)
    assert "They gave no e-mail" in answer.text


def test_ask_answer_verify(desk, client):
    report = make_report()
    desk.post(address(report), {**public_text(report), "verb": "ask", "message": "Which side of the bridge?"})
    report.refresh_from_db()
    assert report.state == "asked"
    assert "Which side of the bridge?" in Letter.objects.get(kind="report_asked").text
    page = client.get(report.private_path)
    assert "Which side of the bridge?" in page.text
    empty = client.post(report.private_path, {"answer": "1", "message": " "})
    assert empty.status_code == 422
    done = client.post(report.private_path, {"answer": "1", "message": "The north side"})
    assert done.status_code == 303
    assert "Your message is with our team" in client.get(done["Location"]).text
    assert "The north side" in desk.get(address(report)).text
    more = client.post(report.private_path, {"answer": "1", "message": "And two calves"})
    assert more.status_code == 303
    assert desk.post(address(report), public_text(report)).status_code == 302
    assert "1 person" in Entry.objects.get().checked
    late = client.post(report.private_path, {"answer": "1", "message": "Too late"})
    assert late.status_code == 409


def test_a_question_may_be_asked_twice(desk):
    report = make_report()
    for question in ("Which side?", "And which day?"):
        desk.post(address(report), {**public_text(report), "verb": "ask", "message": question})
    assert Decision.objects.count() == Letter.objects.filter(kind="report_asked").count() == 2


def test_a_declined_report_comes_back_when_its_reporter_tells_more(desk, client):
    report = make_report()
    desk.post(address(report), {**public_text(report), "verb": "decline", "reason": "too_vague"})
    report.refresh_from_db()
    assert "Ask us to look again" in client.get(report.private_path).text
    client.post(report.private_path, {"answer": "1", "message": "It was at the second bridge"})
    report.refresh_from_db()
    assert (report.state, report.decided_at) == ("waiting", None)


def test_a_declined_reporter_is_told_why_and_what_would_change_it(desk, client):
    report = make_report()
    desk.post(address(report), {**public_text(report), "verb": "decline", "reason": "not_a_hippo", "message": "A buffalo, we think."})
    letter = Letter.objects.get(kind="report_declined")
    for words in ("Not a hippo", "Another photo that shows the animal better", "A buffalo, we think."):
        assert words in letter.text
    page = client.get(report.private_path).text
    assert "Not a hippo" in page
    assert "Another photo that shows the animal better" in page
    assert not Entry.objects.exists()


def test_a_report_is_decided_only_once(desk):
    report = make_report()
    desk.post(address(report), public_text(report))
    again = desk.post(address(report), {**public_text(report), "verb": "decline", "reason": "no_evidence"})
    assert again.status_code == 409
    assert "decided in the meantime" in again.text
    assert Decision.objects.count() == 1
    with pytest.raises(Conflict):
        Report.objects.get().ask(by=None, message="?")
    with pytest.raises(Conflict):
        report.verify(by=make_user("zola"), public={})


def test_verifying_twice_at_once_makes_one_entry_and_leaves_no_file(desk):
    report = make_report()
    intake.keep_photo(photo(), report.client_id)
    Photo.objects.update(report=report)
    stale = Report.objects.get(pk=report.pk)
    from django.core.files.storage import storages

    from sightings.publishing import Shown, draft

    before = storages["public"].listdir("pictures")[1] if storages["public"].exists("pictures") else []

    def decided_meanwhile():
        """The photo is rendered; while that took its time, somebody else verified."""
        yield Shown(Photo.objects.get(), "")
        desk.post(address(report), public_text(report))

    with pytest.raises(Conflict):
        stale.verify(by=make_user("zola"), public={**draft(stale), "sources": []}, photos=decided_meanwhile())
    assert Entry.objects.count() == 1
    assert (storages["public"].listdir("pictures")[1] if storages["public"].exists("pictures") else []) == before


def test_the_database_holds_no_decline_without_a_reason():
    report = make_report()
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(report=report, from_state="waiting", to_state="declined")


def test_decisions_are_never_changed_or_deleted():
    decision = make_report().decline(by=None, reason=Reason.NO_EVIDENCE)
    for change in (lambda: Decision.objects.update(to_state="verified"), decision.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    Decision.objects.update(message="")


def test_withdrawn_by_its_reporter_it_leaves_the_queue(client):
    client.post("/report/", report_form())
    report = Report.objects.get()
    done = client.post(report.private_path, {"withdraw": "1"})
    assert done.status_code == 303
    assert "You took the report back" in client.get(done["Location"]).text
    assert not Report.objects.undecided().exists()
    again = client.post(report.private_path, {"withdraw": "1"})
    assert "You took the report back" in client.get(again["Location"]).text
    assert Decision.objects.count() == 1


def test_an_answer_sent_twice_is_one_answer(client):
    report = make_report()
    for _ in range(2):
        assert client.post(report.private_path, {"answer": "1", "message": "Two calves too"}).status_code == 303
    assert Decision.objects.count() == 1


def test_what_an_address_says_must_still_be_true(client):
    report = make_report()
    report.decline(by=None, reason=Reason.TOO_VAGUE)
    for query in ("new", "answered", "withdrawn"):
        page = client.get(f"{report.private_path}?{query}").text
        assert "Thanks for sending" not in page
        assert 'notice--good" role="status"' not in page


@pytest.mark.parametrize("token", ["x", "1.0.aaaaaaaaaaaaaaaaaaaaaa", "zzzzzzzzzzzzz.0.aaaaaaaaaaaaaaaaaaaaaa"])
def test_a_wrong_token_is_404(client, token):
    make_report()
    assert client.get(f"/my-report/{token}/").status_code == 404


def test_a_new_link_ends_the_old_one(client):
    report = make_report()
    old = report.private_path
    Report.objects.update(link_counter=1)
    assert client.get(old).status_code == 410
    assert client.get(Report.objects.get().private_path).status_code == 200


def test_the_link_is_mailed_again_once_a_day_and_the_answer_tells_nothing(client):
    report = make_report()
    known = client.post("/my-report/", {"email": "Reporter@example.org"})
    unknown = client.post("/my-report/", {"email": "nobody@example.org"})
    client.post("/my-report/", {"email": "reporter@example.org"})
    assert known["Location"] == unknown["Location"]
    assert client.get(known["Location"]).status_code == 200
    letter = Letter.objects.get()
    assert report.mail_path in letter.text
    assert client.post("/my-report/", {"email": "no"}).status_code == 422


def imported(**fields):
    """A record of somebody else's list, which may be verified without a look at each."""
    return make_report(import_key=f"occurrenceID:{Report.objects.count()}", **fields)


class TestManyAtOnce:
    def run(self, desk, *reports, **extra):
        data = {"action": "verify_many", "_selected_action": [report.pk for report in reports], **extra}
        return desk.post(reverse("admin:sightings_report_changelist") + "?state=all", data)

    def test_first_a_page_says_what_will_happen(self, desk):
        good, norway = imported(), imported(latitude=60.8, longitude=10.7, country_code="NO")
        page = self.run(desk, good, norway)
        assert page.status_code == 200
        assert "1 report will be put on the list" in page.text
        assert norway.reference in page.text
        assert not Entry.objects.exists()

    def test_then_the_plain_ones_are_verified_and_the_doubtful_left(self, desk):
        good, norway = imported(), imported(latitude=60.8, longitude=10.7, country_code="NO")
        chatty = imported(story="Ring +260 97 123 4567")
        pygmy = imported(species="choeropsis_liberiensis", latitude=6.0, longitude=-8.9, country_code="LR")
        somebodys = make_report()
        gone = imported()
        gone.withdraw()
        SourceLink.objects.create(report=good, url="https://www.facebook.com/post", canonical="facebook.com/post")
        self.run(desk, good, norway, chatty, pygmy, somebodys, gone, confirmed="1")
        states = [report.state for report in Report.objects.order_by("pk")]
        assert states == ["verified", "waiting", "waiting", "waiting", "waiting", "withdrawn"]
        entry = Entry.objects.get()
        assert entry.sources == []
        assert "did not look at it one by one" in entry.checked


def test_only_moderators_see_reports_and_photos(client):
    report = make_report()
    intake.keep_photo(photo(), report.client_id)
    Photo.objects.update(report=report)
    picture = reverse("admin:sightings_report_photo", args=[report.pk, Photo.objects.get().pk])
    client.force_login(make_user("rosa", "Treasurer"))
    for url in (address(report), picture, reverse("admin:sightings_report_changelist"), reverse("admin:sightings_report_next")):
        assert client.get(url).status_code == 403
    assert client.post(address(report), public_text(report)).status_code == 403
    client.force_login(make_user("mara", "Moderator"))
    preview = client.get(picture)
    assert preview["Content-Type"] == "image/webp"
    assert b"".join(preview.streaming_content).startswith(b"RIFF")
    full = client.get(picture + "?full")
    assert b"".join(full.streaming_content) == photo().read()
    assert full["Content-Disposition"] == 'attachment; filename="hippo.jpg"'


def test_an_unknown_report_is_404(desk):
    for number in ("999", "x", "9" * 30):
        assert desk.get(f"/admin/sightings/report/{number}/change/").status_code == 404


def test_the_public_figures_are_the_figures(client, desk):
    now = timezone.now()
    for hours in (2, 4, 30):
        report = make_report(sent_at=now - timedelta(hours=hours))
        report.decline(by=None, reason=Reason.NOT_A_HIPPO)
    make_report(sent_at=now - timedelta(days=3))
    page = client.get("/about/moderation/")
    assert page.context["waiting"] == 1
    assert page.context["median_words"] == "4 hours"
    assert page.context["reasons"] == [("Not a hippo", 3)]
    make_report(sent_at=now - timedelta(hours=8)).decline(by=None, reason=Reason.NOT_A_HIPPO)
    assert client.get("/about/moderation/").context["median_words"] == "6 hours"
    assert client.get("/about/moderation/")["Cache-Control"].startswith("public")
