"""Keeping: no row without its files, no file without its row, whatever fails or is killed; and what is deleted in time."""

import errno
import hashlib
import os
import uuid
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from django.conf import settings as site
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from hippolist.models import Picture
from sightings import intake, photos, sweeping
from sightings.models import Look, Photo
from sightings.publishing import Shown, draft
from tests.factories import make_report, make_user, photo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    """Storages and uploads of this test alone."""
    use_disk(settings, tmp_path, "django.core.files.storage.FileSystemStorage")
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "uploads"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()


def use_disk(settings, folder: Path, backend: str) -> None:
    disks = {
        name: {"BACKEND": backend, "OPTIONS": {"location": folder / where}}
        for name, where in (("default", "private"), ("public", "public"))
    }
    settings.STORAGES = {**settings.STORAGES, **disks}


class FullDisk(FileSystemStorage):
    """A disk that is full as soon as a small file comes."""

    def _save(self, name, content):
        if "previews" in name or "-480" in name:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super()._save(name, content)


class BrokenDisk(FileSystemStorage):
    """A disk that dies, with its process, before a file is deleted."""

    def delete(self, name):
        raise KeyboardInterrupt


def all_files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def keep(report=None, client_id=None, file=None, **words) -> Photo:
    made, _new = intake.keep_photo(file or photo(), client_id or (report.client_id if report else uuid.uuid4()), **words)
    if report:
        Photo.objects.filter(pk=made.pk).update(report=report)
    return made


def test_uploads_are_written_beside_the_data_where_they_are_swept(client, settings, monkeypatch):
    seen = []
    take = intake.take_photos
    monkeypatch.setattr(
        "sightings.intake.take_photos", lambda files, to: seen.extend(f.temporary_file_path() for f in files) or take(files, to)
    )
    client.post("/report/", {"photos": photo()})
    assert Path(seen[0]).parent == settings.FILE_UPLOAD_TEMP_DIR
    assert (site.DATA_DIR / "uploads").is_dir()


def test_a_full_disk_is_told_and_leaves_neither_row_nor_file(settings, tmp_path):
    use_disk(settings, tmp_path, f"{__name__}.FullDisk")
    with pytest.raises(OSError, match="No space left"):
        keep()
    assert not Photo.objects.exists()
    assert all_files(tmp_path) == []


def test_a_picture_that_cannot_be_written_in_every_size_is_not_published(settings, tmp_path):
    use_disk(settings, tmp_path, f"{__name__}.FullDisk")
    with pytest.raises(OSError, match="No space left"):
        photos.publish(photo(size=(2000, 1500)))
    assert all_files(tmp_path) == []


def test_a_row_goes_before_its_files(settings, tmp_path):
    kept = keep()
    use_disk(settings, tmp_path, f"{__name__}.BrokenDisk")
    with pytest.raises(KeyboardInterrupt):
        intake.drop_photos([kept.sha256], kept.client_id)
    assert not Photo.objects.exists()
    assert not Look.objects.exists()
    assert len(all_files(tmp_path)) == 2


def age(folder: Path, days: float) -> None:
    then = (timezone.now() - timedelta(days=days)).timestamp()
    for path in folder.rglob("*"):
        os.utime(path, (then, then))


def test_one_sweep_leaves_no_file_without_a_row_and_touches_no_other(tmp_path):
    kept = keep()
    # As files were named at first.
    for field, name in ((kept.original, "originals/2026/10/0a1b.bin"), (kept.preview, "previews/2026/10/0a1b.webp")):
        (tmp_path / "private" / name).parent.mkdir(parents=True)
        Path(field.path).rename(tmp_path / "private" / name)
        field.name = name
    kept.save()
    newer = keep(file=photo("red"))
    Picture.objects.create(name="named", width=1, height=1)
    shown = ["pictures/named-1600.webp", "pictures/named-160.webp"]
    right = {"private/" + file.name for one in (kept, newer) for file in (one.original, one.preview)} | {f"public/{name}" for name in shown}
    for name in (*shown, "pictures/killed-1600.webp"):
        storages["public"].save(name, ContentFile(b"new pixels"))
    for name in (
        "originals/2026/11/00ff-1.bin",
        "previews/2026/11/00ff-1.webp",
        f"originals/2026/11/{newer.sha256}-0.bin",
        "originals/x.bin",
    ):
        default_storage.save(name, ContentFile(b"left by a killed process"))
    (tmp_path / "uploads" / "tmpx.upload.jpg").write_bytes(b"half")
    assert len(all_files(tmp_path)) == len(right) + 6
    assert sweeping.files() == 0, "a younger file may still get its row"
    age(tmp_path, 1.1)
    (tmp_path / "uploads" / "tmpy.upload.jpg").write_bytes(b"on its way")
    assert sweeping.files() == 6
    assert set(all_files(tmp_path)) == right | {"uploads/tmpy.upload.jpg"}
    assert sweeping.files() == 0


def decided(days: int, **fields):
    report = make_report(**fields)
    kept = keep(report, file=photo(size=(1200, 900), exif=_exif()))
    report.decline(by=make_user(f"mara{days}", "Moderator"), reason="too_vague")
    type(report).objects.filter(pk=report.pk).update(decided_at=timezone.now() - timedelta(days=days))
    report.refresh_from_db()
    return report, kept


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2026:11:03 16:12:00"
    return exif


def test_originals_are_deleted_some_time_after_the_decision_and_what_tells_photos_apart_stays(settings, client, tmp_path):
    settings.KEEP_ORIGINALS_DAYS = 90
    (old, gone), (_young, stays) = decided(91), decided(89)
    waiting = keep(make_report(), file=photo("blue"))
    assert sweeping.originals() == 1
    assert sweeping.originals() == 0
    after = Photo.objects.get(pk=gone.pk)
    assert not after.original
    assert (after.sha256, after.dhash, after.preview.name) == (gone.sha256, gone.dhash, gone.preview.name)
    assert not (tmp_path / "private" / gone.original.name).exists()
    for one in (stays, waiting):
        assert (tmp_path / "private" / one.original.name).exists()
    client.force_login(make_user("joe", "Moderator"))
    page = f"/admin/sightings/report/{old.pk}/photo/{gone.pk}/"
    assert client.get(page).getvalue()[8:12] == b"WEBP"
    assert client.get(f"{page}?full").status_code == 404


def test_a_report_that_is_looked_at_again_is_verified_with_what_is_left_of_its_photo(tmp_path):
    report, kept = decided(91)
    sweeping.originals()
    report.answer(message="It was at the old bridge.")
    public = {**draft(report), "sources": []}
    report.verify(by=make_user("joe", "Moderator"), public=public, photos=[Shown(Photo.objects.get(pk=kept.pk), "A hippo")])
    picture = Picture.objects.get()
    assert (picture.width, picture.height) == (800, 600)
    assert sweeping.originals() == 0


def test_an_original_of_a_report_that_is_open_again_is_kept():
    report, kept = decided(91)
    report.answer(message="It was at the old bridge.")
    assert sweeping.originals() == 0
    assert Photo.objects.get(pk=kept.pk).original


def test_what_the_device_read_is_used_only_where_the_file_says_nothing():
    facts = {"taken_on": date(2026, 10, 1), "taken_time": time(9, 30), "latitude": -13.1, "longitude": 31.8}
    silent, telling = keep(facts=facts), keep(file=photo(exif=_exif()), facts=facts)
    assert (silent.taken_on, silent.taken_time, silent.latitude, silent.longitude) == tuple(facts.values())
    assert (telling.taken_on, telling.taken_time, telling.latitude) == (date(2026, 11, 3), time(16, 12), -13.1)
    assert keep().taken_on is None


def test_a_photo_that_arrived_damaged_is_not_kept():
    sent = photo().getvalue()
    client_id, right = uuid.uuid4(), hashlib.sha256(sent).hexdigest()
    with pytest.raises(photos.Damaged):
        keep(client_id=client_id, file=SimpleUploadedFile("a.jpg", sent[:-9]), sha256=right)
    assert not Photo.objects.exists()
    assert keep(client_id=client_id, file=SimpleUploadedFile("a.jpg", sent), sha256=right.upper()).sha256 == right
    too_big = SimpleUploadedFile("a.jpg", sent[:100])
    too_big.too_big = True
    with pytest.raises(photos.Refused, match="20 MB"):
        keep(file=too_big, sha256=right)
