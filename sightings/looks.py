"""Looks: which photos show the same picture, though it was shrunk, recompressed or brightened since."""

from django.db.models import Count

from .models import Look, Photo

# By how many of 64 bits two hashes of one picture may differ, and how many of their eight bytes must be the same: measured,
# see tests/sightings/test_looks.py.
NEAR, SHARED = 8, 2
# Nearly all or nearly no bits set: a flat picture, or nothing but one slope of light. All of those look alike.
TELLING = range(10, 55)


def keys(dhash: str) -> list[int]:
    """A difference hash as eight keys, place and value of each byte: photos that look alike share some. None for flat pictures."""
    return [place * 256 + value for place, value in enumerate(bytes.fromhex(dhash))] if tells(dhash) else []


def tells(dhash: str) -> bool:
    return int(dhash, 16).bit_count() in TELLING


def distance(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


def remember(photo: Photo) -> None:
    Look.objects.bulk_create(Look(photo=photo, key=key) for key in keys(photo.dhash))


def alike(photos: list[Photo]) -> list[int]:
    """Ids of other photos of reports that look like one of these. They are found through the index of keys, never by a scan."""
    hashes = [photo.dhash for photo in photos if tells(photo.dhash)]
    wanted = {key for dhash in hashes for key in keys(dhash)}
    others = Photo.objects.exclude(pk__in=[photo.pk for photo in photos]).filter(report__isnull=False, looks__key__in=wanted)
    near = others.order_by().values_list("pk", "dhash").annotate(shared=Count("looks")).filter(shared__gte=SHARED)
    return [pk for pk, dhash, _shared in near if any(distance(dhash, other) <= NEAR for other in hashes)]
