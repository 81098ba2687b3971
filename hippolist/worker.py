"""The worker: sends letters and does chores, from rows that any number of workers on any machines share."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from django.db import OperationalError, close_old_connections, models
from django.utils import timezone

from . import outbox
from .discovery import modules
from .models import Chore

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=10)


def all_chores() -> dict[str, tuple[int, Callable[[], object]]]:
    return {f"{m.__name__.partition('.')[0]}.{name}": work for m in modules("chores") for name, work in m.CHORES.items()}


def do_due_chores() -> int:
    """Run each chore whose time has come and that no other worker holds; how many ran."""
    now, done = timezone.now(), 0
    for name, (seconds, run) in all_chores().items():
        Chore.objects.get_or_create(name=name)
        free = models.Q(lease_until=None) | models.Q(lease_until__lt=now)
        mine = Chore.objects.filter(free, name=name, next_run__lte=now)
        if mine.update(lease_until=now + LEASE):
            done += 1
            _do(name, seconds, run)
    return done


def _do(name: str, seconds: int, run: Callable[[], object]) -> None:
    error = ""
    try:
        run()
    except Exception as caught:  # noqa: BLE001  (one broken chore must not stop the others)
        log.exception("chore %s failed", name)
        error = repr(caught)
    later = timezone.now() + timedelta(seconds=seconds)
    Chore.objects.filter(name=name).update(next_run=later, lease_until=None, last_error=error)


def work(stopped: Callable[[], bool], pause: float = 1.0) -> None:
    """Work until told to stop. A database that is away for a while is waited for."""
    while not stopped():
        try:
            busy = outbox.send_due()
            do_due_chores()
        except OperationalError:
            log.exception("the database does not answer; trying again")
            busy = 0
        close_old_connections()
        if not busy:
            time.sleep(pause)
