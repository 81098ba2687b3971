"""Copies: all that we hold of a report, for the person who sent it."""

import json
import re
import shutil
import tempfile
import zipfile
from pathlib import PurePath
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from . import letters
from .models import Photo, Report

# The report that it was joined to is somebody else's.
_NOT_THEIRS = {"joined_to", "posted"}


def record(report: Report) -> dict[str, Any]:
    """Every field, source, message and finding, what the photos say of themselves, and which letters were written."""
    fields = {f.name: f.value_from_object(report) for f in report._meta.concrete_fields if f.name not in _NOT_THEIRS}
    photo_fields = ("name", "width", "height", "taken_on", "taken_time", "latitude", "longitude", "uploaded_at")
    return {
        **fields,
        "is_joined_to_another_report": report.joined_to_id is not None,
        "sources": list(report.sources.values("url", "title", "publisher", "date")),
        "photos": [{"file": _name(n, p)} | {name: getattr(p, name) for name in photo_fields} for n, p in _numbered(report)],
        "history": [_line(decision) for decision in report.decisions.all()],
        "findings": [re.sub(r"HR-\w{4}-\w{4}", _("another report"), finding.words) for finding in report.findings.all()],
        "letters": list(letters.of(report).order_by("pk").values("kind", "state", "created_at", "ended_at")),
    }


def _line(decision) -> dict[str, Any]:
    """Who of the team it was stays with the team."""
    who = "team" if decision.by_id else "reporter"
    reason = decision.get_reason_display()
    return {
        "at": decision.at,
        "by": who,
        "from": decision.from_state,
        "to": decision.to_state,
        "reason": reason,
        "message": decision.message,
    }


def as_json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def bundle(report: Report) -> IO[bytes]:
    """A zip with the record and the photos, on disk and not in memory; its caller closes it."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the answer closes it when it is sent)
    # Photos are packed already.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("report.json", as_json(record(report)))
        for number, photo in _numbered(report):
            with _kept(photo).open("rb") as source, archive.open(_name(number, photo), "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target)
    file.seek(0)
    return file


def _numbered(report: Report) -> list[tuple[int, Photo]]:
    return list(enumerate(report.photos.all(), 1))


def _kept(photo: Photo):
    """The original, or where that is gone already the preview."""
    return photo.original or photo.preview


def _name(number: int, photo: Photo) -> str:
    """A name that no archive program stumbles over: photo-1.jpg."""
    end = PurePath(photo.name).suffix.lower() if photo.original else ".webp"
    return f"photo-{number}{end if re.fullmatch(r'[.][a-z0-9]{1,5}', end) else ''}"
