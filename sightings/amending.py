"""Amending: what reporters add to a report that they sent, or correct in it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hippolist.models import Conflict

from . import intake, letters, territory
from .links import canonical
from .models import Decision, Photo, Report, SourceLink

_PIN = ("latitude", "longitude")
# In the reporter's words; what is not named here goes by the name of its column.
_NAMES = {
    **dict.fromkeys((*_PIN, "certainty"), gettext_lazy("place")),
    **dict.fromkeys(("observed_year", "observed_month", "observed_day"), gettext_lazy("date")),
    "observed_time": gettext_lazy("time"),
    "photo_use": gettext_lazy("use of the photos"),
    "credit": gettext_lazy("whether we name you"),
    "sources": gettext_lazy("links"),
}


def add(report: Report, message: str, files: Iterable[UploadedFile]) -> list[str]:
    """The reporter says something, sends photos, or both, and the report waits again. Answers words for each file not taken."""
    if not report.may_be_added_to:
        raise Conflict(_("This report was decided in the meantime. Load it again to see how."))
    # Decoding takes long: it is done before the transaction, and not at all where it would be in vain.
    refused = intake.take_photos(files, report.client_id)
    with transaction.atomic():
        fresh = Photo.objects.pending(report.client_id).count()
        added = [ngettext("%d photo added.", "%d photos added.", fresh) % fresh] if fresh else []
        # A second click brings the same photos and words: it says nothing new.
        if fresh or (message and not report.was_just_told(message)):
            report.answer(message="\n\n".join(filter(None, [message, *added])))
            intake.attach(report.client_id)
    return refused


def correct(report: Report, values: Mapping[str, Any], sources: list[dict[str, Any]]) -> Decision | None:
    """Take over the cleaned fields of a ReportForm; None where nothing differs. A line says which fields, never what stood there."""
    changed = [name for name in intake.COPIED if _plain(values[name]) != _plain(getattr(report, name))]
    new_sources = sources != list(report.sources.order_by("pk").values("url", "title", "publisher", "date"))
    if not changed and not new_sources:
        return None
    names = [*changed, *(["sources"] if new_sources else [])]
    message = _("Corrected: %s") % ", ".join(dict.fromkeys(_name(name) for name in names))
    was = report.state if report.is_open else Report.State.WAITING
    with transaction.atomic():
        # Like an answer: a question that was asked may be settled now.
        values = {name: values[name] for name in changed} | _follows(names, values)
        decision = report.move(was, Report.State.WAITING, by=None, message=message, **values)
        if new_sources:
            report.sources.all().delete()
            SourceLink.objects.bulk_create(SourceLink(report=report, canonical=canonical(row["url"]), **row) for row in sources)
        intake.check(report)
        if "reporter_email" in changed and not report.screening:
            letters.received(report, again=str(decision.pk))
    return decision


def _follows(changed: list[str], values: Mapping[str, Any]) -> dict[str, Any]:
    """What must change with the fields that changed."""
    found: dict[str, Any] = {"confirmed": []}
    if {*_PIN} & {*changed}:
        placed = values["latitude"] is not None
        found["country_code"] = territory.country_of(values["latitude"], values["longitude"]) if placed else ""
    if {*_PIN, "certainty"} & {*changed}:
        found["uncertainty_in_meters"] = None
    if "reporter_email" in changed:
        found["email_confirmed_at"] = None
    # Of another place or day it is perhaps not the same any more: somebody looks at it by itself.
    if {*_PIN, "place", "observed_year", "observed_month", "observed_day", "people_near", "sources"} & {*changed}:
        found["joined_to"] = None
    return found


def _plain(value: Any) -> Any:
    """Browsers send line ends of their own; a text that was only sent again is not a correction."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _name(field: str) -> str:
    return str(_NAMES.get(field) or Report._meta.get_field(field).verbose_name)  # type: ignore[union-attr]
