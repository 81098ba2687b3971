"""Robots and crowds: nobody is dropped, some are looked over first, and the network that sent them is forgotten."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from hippolist import brakes
from hippolist.models import Letter, Salt, Tally
from sightings.models import Report
from tests.factories import make_report, make_user, report_form

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def limits(settings):
    settings.LIMITS = True


def send(client, **fields):
    return client.post("/report/", report_form(reporter_email="ada@example.org", **fields))


@pytest.mark.parametrize(
    ("fields", "why"),
    [({"more_about_you": "buy now"}, "trap"), ({"opened": "9999999999"}, "fast"), ({"opened": "1700000000"}, ""), ({}, "")],
)
def test_what_looks_like_a_program_is_kept_and_looked_over_first(client, fields, why):
    assert send(client, **fields).status_code == 303
    report = Report.objects.get()
    assert report.screening == why
    assert (report in Report.objects.waiting()) is not bool(why)
    # No mail to an address that a program may have typed.
    assert Letter.objects.exists() is not bool(why)


@pytest.mark.parametrize("opened", ["", "-1", "soon", "9" * 30, "2.5", "²"])
def test_a_time_that_is_none_holds_nobody(client, opened):
    assert send(client, opened=opened).status_code == 303
    assert Report.objects.get().screening == ""


def test_past_ten_an_hour_a_report_is_accepted_and_held(client):
    for _n in range(11):
        assert send(client).status_code == 303
    assert [report.screening for report in Report.objects.order_by("pk")] == [""] * 10 + ["many"]


def test_past_forty_a_day_a_report_is_accepted_and_held(client, time_machine_at):
    for hour in range(5):
        time_machine_at(hour)
        for _n in range(9):
            send(client)
    assert Report.objects.filter(screening="").count() == 40
    assert Report.objects.filter(screening="many").count() == 5


@pytest.fixture
def time_machine_at():
    import time_machine

    travellers = []

    def travel(hour: int) -> None:
        traveller = time_machine.travel(
            timezone.now().replace(hour=6, minute=0) + timedelta(hours=1) * hour if not travellers else start + timedelta(hours=hour)
        )
        travellers.append(traveller)
        traveller.start()

    start = timezone.now().replace(hour=6, minute=0)
    yield travel
    for traveller in reversed(travellers):
        traveller.stop()


def test_past_three_hundred_an_hour_we_say_later_and_keep_the_form(client):
    send(client)
    Tally.objects.update(count=300)
    answer = send(client, story="My long story")
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 3600
    page = answer.content.decode()
    assert "My long story" in page
    assert "What you typed is kept" in page
    assert Report.objects.count() == 1
    script = client.post("/report/", report_form(), headers={"Accept": "application/json"})
    assert (script.status_code, "error" in script.json()) == (429, True)


def test_a_repeat_of_a_stored_report_is_not_counted(client):
    fields = report_form()
    for _n in range(15):
        client.post("/report/", fields)
    assert Tally.objects.get().count == 1


def test_brakes_off_count_nothing(client, settings):
    settings.LIMITS = False
    send(client)
    assert not Tally.objects.exists()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("", "nonsense", True),
    ],
)
def test_one_customer_is_one_network(one, other, same):
    assert (brakes.network_of(one) == brakes.network_of(other)) is same


def test_no_address_is_kept_and_the_key_goes_the_next_day():
    brakes.count("report", "192.0.2.77")
    assert "192.0.2.77" not in str(list(Tally.objects.values())) + str(list(Salt.objects.values()))
    day = timezone.now() - timedelta(days=2)
    Salt.objects.update(day=day.date())
    Tally.objects.update(hour=day)
    brakes.forget()
    brakes.forget()
    assert not Tally.objects.exists()
    assert not Salt.objects.exists()


def test_a_moderator_lets_held_reports_in_and_the_letter_goes_out(client):
    report = make_report(screening="many")
    make_user("mara", "Moderator")
    client.login(username="mara", password="a long test password")
    assert report.reference not in client.get("/admin/sightings/report/").content.decode()
    assert report.reference in client.get("/admin/sightings/report/?state=held").content.decode()
    assert "Held for screening" in client.get("/admin/").content.decode()
    for _twice in range(2):
        client.post("/admin/sightings/report/?state=held", {"action": "let_in", "_selected_action": [report.pk]})
    assert list(Report.objects.waiting()) == [report]
    assert Letter.objects.filter(kind="report_received").count() == 1
    assert report.decisions.get().by.username == "mara"


def test_people_in_danger_stand_out_in_the_queue(client):
    make_report(people_near=True)
    make_user("mara", "Moderator")
    client.login(username="mara", password="a long test password")
    assert "<strong>People in danger.</strong>" in client.get("/admin/sightings/report/").content.decode()


def test_the_form_is_one_page_for_every_cache_within_the_hour(client):
    import time_machine

    with time_machine.travel("2026-11-24T10:00:02Z", tick=False):
        first = client.get("/report/")
        assert re.search(r'name="opened" value="(\d+)"', first.text)[1] == "1795514400"
    with time_machine.travel("2026-11-24T10:59:58Z", tick=False):
        assert client.get("/report/")["ETag"] == first["ETag"]


def test_corrected_addresses_do_not_make_a_mailer_to_strangers(client):
    report = make_report()
    for number in range(14):
        answer = client.post(f"{report.private_path}?correct", report_form(reporter_email=f"stranger{number}@example.org", consent=None))
    assert answer.status_code == 429
    assert Letter.objects.count() == 10
