"""Intake: how a report and its photos come in, once, however often they are sent."""

import time
import uuid
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hippolist import tokens

from . import letters, territory
from .checks import Case, findings
from .links import canonical
from .models import Finding, Photo, Report, SourceLink
from .photos import LIMIT, Accepted, Refused, accept

COPIED = (
    *("kind", "species", "how_known", "count", "life_stage", "condition", "place", "latitude", "longitude", "certainty", "story"),
    *("observed_year", "observed_month", "observed_day", "observed_time", "photo_use", "reporter_name", "reporter_email"),
    *("credit", "people_near"),
)


# Fields that say nothing of the report itself: a repeat may differ in them.
NOT_WORDS = {"client_id", "view", "map", "pin.x", "pin.y", "pinned", "photos_pending", "drop"}
# For how long, in seconds, the same words from the same place are the same report where the browser gave no id: long
# enough for a double click, too short for two people behind one address.
AGAIN = 300


def client_id_of(data: QueryDict, files: Iterable[UploadedFile], sender: str) -> uuid.UUID:
    """The id under which a report is sent once.

    Browsers without script send none: then it is made of what was sent, by whom and in which minutes, so that a double
    click still makes one report. Where an id was used for other words before (somebody went back and described another
    hippo), a new one is made of both.
    """
    posted = digest_of(data)
    try:
        client_id = uuid.UUID(data.get("client_id", ""))
    except ValueError:
        names = [f"{file.name} {file.size}" for file in files]
        return _made_of(f"{posted} {names} {sender} {int(time.time()) // AGAIN}")
    used = Report.objects.filter(client_id=client_id).exclude(posted__in=["", posted])
    return _made_of(f"{client_id} {posted}") if used.exists() else client_id


def digest_of(data: QueryDict) -> str:
    """A keyed hash of the words of a report, to tell a repeat from another report."""
    words = sorted((name, values) for name, values in data.lists() if name not in NOT_WORDS)
    return tokens.keyed_hash("report", repr(words))


def _made_of(text: str) -> uuid.UUID:
    return uuid.UUID(tokens.keyed_hash("client", text)[:32], version=4)


def take_photos(files: Iterable[UploadedFile], client_id: uuid.UUID) -> list[str]:
    """Keep each good photo as a pending upload of this report; answers words for each file that was not taken."""
    refused = []
    for file in files:
        name = (file.name or "?")[:120]
        try:
            keep_photo(file, client_id)
        except Refused as error:
            refused.append(f"{name} {error}.")
    return refused


def drop_photos(hashes: list[str], client_id: uuid.UUID) -> None:
    """Somebody chose the wrong photo: pending uploads that are ticked to go."""
    for photo in Photo.objects.pending(client_id).filter(sha256__in=hashes):
        remove_files(photo)
        photo.delete()


def keep_photo(file: File, client_id: uuid.UUID) -> tuple[Photo, bool]:
    """Check one upload and keep it, once: the same bytes again answer the same row. Raises Refused."""
    seen = accept(file)
    kept = Photo.objects.filter(client_id=client_id)
    if found := kept.filter(sha256=seen.sha256).first():
        return found, False
    if kept.count() >= LIMIT:
        raise Refused(_("was left out: a report holds up to %d photos") % LIMIT)
    file.seek(0)
    photo = _photo_row(file.name or "", seen, client_id)
    photo.original.save(f"{uuid.uuid4().hex}.bin", file, save=False)
    photo.preview.save(f"{uuid.uuid4().hex}.webp", ContentFile(seen.preview), save=False)
    try:
        with transaction.atomic():
            photo.save()
    except IntegrityError:
        # The same photo came twice at once: the other request's row stands.
        remove_files(photo)
        return Photo.objects.get(client_id=client_id, sha256=seen.sha256), False
    return photo, True


def _photo_row(name: str, seen: Accepted, client_id: uuid.UUID) -> Photo:
    return Photo(
        client_id=client_id,
        sha256=seen.sha256,
        name=name[:120],
        width=seen.width,
        height=seen.height,
        dhash=seen.dhash,
        taken_on=seen.taken_on,
    )


def remove_files(photo: Photo) -> None:
    for file in (photo.original, photo.preview):
        file.storage.delete(str(file.name))


def receive(values: Mapping[str, Any], sources: list[dict[str, Any]], client_id: uuid.UUID, **extra: Any) -> Report:
    """Write a report down with its sources, photos, findings and letter, all or nothing.

    The same client_id again answers the first report. `values` are the cleaned fields of a ReportForm, `extra` are
    `posted` and `like_entry`.
    """
    country = territory.country_of(values["latitude"], values["longitude"]) if values["latitude"] is not None else ""
    report = Report(
        **{name: values[name] for name in COPIED},
        client_id=client_id,
        country_code=country,
        language=get_language() or "en",
        **extra,
    )
    try:
        with transaction.atomic():
            report.save(force_insert=True)
            complete(report, sources)
            letters.received(report)
    except IntegrityError:
        return Report.objects.get(client_id=client_id)
    return report


def complete(report: Report, sources: list[dict[str, Any]]) -> None:
    """Everything that hangs on a fresh report: links, photos, findings."""
    SourceLink.objects.bulk_create(SourceLink(report=report, canonical=canonical(source["url"]), **source) for source in sources)
    Photo.objects.pending(report.client_id).update(report=report)
    check(report)


def check(report: Report) -> None:
    """Make the findings of a report anew."""
    found = findings(case_of(report))
    report.findings.all().delete()
    Finding.objects.bulk_create(
        Finding(report=report, check_id=name, version=version, severity=result.severity, evidence=result.evidence)
        for name, version, result in found
    )


def case_of(report: Report) -> Case:
    photos = list(report.photos.all())
    others = Report.objects.exclude(pk=report.pk)
    links = [source.canonical for source in report.sources.all()]
    same_link = others.filter(sources__canonical__in=links).distinct()[:5] if links else []
    hashes = [photo.sha256 for photo in photos]
    looks = [photo.dhash for photo in photos if len(set(photo.dhash)) > 2]
    same_photo = Report.objects.none()
    if photos:
        same = others.filter(photos__sha256__in=hashes) | others.filter(photos__dhash__in=looks)
        same_photo = same.distinct()[:5]
    return Case(
        species=report.species,
        country_code=report.country_code,
        given_country_code=report.given_country_code,
        has_coordinates=report.latitude is not None,
        year=report.observed_year,
        month=report.observed_month,
        day=report.observed_day,
        count=report.count,
        story=report.story,
        sent_on=report.sent_at.date(),
        photos_taken=[photo.taken_on for photo in photos if photo.taken_on],
        same_link=[_name(other) for other in same_link],
        same_photo=[_name(other) for other in same_photo],
    )


def _name(report: Report) -> str:
    return f"HL-{report.entry_id:06}" if report.entry_id else report.reference


def sweep() -> int:
    """Delete pending uploads of a week ago whose report never came, with their files."""
    old = Photo.objects.filter(report=None, uploaded_at__lt=timezone.now() - timedelta(days=7))
    gone = 0
    for photo in old.iterator():
        remove_files(photo)
        gone += photo.delete()[0]
    return gone
