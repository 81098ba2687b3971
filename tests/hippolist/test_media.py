"""Pictures: served for as long as they may be shown, and not a moment longer."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from hippolist.models import Picture
from tests.factories import make_entry, make_release

pytestmark = pytest.mark.django_db


@pytest.fixture
def picture():
    entry = make_entry()
    storages["public"].save("pictures/abc123-320.webp", ContentFile(b"pixels"))
    yield Picture.objects.create(name="abc123", entry=entry, width=320, height=200)
    storages["public"].delete("pictures/abc123-320.webp")


def test_a_picture_of_a_listed_entry_is_served_for_five_minutes_at_most(client, picture):
    answer = client.get("/media/abc123-320.webp", headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == b"pixels"
    assert answer["Content-Type"] == "image/webp"
    assert answer["Content-Length"] == "6"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer["Cache-Control"] == "public, max-age=60, s-maxage=240, stale-if-error=86400"
    again = client.get("/media/abc123-320.webp", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == answer["Cache-Control"]


def test_a_withdrawn_entry_keeps_its_pictures_one_withdrawn_for_privacy_does_not(client, picture):
    make_release("2026.10")
    picture.entry.withdraw(by=None, reason="seen twice")
    still = client.get("/media/abc123-320.webp")
    assert b"".join(still.streaming_content) == b"pixels"
    picture.entry.restore(by=None, reason="not twice")
    picture.entry.withdraw(by=None, reason="asked for", for_privacy=True)
    assert client.get("/media/abc123-320.webp").status_code == 410


def test_pictures_of_an_entry_taken_back_before_any_release_are_gone(client, picture):
    picture.entry.withdraw(by=None, reason="a rock")
    assert client.get("/media/abc123-320.webp").status_code == 410


def test_a_picture_that_was_taken_back_is_gone_even_for_who_has_a_copy(client, picture):
    before = client.get("/media/abc123-320.webp")
    assert b"".join(before.streaming_content) == b"pixels"
    Picture.objects.update(removed_at=timezone.now())
    answer = client.get("/media/abc123-320.webp", headers={"If-None-Match": before["ETag"]})
    assert answer.status_code == 410
    assert answer["Cache-Control"] == "no-store"


def test_a_picture_does_not_appear_before_its_entry(client, picture):
    picture.entry.appears_on = timezone.localdate() + timedelta(days=1)
    picture.entry.save()
    assert client.get("/media/abc123-320.webp").status_code == 404


@pytest.mark.parametrize(
    "name", ["abc123-1600.webp", "abc123-640.webp", "abc123.webp", "nope-320.webp", "..%2Fsecret.key", "abc123-320.webp%00", "a" * 300]
)
def test_anything_else_is_not_found(client, picture, name):
    assert client.get(f"/media/{name}").status_code == 404


def test_a_picture_without_entry_is_not_found(client, picture):
    Picture.objects.update(entry=None)
    assert client.get("/media/abc123-320.webp").status_code == 404
