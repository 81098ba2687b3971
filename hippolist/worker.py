"""The worker: sends letters and does chores, from rows that any number of workers on any machines share."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from django.db import close_old_connections, models
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
    done, chores = 0, all_chores()
    known = set(Chore.objects.values_list("name", flat=True))
    if new := [Chore(name=name) for name in chores if name not in known]:
        Chore.objects.bulk_create(new, ignore_conflicts=True)
    now = timezone.now()
    due = Chore.objects.filter(models.Q(lease_until=None) | models.Q(lease_until__lt=now), next_run__lte=now)
    # Looked at before it is written to: on SQLite every UPDATE shuts all others out for a moment.
    for name in due.filter(name__in=chores).values_list("name", flat=True):
        if due.filter(name=name).update(lease_until=now + LEASE):
            done += 1
            _do(name, *chores[name])
    return done


def _do(name: str, seconds: int, run: Callable[[], object]) -> None:
    error = ""
    try:
        run()
    except Exception as caught:
        log.exception("chore %s failed", name)
        error = type(caught).__name__
    later = timezone.now() + timedelta(seconds=seconds)
    Chore.objects.filter(name=name).update(next_run=later, lease_until=None, last_error=error)


def work(stopped: Callable[[], bool], pause: float = 1.0) -> None:
    """Work until told to stop. Whatever goes wrong in one round, a database that is away too, there is a next one."""
    while not stopped():
        try:
            busy = outbox.send_due()
            do_due_chores()
        except Exception:
            log.exception("this round failed; trying again")
            busy = 0
        close_old_connections()
        if not busy:
            time.sleep(pause)
