"""The ledger only grows, and every gift is counted once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from donations.models import Gift, Movement
from hippolist.models import Conflict, Letter
from tests.factories import make_campaign, make_gift, make_user

pytestmark = pytest.mark.django_db


def received(**fields) -> Movement:
    return make_gift(**fields).receive(by=None, amount=2500, on=timezone.localdate())


def refused(act) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        act()


@pytest.mark.parametrize(
    "field",
    ["kind", "amount", "currency", "on", "gift_id", "campaign_id", "purpose", "reason", "key", "by_id", "at", "demo"],
)
def test_no_field_of_a_movement_is_ever_changed(field):
    movement = received()
    other = {
        "kind": "fee",
        "currency": "USD",
        "on": "2020-01-01",
        "at": timezone.now(),
        "demo": True,
        "gift_id": make_gift().pk,
        "campaign_id": make_campaign().pk,
        "by_id": make_user().pk,
    }
    value = other.get(field, 1 if field == "amount" else "other")
    refused(lambda: Movement.objects.filter(pk=movement.pk).update(**{field: value}))


def test_no_movement_is_ever_deleted_but_demo_rows():
    movement, shown = received(), received(demo=True)
    refused(lambda: Movement.objects.filter(pk=movement.pk)._raw_delete("default"))
    shown.delete()
    assert list(Movement.objects.all()) == [movement]


def test_a_gift_that_was_loaded_twice_is_counted_once():
    gift = make_gift()
    stale = Gift.objects.get(pk=gift.pk)
    gift.receive(by=None, amount=2500, on=timezone.localdate())
    with pytest.raises(Conflict):
        stale.receive(by=None, amount=2500, on=timezone.localdate())
    assert Movement.objects.count() == 1
    assert Letter.objects.filter(kind="gift_received").count() == 1


def test_nothing_arrives_as_nothing():
    gift = make_gift()
    with pytest.raises(ValueError, match="more than nothing"):
        gift.receive(by=None, amount=0, on=timezone.localdate())
    gift.refresh_from_db()
    assert gift.state == "pledged"


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "gift", "amount": -1},
        {"kind": "spending", "amount": 5, "purpose": "Server"},
        {"kind": "spending", "amount": -5},
        {"kind": "correction", "amount": 5},
    ],
)
def test_the_database_refuses_lines_that_cannot_be_true(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Movement.objects.create(currency="EUR", on=timezone.localdate(), **fields)


def test_a_correction_of_a_gift_moves_the_goal_and_one_of_spending_does_not():
    movement = received()
    line = {"kind": "correction", "currency": "EUR", "on": movement.on, "reason": "Typed 25 for 20"}
    Movement.objects.create(amount=-500, gift=movement.gift, **line)
    Movement.objects.create(amount=77, **line)
    assert Movement.objects.given().total() == 2000
    assert Movement.objects.none().total() == 0


AT_ONCE = """
import django, threading
django.setup()
from django.conf import settings
from django.db import connection, connections
from django.utils import timezone
name = connection.settings_dict["NAME"]
connection.settings_dict["TEST"]["NAME"] = str(settings.DATA_DIR / "at_once.sqlite3") if connection.vendor == "sqlite" else "test_at_once"
connection.creation.create_test_db(verbosity=0, autoclobber=True)
from donations.models import Gift, Movement
from hippolist.models import Conflict, Letter
gift = Gift.pledge(amount=2500, currency="EUR", email="donor@example.org")
barrier, ends = threading.Barrier(8), []

def run(act):
    barrier.wait()
    try:
        ends.append(act())
    except Conflict:
        ends.append(None)
    finally:
        connections.close_all()

def at_once(act):
    threads = [threading.Thread(target=run, args=[act]) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

at_once(lambda: Gift.objects.get(pk=gift.pk).receive(by=None, amount=2500, on=timezone.localdate()))
received = [end for end in ends if end]
ends.clear()
at_once(lambda: Gift.pledge(client_id="one form", amount=700, currency="EUR", email="other@example.org"))
print(len(received), Movement.objects.count(), Letter.objects.filter(kind="gift_received").count(),
      len({end.pk for end in ends if end}), Gift.objects.count(), Letter.objects.filter(kind="pledge").count())
connection.creation.destroy_test_db(name, verbosity=0)
"""


def test_what_many_do_at_the_same_moment_happens_once(tmp_path):
    """Eight confirm one gift: one movement, one letter. Eight send one form: one pledge, one letter."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "hippolist.settings",
        "HIPPOLIST_DEBUG": "on",
        "HIPPOLIST_DATA_DIR": str(tmp_path),
    }
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", AT_ONCE], cwd=root, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.split() == ["1", "1", "1", "1", "2", "2"], done.stderr[-2000:]
