"""manage.py erase: what is held is shown first, nothing goes without a yes, and what stays is named."""

import io
import json
import stat

import pytest
from django.core.management import CommandError, call_command

from donations.models import Gift
from hippolist.models import Letter
from sightings import people as reports
from sightings.models import Report
from subscriptions.models import Subscriber
from tests.factories import make_gift, make_report, make_subscriber

pytestmark = pytest.mark.django_db
ADA = "ada@example.org"


@pytest.fixture
def held():
    make_report(reporter_email=ADA)
    make_subscriber(ADA)
    make_gift(email=ADA)
    make_report(reporter_email="ben@example.org")


def erase(address: str = ADA, **options) -> str:
    out = io.StringIO()
    call_command("erase", address, stdout=out, **options)
    return out.getvalue()


def test_what_is_held_is_shown_for_each_app_and_what_stays_is_named(held):
    said = erase(yes=True)
    for app in ("hippolist: 1", "sightings: 1", "subscriptions: 1", "donations: 1"):
        assert app in said
    assert "stay, for the figures" in said
    assert "the law asks for them" in said
    assert "backups" in said
    assert not Report.objects.filter(reporter_email=ADA).exists()
    assert not Gift.objects.filter(email=ADA).exists()
    assert not Letter.objects.filter(to=ADA).exists()
    assert not Subscriber.objects.exists()
    assert Report.objects.filter(reporter_email="ben@example.org").exists()
    assert f"Nothing is held of {ADA}." in erase(yes=True)


@pytest.mark.parametrize(("typed", "goes"), [("yes", True), (" YES \n", True), ("y", False), ("", False), (None, False)])
def test_only_a_typed_yes_deletes(held, monkeypatch, typed, goes):
    monkeypatch.setattr("sys.stdin", io.StringIO("" if typed is None else f"{typed}\n"))
    said = erase()
    assert "cannot be undone" in said
    assert ("Nothing was deleted." in said) != goes
    assert Subscriber.objects.exists() != goes


def test_the_export_is_a_new_private_file_and_deletes_nothing(held, tmp_path):
    path = tmp_path / "ada.json"
    said = erase(export=str(path), yes=True)
    assert "Nothing was deleted" in said
    assert Subscriber.objects.exists()
    found = json.loads(path.read_text())
    assert {name: len(rows) for name, rows in found.items()} == {"hippolist": 1, "sightings": 1, "subscriptions": 1, "donations": 1}
    assert found["sightings"][0]["reporter_name"] == "Canary Reporter"
    assert "ben@example.org" not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(CommandError, match="cannot be written"):
        erase(export=str(path))


def test_an_address_is_meant_as_the_forms_keep_it():
    make_report(reporter_email="ada@xn--mller-kva.example")
    assert "sightings: 1" in erase("Ada@Müller.example", yes=True)
    with pytest.raises(CommandError, match="no e-mail address"):
        erase("no address")


def test_it_is_all_or_nothing(held, monkeypatch):
    def fails(address: str) -> list[str]:
        raise RuntimeError("the light went out")

    monkeypatch.setattr(reports, "erase", fails)
    with pytest.raises(RuntimeError):
        erase(yes=True)
    assert Letter.objects.filter(to=ADA).exists()
    assert Subscriber.objects.exists()
