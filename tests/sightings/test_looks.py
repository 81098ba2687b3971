"""Looks: the same picture is found again though it was shrunk, recompressed or brightened, and no other is taken for it."""

import io
import itertools
import os
import random
import uuid
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from sightings import decoding, intake, looks
from sightings.models import Look, Photo
from tests.factories import make_report

pytestmark = pytest.mark.django_db
SHARED = os.environ.get("HIPPOLIST_SHARED")


def scene(seed: int) -> Image.Image:
    """Something like a photo: clouds of colour at four scales, light from above, and some dark round backs in the lower half."""
    dice, size = random.Random(seed), (800, 600)
    picture = Image.new("RGB", size, "grey")
    for cells, share in ((4, 1.0), (9, 0.25), (24, 0.12), (90, 0.05)):
        rows = cells * 3 // 4 + 1
        noise = Image.frombytes("RGB", (cells, rows), dice.randbytes(cells * rows * 3)).resize(size, Image.Resampling.BICUBIC)
        picture = Image.blend(picture, noise, share)
    light = Image.linear_gradient("L").resize(size).point(lambda value: 255 - value // 2)
    picture = Image.blend(picture, Image.merge("RGB", [light] * 3), dice.uniform(0.2, 0.6))
    draw = ImageDraw.Draw(picture)
    for _ in range(dice.randrange(1, 5)):
        x, y, long, high, dark = *(dice.randrange(*span) for span in ((0, 800), (300, 600), (40, 200), (25, 110))), dice.randrange(30, 110)
        draw.ellipse((x - long, y - high, x + long, y + high), fill=(dark, dark - 10, dark - 15))
    return picture.filter(ImageFilter.GaussianBlur(1))


def real() -> list[Image.Image]:
    """The trial photos that decode, are no icons and not flat."""
    pictures = []
    for path in sorted(Path(SHARED, "images", "real").iterdir()) if SHARED else []:
        try:
            picture, head = decoding.decoded(io.BytesIO(path.read_bytes()), 800)
        except decoding.Unfit:
            continue
        if min(picture.size) >= 32 and looks.tells(head["dhash"]):
            pictures.append(picture)
    return pictures


def again(picture: Image.Image, quality: int = 85, size: float = 1, light: float = 1) -> str:
    """The hash of a picture that somebody saved anew."""
    shape = [max(9, int(side * size)) for side in picture.size]
    out = io.BytesIO()
    ImageEnhance.Brightness(picture.resize(shape)).enhance(light).save(out, "JPEG", quality=quality)
    return decoding.decoded(out, 800)[1]["dhash"]


CHANGES = [
    *({"quality": quality} for quality in (40, 60, 75, 90)),
    *({"size": size} for size in (0.25, 0.5, 0.8)),
    *({"light": light} for light in (0.7, 0.85, 1.15, 1.3)),
    {"quality": 50, "size": 0.5, "light": 1.2},
]


def keep(dhash: str, report=None) -> Photo:
    made = Photo.objects.create(client_id=uuid.uuid4(), sha256=uuid.uuid4().hex * 2, width=9, height=9, dhash=dhash, report=report)
    looks.remember(made)
    return made


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_the_same_picture_is_found_again_and_no_other():
    pictures = [*(scene(seed) for seed in range(30)), *real()]
    first, second = make_report(), make_report()
    kept = [keep(again(picture, 95), first) for picture in pictures]
    found = [
        (number.pk in looks.alike([keep(again(picture, **change), second)]))
        for number, picture in zip(kept, pictures, strict=True)
        for change in CHANGES
    ]
    assert len(found) > 350
    assert sum(found) / len(found) >= 0.95, f"{sum(found)} of {len(found)}"
    # The trial photos hold some pictures several times, the scenes none.
    pairs = list(itertools.combinations(kept[:30], 2))
    assert len(pairs) >= 200
    assert not [pair for pair in pairs if pair[1].pk in looks.alike([pair[0]])]


def test_flat_pictures_are_compared_with_nothing():
    flat, slope = Image.new("RGB", (300, 200), "teal"), Image.linear_gradient("L").rotate(90).convert("RGB")
    report = make_report()
    for picture in (flat, slope, slope.rotate(180)):
        keep(again(picture), report)
        assert looks.alike([keep(again(picture), report)]) == []
    assert not Look.objects.exists()


def test_candidates_come_from_one_query_by_an_index():
    other = make_report()
    for seed in range(3):
        keep(again(scene(seed)), other)
    photos = [keep(again(scene(seed), 50)) for seed in range(3)]
    # Among so many that reading all of them would be dearer, and the database knows it.
    chance = random.Random(7)
    many = [
        Photo(report=other, client_id=uuid.uuid4(), sha256=f"{n:064x}", width=1, height=1, dhash=f"{chance.getrandbits(64):016x}")
        for n in range(2_000)
    ]
    Photo.objects.bulk_create(many)
    Look.objects.bulk_create(Look(photo=photo, key=key) for photo in many for key in looks.keys(photo.dhash))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with CaptureQueriesContext(connection) as asked:
        assert len(looks.alike(photos)) == 3
    (query,) = asked.captured_queries
    with connection.cursor() as cursor:
        cursor.execute(("EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN ") + query["sql"])
        plan = " ".join(str(row) for row in cursor.fetchall())
    assert "Seq Scan on sightings_look" not in plan
    assert "SCAN sightings" not in plan
    assert "sightings_look_key" in plan


def test_a_report_with_a_photo_that_another_report_came_with_says_so():
    def upload(name: str, **change) -> io.BytesIO:
        out = io.BytesIO()
        scene(7).resize(change.pop("size")).save(out, "JPEG", **change)
        out.name = name
        return out

    first, second, third = make_report(), make_report(), make_report()
    for report, file in (
        (first, upload("a.jpg", size=(800, 600), quality=90)),
        (second, upload("b.jpg", size=(500, 375), quality=45)),
    ):
        intake.keep_photo(file, report.client_id)
        Photo.objects.pending(report.client_id).update(report=report)
    assert list(intake.same_photo(type(first).objects.exclude(pk=second.pk), list(second.photos.all()))) == [first]
    assert list(intake.same_photo(type(first).objects.exclude(pk=first.pk), list(first.photos.all()))) == [second]
    assert list(intake.same_photo(type(first).objects.exclude(pk=third.pk), [])) == []


def test_photos_that_were_kept_before_get_their_looks_once():
    kept = [keep(again(scene(seed))) for seed in range(3)]
    flat = keep("0" * 16)
    before = sorted(Look.objects.values_list("photo", "key"))
    Look.objects.all().delete()
    for _time in range(2):
        import_module("sightings.migrations.0006_looks").look_at_photos(apps, None)
        assert sorted(Look.objects.values_list("photo", "key")) == before
    assert {photo for photo, _key in before} == {photo.pk for photo in kept} - {flat.pk}
