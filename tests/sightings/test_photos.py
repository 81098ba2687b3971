"""Photos: what is let in, and that nothing of an upload but its pixels goes out."""

import csv
import io
import os
import subprocess
import sys
from datetime import date, time
from pathlib import Path

import pytest
from django.core.files.storage import storages
from PIL import Image, ImageCms

from hippolist.models import Picture
from sightings import decoding, photos
from sightings.models import Photo, Report
from tests.factories import photo, report_form


def shared() -> Path | None:
    folder = os.environ.get("HIPPOLIST_SHARED")
    return Path(folder) / "images" if folder else None


IMAGES = shared()
MANIFEST = list(csv.DictReader((IMAGES / "MANIFEST.csv").read_text(encoding="utf-8").splitlines())) if IMAGES else []
needs_images = pytest.mark.skipif(not MANIFEST, reason="set HIPPOLIST_SHARED to the folder with the trial images")


@needs_images
@pytest.mark.django_db
@pytest.mark.parametrize("row", MANIFEST, ids=[row["file"] for row in MANIFEST])
def test_each_trial_image_goes_through_the_form_as_its_class_says(client, row):
    with (IMAGES / row["file"]).open("rb") as file:
        answer = client.post("/report/", report_form(photos=file, reporter_name="Kept Name"))
    name = Path(row["file"]).name
    if row["class"] == "must accept":
        assert answer.status_code == 303, answer.text
    elif row["class"] == "must refuse with a clear message":
        assert answer.status_code == 422
    assert answer.status_code in {303, 422}
    if answer.status_code == 422:
        assert name[:100] in answer.text
        assert "Kept Name" in answer.text
        assert not Photo.objects.exists()
        return
    seen = Report.objects.get().photos.get()
    if row["upright_size"]:
        assert f"{seen.width}x{seen.height}" == row["upright_size"]
    _nothing_but_pixels(seen)


def _nothing_but_pixels(seen: Photo) -> None:
    with seen.original.open("rb") as file:
        made = photos.publish(file)
    for size in Picture.SIZES:
        path = storages["public"].path(f"pictures/{made.name}-{size}.webp")
        tags = subprocess.run(["exiftool", "-G", "-s", path], capture_output=True, text=True, check=True).stdout
        groups = {line[1 : line.index("]")] for line in tags.splitlines() if line.startswith("[")}
        assert groups <= {"ExifTool", "File", "RIFF", "Composite"}, tags
        riff = {line.split("]")[1].split(":")[0].strip() for line in tags.splitlines() if line.startswith("[RIFF]")}
        assert riff <= {"VP8Version", "ImageWidth", "ImageHeight", "HorizontalScale", "VerticalScale"}, riff
        assert b"CANARY" not in Path(path).read_bytes()
        with Image.open(path) as image:
            assert getattr(image, "n_frames", 1) == 1
            assert max(image.size) <= size


@needs_images
@pytest.mark.parametrize(
    ("name", "mean"), [("real/pillow__pil_sample_cmyk.jpg", (30, 5, 7)), ("real/pillow__transparent.webp", (180, 180, 180))]
)
def test_odd_colours_come_out_as_people_saw_them(name, mean):
    """The means of the picture as seen: inverted inks would be (225, 250, 248), a clear ground painted black under 60."""
    with (IMAGES / name).open("rb") as file:
        picture, _said = decoding.decoded(file, 800)
    seen = [sum(band.tobytes()) / (picture.width * picture.height) for band in picture.split()]
    assert all(abs(one - other) < 75 for one, other in zip(seen, mean, strict=True)), seen
    assert picture.mode == "RGB"


def test_a_colour_profile_good_or_broken_refuses_no_photo():
    red = Image.new("RGB", (64, 64), (200, 30, 30))
    profile = ImageCms.createProfile("sRGB")
    with_profile, broken = io.BytesIO(), io.BytesIO()
    red.save(with_profile, "JPEG", icc_profile=ImageCms.ImageCmsProfile(profile).tobytes())
    red.save(broken, "JPEG", icc_profile=b"no profile")
    for file in (with_profile, broken):
        picture, _said = decoding.decoded(file, 800)
        assert picture.getpixel((30, 30))[0] > 150


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_upright(orientation):
    upright = Image.new("RGB", (40, 20), "white")
    upright.paste("red", (0, 0, 20, 10))
    turn = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[orientation]
    stored = upright if turn is None else upright.transpose(Image.Transpose(turn))
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = io.BytesIO()
    stored.save(file, "PNG", exif=exif)
    picture, said = decoding.decoded(file, 800)
    assert picture.size == (40, 20)
    assert picture.getpixel((2, 2)) == (255, 0, 0)
    assert picture.getpixel((38, 18)) == (255, 255, 255)
    assert (said["width"], said["height"]) == (40, 20)


def test_the_day_a_photo_was_taken_is_read_and_a_broken_one_is_no_fault():
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2026:11:03 16:12:00"
    seen = photos.accept(photo(exif=exif))
    assert (seen.taken_on, seen.taken_time) == (date(2026, 11, 3), time(16, 12))
    exif.get_ifd(0x8769)[0x9003] = "2026:99:03 16:12:00"
    seen = photos.accept(photo(exif=exif))
    assert (seen.taken_on, seen.taken_time) == (None, None)
    exif.get_ifd(0x8769)[0x9003] = "2026:11:03 99:12:00"
    seen = photos.accept(photo(exif=exif))
    assert (seen.taken_on, seen.taken_time) == (date(2026, 11, 3), None)


@pytest.mark.parametrize(
    ("says", "place"),
    [
        ({1: "S", 2: (13.0, 6.0, 0.0), 3: "E", 4: (31.0, 48.0, 36.0)}, (-13.1, 31.81)),
        ({1: "N", 2: (9.5, 0.0, 0.0), 3: "W", 4: (13.0, 15.0, 0.0)}, (9.5, -13.25)),
        ({1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}, (None, None)),
        ({2: (13.0, 6.0, 0.0), 4: (31.0, 48.0, 0.0)}, (None, None)),
        ({1: "S", 2: (91.0, 0.0, 0.0), 3: "E", 4: (31.0, 48.0, 0.0)}, (None, None)),
        ({1: "S", 2: (13.0, 75.0, 0.0), 3: "E", 4: (31.0, 48.0, 0.0)}, (None, None)),
        ({1: "Q", 2: (13.0, 6.0, 0.0), 3: "E", 4: (31.0, 48.0, 0.0)}, (None, None)),
        ({1: "S", 2: (13.0, 6.0), 3: "E", 4: (31.0, 48.0, 0.0)}, (None, None)),
    ],
)
def test_where_a_photo_was_taken_is_read_and_nonsense_is_no_place(says, place):
    exif = Image.Exif()
    exif.get_ifd(0x8825).update(says)
    _picture, said = decoding.decoded(photo(exif=exif), 800)
    assert (said.get("latitude"), said.get("longitude")) == pytest.approx(place)


def test_sixteen_bit_grey_is_not_washed_out():
    file = io.BytesIO()
    Image.new("I;16", (20, 20), 256 * 100).save(file, "PNG")
    picture, _said = decoding.decoded(file, 800)
    assert abs(picture.getpixel((5, 5))[0] - 100) <= 2


def test_heic_can_be_switched_off(settings):
    import pillow_heif

    file = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 64), "teal")).save(file)
    assert photos.accept(file).width == 64
    settings.HEIC = False
    file.seek(0)
    with pytest.raises(photos.Refused):
        photos.accept(file)


def test_a_photo_hashes_alike_when_it_is_shrunk_and_recompressed_and_unlike_another():
    import random

    random.seed(3)
    picture = Image.new("L", (9, 8))
    picture.putdata([random.randrange(256) for _ in range(72)])
    picture = picture.resize((900, 800), Image.Resampling.BICUBIC).convert("RGB")
    small = picture.resize((300, 266))
    file = io.BytesIO()
    small.save(file, "JPEG", quality=60)
    near = bin(int(decoding.dhash(picture), 16) ^ int(decoding.dhash(Image.open(file)), 16)).count("1")
    far = bin(int(decoding.dhash(picture), 16) ^ int(decoding.dhash(picture.rotate(180)), 16)).count("1")
    assert near <= 6 < far


def test_what_is_published_can_be_taken_back():
    made = photos.publish(photo(size=(2000, 1000)))
    assert (made.width, made.height) == (1600, 800)
    assert storages["public"].exists(f"pictures/{made.name}-320.webp")
    photos.unpublish(made.name)
    assert not any(storages["public"].exists(f"pictures/{made.name}-{size}.webp") for size in Picture.SIZES)


MEMORY = """
import io, resource, sys, uuid
import django
django.setup()
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from PIL import Image
call_command("migrate", verbosity=0)
from sightings import intake
files = []
for seed in range(3):
    picture = Image.effect_noise((4000, 3000), 60 + seed).convert("RGB")
    out = io.BytesIO(); picture.save(out, "JPEG", quality=90); files.append(out.getvalue()); del picture, out
import gc; gc.collect()
open("/proc/self/clear_refs", "w").write("5")
def peak(): return next(int(l.split()[1]) for l in open("/proc/self/status") if l.startswith("VmHWM"))
before = peak()
assert intake.take_photos([SimpleUploadedFile(f"{n}.jpg", data) for n, data in enumerate(files)], uuid.uuid4()) == []
print((peak() - before) // 1024)
"""


def test_a_report_of_three_12_megapixel_photos_grows_the_process_by_less_than_300_mb(tmp_path):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "HIPPOLIST_DATA_DIR": str(tmp_path),
        "HIPPOLIST_DATABASE_URL": "",
    }
    run = subprocess.run([sys.executable, "-c", MEMORY], capture_output=True, text=True, env=environment, check=False)
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) < 300
