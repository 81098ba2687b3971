"""The worker: letters and chores, round after round, whatever goes wrong in one."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from hippolist import chores, outbox, worker
from hippolist.models import Chore, Letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def ran(monkeypatch):
    """Two chores of our own in place of the real ones; what ran, in turn."""
    done = []

    def good():
        done.append("good")

    def bad():
        done.append("bad")
        raise OperationalError("secret")

    monkeypatch.setattr(chores, "CHORES", {"bad": (60, bad), "good": (3600, good)})
    monkeypatch.setattr(worker, "modules", lambda name: (chores,))
    return done


def test_each_chore_runs_when_it_is_due_and_a_broken_one_stops_no_other(ran):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert worker.do_due_chores() == 2
        assert sorted(ran) == ["bad", "good"]
        assert worker.do_due_chores() == 0
        clock.shift(timedelta(seconds=61))
        assert worker.do_due_chores() == 1
        clock.shift(timedelta(hours=1))
        assert worker.do_due_chores() == 2
    assert Chore.objects.get(name="hippolist.bad").last_error == "OperationalError"
    assert Chore.objects.get(name="hippolist.good").last_error == ""


def test_a_chore_that_another_worker_holds_is_left_to_it_until_the_lease_ends(ran):
    Chore.objects.create(name="hippolist.good", lease_until=timezone.now() + timedelta(minutes=1))
    worker.do_due_chores()
    assert ran == ["bad"]
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        worker.do_due_chores()
    assert "good" in ran


def test_looking_for_work_writes_nothing_when_nothing_is_due(ran, django_assert_num_queries):
    worker.do_due_chores()
    with django_assert_num_queries(2):
        worker.do_due_chores()


def test_the_real_chores_run_twice_without_harm(settings):
    settings.DEBUG = True
    call_command("worker", once=True)
    Chore.objects.update(next_run=timezone.now())
    call_command("worker", once=True)
    assert set(Chore.objects.values_list("last_error", flat=True)) == {""}
    assert {"hippolist.blank_old_letters", "subscriptions.forget_unconfirmed"} <= set(Chore.objects.values_list("name", flat=True))


def test_one_round_that_fails_is_followed_by_the_next(ran, settings, monkeypatch):
    rounds = iter([OperationalError("gone"), KeyError("bug"), None])

    def send_due():
        if error := next(rounds):
            raise error
        return 0

    monkeypatch.setattr(worker.outbox, "send_due", send_due)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    turns = iter([False, False, False, True])
    worker.work(lambda: next(turns), pause=0)
    assert "good" in ran


def test_a_busy_worker_does_not_pause(settings, monkeypatch):
    settings.DEBUG = True
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(worker.time, "sleep", lambda seconds: pytest.fail("it paused"))
    Letter.objects.create(kind="t", key="1", to="a@example.org")
    turns = iter([False, True])
    worker.work(lambda: next(turns))
    assert Letter.objects.get().state == "sent"


def test_the_worker_stops_when_told_to(settings, monkeypatch):
    handlers = {}
    monkeypatch.setattr("signal.signal", lambda number, handler: handlers.update({number: handler}))
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(worker.time, "sleep", lambda seconds: handlers[15](15, None))
    call_command("worker")
    assert set(handlers) == {2, 15}


def test_once_sends_all_that_is_due(settings):
    settings.DEBUG = True
    Letter.objects.bulk_create([Letter(kind="t", key=str(n), to="a@example.org") for n in range(outbox.BATCH + 5)])
    call_command("worker", once=True)
    assert not Letter.objects.exclude(state="sent").exists()
