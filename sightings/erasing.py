"""Erasing: what goes when all that a reporter told is deleted, and the bare line that stays."""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from hippolist import outbox

from . import intake, letters
from .models import Credit, Photo, Report

# For the figures and the history of the list. Every other column goes back to empty, also one that is added later.
STAYS = {"id", "reference", "state", "kind", "entry", "sent_at", "due_at", "decided_at", "demo", "link_counter"}


def erase(report: Report) -> None:
    """All that was told goes at once; files after the commit. A published entry stays, without the reporter's name."""
    with transaction.atomic():
        report.refresh_from_db(from_queryset=Report.objects.select_for_update())
        if report.erased_at:
            return
        if report.is_open:
            report.withdraw()
        _unname(report)
        _erase_what_hangs_on(report)
        bare = _bare() | {"link_counter": report.link_counter + 1, "erased_at": timezone.now()}
        Report.objects.filter(pk=report.pk).update(**bare)
    report.refresh_from_db()


def is_named(report: Report) -> bool:
    """Whether a published text of the entry names this reporter."""
    name = report.reporter_name
    # A further witness was never named, whatever name they gave.
    own = report.credit == Credit.NAME and report.joined_to_id is None and report.same_entry_id is None
    return bool(own and report.entry and name and report.entry.revisions.filter(recorded_by=name).exists())


def _unname(report: Report) -> None:
    if is_named(report) and report.entry:
        with translation.override(report.entry.language):
            reason = _("The reporter is not named any more")
        report.entry.unname(report.reporter_name, by=None, reason=reason)


def _erase_what_hangs_on(report: Report) -> None:
    photos = Photo.objects.filter(Q(report=report) | Q(client_id=report.client_id))
    files = list(photos)
    photos.delete()
    report.sources.all().delete()
    report.findings.all().delete()
    report.decisions.exclude(message="").update(message="")
    outbox.forget(letters.of(report))
    for photo in files:
        transaction.on_commit(partial(intake.remove_files, photo))


def _bare() -> dict[str, Any]:
    """Each column that does not stay, with what it holds in a new row; `client_id` gets a new one."""
    return {field.attname: field.get_default() for field in Report._meta.concrete_fields if field.name not in STAYS}
