"""Intake: how a report and its photos come in, once, however often they are sent."""

import re
import secrets
import time
import uuid
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hippolist import tokens

from . import letters, looks, territory
from .checks import Case, Seen, findings
from .links import canonical
from .models import Finding, Photo, Report, SourceLink
from .photos import LIMIT, Accepted, Refused, accept, accept_all

COPIED = (
    *("kind", "species", "how_known", "count", "life_stage", "condition", "place", "latitude", "longitude", "certainty", "story"),
    *("observed_year", "observed_month", "observed_day", "observed_time", "photo_use", "reporter_name", "reporter_email"),
    *("credit", "people_near"),
)


# Fields that say nothing of the report itself: a repeat may differ in them.
# (A browser that chose no photo sends that field all the same, empty; our script does not.)
NOT_WORDS = {
    *("client_id", "view", "map", "pin.x", "pin.y", "pinned", "photos", "photos_pending", "drop"),
    *("ask", "asked", "alike", "opened", "find"),
}
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
    refused, files = [], list(files)
    with closing(accept_all(files)) as answers:
        for file, seen in zip(files, answers, strict=True):
            name = (file.name or "?")[:120]
            try:
                _keep(file, seen, client_id, {})
            except Refused as error:
                refused.append(f"{name} {error}.")
    return refused


def drop_photos(hashes: list[str], client_id: uuid.UUID) -> None:
    """Somebody chose the wrong photo: pending uploads that are ticked to go."""
    remove_photos(Photo.objects.pending(client_id).filter(sha256__in=[one for one in hashes if re.fullmatch("[0-9a-f]{64}", one)]))


def keep_photo(file: File, client_id: uuid.UUID, facts: Mapping[str, Any] | None = None, sha256: str = "") -> tuple[Photo, bool]:
    """Check one upload and keep it, once: the same bytes again answer the same row. Raises Refused, and Damaged on another hash.

    `facts` are taken_on, taken_time, latitude and longitude as the sender's device read them, for a file that says nothing itself.
    """
    return _keep(file, accept(file, sha256), client_id, facts or {})


def _keep(file: File, seen: Accepted | Refused, client_id: uuid.UUID, facts: Mapping[str, Any]) -> tuple[Photo, bool]:
    if isinstance(seen, Refused):
        raise seen
    kept = Photo.objects.filter(client_id=client_id)
    if found := kept.filter(sha256=seen.sha256).first():
        return found, False
    if kept.count() >= LIMIT:
        raise Refused(_("was left out: a report holds up to %d photos") % LIMIT)
    photo = _photo_row(file.name or "", seen, client_id, facts)
    try:
        # Files before their row: killed in between, they are swept; a row without files would be a photo lost.
        file.seek(0)
        name = f"{seen.sha256}-{secrets.token_hex(4)}"
        photo.original.save(f"{name}.bin", file, save=False)
        photo.preview.save(f"{name}.webp", ContentFile(seen.preview), save=False)
        with transaction.atomic():
            photo.save()
            looks.remember(photo)
    except IntegrityError:
        # The same photo came twice at once: the other request's row stands.
        remove_files(photo)
        return kept.get(sha256=seen.sha256), False
    except BaseException:
        remove_files(photo)
        raise
    return photo, True


def _photo_row(name: str, seen: Accepted, client_id: uuid.UUID, facts: Mapping[str, Any]) -> Photo:
    said = facts if seen.taken_on is None else vars(seen)
    place = facts if seen.latitude is None else vars(seen)
    return Photo(
        client_id=client_id,
        sha256=seen.sha256,
        name=name[:120],
        width=seen.width,
        height=seen.height,
        dhash=seen.dhash,
        taken_on=said.get("taken_on"),
        taken_time=said.get("taken_time"),
        latitude=place.get("latitude"),
        longitude=place.get("longitude"),
    )


def remove_photos(photos: QuerySet[Photo]) -> int:
    """Delete photos as they stand under the lock, rows first: killed in between, their files are swept. Answers how many."""
    with transaction.atomic():
        gone = list(photos.select_for_update())
        Photo.objects.filter(pk__in=[photo.pk for photo in gone]).delete()
    for photo in gone:
        remove_files(photo)
    return len(gone)


def remove_files(photo: Photo) -> None:
    for file in filter(None, (photo.original, photo.preview)):
        file.storage.delete(str(file.name))


def receive(values: Mapping[str, Any], sources: list[dict[str, Any]], client_id: uuid.UUID, **extra: Any) -> Report:
    """Write a report down with its sources, photos, findings and letter, all or nothing.

    The same client_id again answers the first report. `values` are the cleaned fields of a ReportForm, `extra` other
    columns such as `posted`, `screening` and `joined_to`.
    """
    report = drafted(values, client_id=client_id, **extra)
    try:
        with transaction.atomic():
            report.save(force_insert=True)
            complete(report, sources)
            # A held report may name a stranger's address: nothing is mailed before a person looked.
            if not report.screening:
                letters.received(report)
    except IntegrityError:
        return Report.objects.get(client_id=client_id)
    # A photo that came while this was under way.
    attach(client_id)
    return report


def drafted(values: Mapping[str, Any], **extra: Any) -> Report:
    """The report that the form's values make, not saved yet."""
    country = territory.country_of(values["latitude"], values["longitude"]) if values["latitude"] is not None else ""
    return Report(**{name: values[name] for name in COPIED}, country_code=country, language=get_language() or "en", **extra)


def complete(report: Report, sources: list[dict[str, Any]]) -> None:
    """Everything that hangs on a fresh report: links, photos, findings."""
    SourceLink.objects.bulk_create(SourceLink(report=report, canonical=canonical(source["url"]), **source) for source in sources)
    Photo.objects.pending(report.client_id).update(report=report)
    check(report)


def attach(client_id: uuid.UUID) -> None:
    """Give photos that came after their report to it."""
    with transaction.atomic():
        # Locked: two photos at once, or one beside a correction or an erasure, come one after the other.
        report = Report.objects.select_for_update().filter(client_id=client_id).first()
        if report and report.may_be_added_to and Photo.objects.pending(client_id).update(report=report):
            check(report)


def check(report: Report) -> None:
    """Make the findings of a report anew."""
    found = findings(case_of(report, list(report.photos.all()), [source.canonical for source in report.sources.all()]))
    report.findings.all().delete()
    Finding.objects.bulk_create(
        Finding(report=report, check_id=name, version=version, severity=result.severity, evidence=result.evidence)
        for name, version, result in found
    )


def case_of(report: Report, photos: list[Photo], links: list[str]) -> Case:
    """What the checks look at, of a report that may not be saved yet."""
    others = Report.objects.exclude(pk=report.pk) if report.pk else Report.objects.all()
    same_link = others.filter(sources__canonical__in=links).distinct()[:5] if links else []
    return Case(
        species=report.species,
        kind=report.kind,
        how_known=report.how_known,
        country_code=report.country_code,
        given_country_code=report.given_country_code,
        place=report.place,
        latitude=report.latitude,
        longitude=report.longitude,
        uncertainty=report.uncertainty,
        year=report.observed_year,
        month=report.observed_month,
        day=report.observed_day,
        count=report.count,
        story=report.story,
        sent_on=report.sent_at.date(),
        photos=[Seen(photo.taken_on, photo.taken_time, photo.latitude, photo.longitude) for photo in photos],
        same_link=[_name(other) for other in same_link],
        same_photo=[_name(other) for other in same_photo(others, photos)],
        confirmed=report.confirmed,
    )


def same_photo(others: QuerySet[Report], photos: list[Photo]) -> Iterable[Report]:
    """Reports among others that came with one of these photos, or one that looks like it."""
    if not photos:
        return []
    same = Q(photos__sha256__in=[photo.sha256 for photo in photos]) | Q(photos__in=looks.alike(photos)[:100])
    return others.filter(same).distinct()[:5]


def _name(report: Report) -> str:
    return f"HL-{report.entry_id:06}" if report.entry_id else report.reference


def sweep() -> int:
    """Delete pending uploads of a week ago whose report never came, with their files."""
    old, gone = Photo.objects.filter(report=None, uploaded_at__lt=timezone.now() - timedelta(days=7)), 0
    while batch := remove_photos(old[:100]):
        gone += batch
    return gone
