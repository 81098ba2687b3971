"""Sweeping: files that killed processes left behind, and originals that are not needed any more."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.core.files.storage import Storage, default_storage, storages
from django.db.models import Q
from django.utils import timezone

from hippolist.models import Picture

from .models import Photo, Report

# A younger file may still be written, or get its row.
AGE = timedelta(days=1)


def files() -> int:
    """Delete files that no row names, and uploads that were cut off. However many files there are, few are held in memory."""
    gone = _uploads()
    for field in ("original", "preview"):
        gone += _orphans(default_storage, f"{field}s", partial(_photo_files, field))
    return gone + _orphans(storages["public"], "pictures", _picture_files)


def _uploads() -> int:
    gone, old = 0, (timezone.now() - AGE).timestamp()
    with os.scandir(settings.FILE_UPLOAD_TEMP_DIR) as entries:
        for entry in entries:
            # It may end of itself while it is looked at.
            with suppress(FileNotFoundError):
                if entry.is_file(follow_symlinks=False) and entry.stat().st_mtime < old:
                    Path(entry).unlink()
                    gone += 1
    return gone


def _photo_files(field: str, names: list[str]) -> set[str]:
    """The name of each file begins with the hash of its photo, which has an index; only the oldest files have other names."""
    hashes = {name.rpartition("/")[2].partition("-")[0] for name in names}
    named = Q(sha256__in=hashes) | Q(**{f"{field}__in": [name for name in names if "-" not in name]})
    return set(Photo.objects.filter(named).values_list(field, flat=True))


def _picture_files(names: list[str]) -> set[str]:
    of = {name: name.rpartition("/")[2].rpartition("-")[0] for name in names}
    known = set(Picture.objects.filter(name__in=of.values()).values_list("name", flat=True))
    return {name for name in names if of[name] in known}


def _orphans(storage: Storage, top: str, known: Callable[[list[str]], set[str]]) -> int:
    gone, names = 0, _walk(storage, top)
    while batch := list(islice(names, 500)):
        for name in set(batch) - known(batch):
            with suppress(FileNotFoundError):
                if storage.get_modified_time(name) < timezone.now() - AGE:
                    storage.delete(name)
                    gone += 1
    return gone


def _walk(storage: Storage, folder: str) -> Iterator[str]:
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in names)
    for inner in folders:
        yield from _walk(storage, f"{folder}/{inner}")


def originals() -> int:
    """Delete originals some time after the decision of their report; one that is open again has none. Rows are changed first."""
    day = timezone.now() - timedelta(days=settings.KEEP_ORIGINALS_DAYS)
    done = Report.objects.filter(decided_at__lt=day)
    gone = 0
    for photo in Photo.objects.filter(report__in=done).exclude(original="").iterator():
        # Asked again: a reporter may have had it looked at again since.
        if Photo.objects.filter(pk=photo.pk, report__in=done).update(original=""):
            photo.original.storage.delete(str(photo.original.name))
            gone += 1
    return gone
