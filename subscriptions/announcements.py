"""Announcing: one release to all who are confirmed when it starts, as one statement in the database."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from hippolist.models import Conflict, Letter, Release

from .models import Announcement, Subscriber

OPEN = [Letter.State.QUEUED, Letter.State.SENDING, Letter.State.DEFERRED]
TROUBLED = [Letter.State.FAILED, Letter.State.UNCERTAIN]


@dataclass(frozen=True)
class Progress:
    """How far an announcement is: letters by state, in the order of the states."""

    addressed: int
    counts: dict[Letter.State, int]

    @property
    def open(self) -> int:
        return sum(self.counts.get(state, 0) for state in OPEN)

    @property
    def done(self) -> int:
        return self.addressed - self.open

    @property
    def running(self) -> bool:
        return self.open > 0


def start(release: Release, by) -> Announcement:
    """Write one letter to each confirmed subscriber. A release is announced once."""
    if release.state != Release.State.PUBLISHED:
        raise Conflict(_("Only a published release can be announced."))
    try:
        with transaction.atomic():
            announcement = Announcement.objects.create(release=release, started_by=by)
            announcement.addressed = _write_letters(announcement)
            announcement.save(update_fields=["addressed"])
    except IntegrityError as error:
        raise Conflict(_("This release was announced already.")) from error
    return announcement


def _write_letters(announcement: Announcement) -> int:
    """One statement, so that a hundred thousand subscribers cost neither memory nor time; whom it takes is `addressable()`."""
    values: dict[str, Any] = {
        "kind": "announcement",
        "prefix": f"{announcement.pk}:",
        "queued": Letter.State.QUEUED.value,
        "confirmed": Subscriber.State.CONFIRMED.value,
        "demo_too": not settings.EMAIL_URL,
        "now": connection.ops.adapt_datetimefield_value(timezone.now()),
    }
    json = Letter._meta.get_field("headers").db_type(connection)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT.format(json=json), values)
        return cursor.rowcount


_INSERT = """
    INSERT INTO hippolist_letter
        ("kind", "key", "bulk", "to", "language", "subject", "text", "html", "headers", "state",
         "attempts", "error", "next_try", "created_at", "demo")
    SELECT %(kind)s, %(prefix)s || CAST(id AS varchar), TRUE, email, language, '', '', '', CAST('{{}}' AS {json}), %(queued)s,
           0, '', %(now)s, %(now)s, demo
    FROM subscriptions_subscriber WHERE state = %(confirmed)s AND (NOT demo OR %(demo_too)s) ORDER BY id
    ON CONFLICT DO NOTHING
"""


def letters_of(announcement: Announcement):
    return Letter.objects.filter(kind="announcement", key__startswith=f"{announcement.pk}:")


def progress(announcement: Announcement) -> Progress:
    rows = letters_of(announcement).order_by().values_list("state").annotate(Count("pk"))
    found = dict(rows)
    return Progress(announcement.addressed, {state: found[state] for state in Letter.State if state in found})


def troubled(announcement: Announcement):
    """Letters that a person must look at."""
    return letters_of(announcement).filter(state__in=TROUBLED).order_by("pk")
