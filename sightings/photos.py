"""Photos: check, turn, shrink and strip what people upload. The only file that knows Pillow."""

import hashlib
import io
import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

import pillow_heif
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils.translation import gettext as _
from PIL import Image, ImageCms

from hippolist.models import Picture

log = logging.getLogger(__name__)
LIMIT = 12
PIXELS = 40_000_000
PREVIEW = 800
FORMATS = ["JPEG", "PNG", "WEBP"]
PAPER = (255, 255, 255)
_TAKEN = 0x9003  # EXIF DateTimeOriginal
_EXIF_IFD = 0x8769

pillow_heif.register_heif_opener(thumbnails=False)


class Refused(Exception):
    """A file that is no photo we can take; the words say what is wrong with it."""


@dataclass
class Accepted:
    """What was learned from one upload, and its preview for moderators (800 px WebP)."""

    sha256: str
    width: int
    height: int
    dhash: str
    taken_on: date | None
    preview: bytes


def accept(file: Any) -> Accepted:
    """Look at one upload and make its preview. Raises Refused with words for the person who sent it."""
    if getattr(file, "too_big", False):
        raise Refused(_("is larger than 20 MB, or there was more than 60 MB in one go"))
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    with decoded(file, PREVIEW) as (picture, taken):
        return Accepted(digest, *_full_size(file), dhash(picture), taken, _webp(picture))


@contextmanager
def decoded(file: IO[bytes], longest: int) -> Iterator[tuple[Image.Image, date | None]]:
    """The upright first frame in sRGB, at most `longest` pixels on a side, and the day it says it was taken.

    Whatever a decoder raises on bytes from outside becomes Refused: Pillow and libheif raise nearly everything.
    """
    file.seek(0)
    try:
        with _opened(file) as image:
            taken = _taken_on(image)
            if image.format == "JPEG":
                # Asked with the picture's own aspect: the decoder then skips detail that would be thrown away.
                share = max(image.size) / longest
                image.draft("RGB", (max(1, int(image.width / share)), max(1, int(image.height / share))))
            image.load()
            picture = _upright(image)
            if max(picture.size) > longest:
                picture.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=2.0)
            picture = _plain(picture)
    except Refused:
        raise
    except (MemoryError, Exception) as error:
        log.info("refused a picture: %s", type(error).__name__)
        raise Refused(_("is not a picture that we can open. Send a JPEG, PNG, WebP or HEIC photo")) from error
    yield picture, taken


def _opened(file: IO[bytes]) -> Image.Image:
    formats = [*FORMATS, "HEIF"] if settings.HEIC else FORMATS
    image = Image.open(file, formats=formats)
    if image.width * image.height > PIXELS:
        image.close()
        raise Refused(_("has more than 40 million pixels"))
    if min(image.size) < 1:
        raise Refused(_("is empty"))
    return image


def _full_size(file: IO[bytes]) -> tuple[int, int]:
    """Width and height of the upright original, in pixels."""
    file.seek(0)
    with _opened(file) as image:
        width, height = image.size
        turned = image.format != "HEIF" and _orientation(image) in {5, 6, 7, 8}
    return (height, width) if turned else (width, height)


def _orientation(image: Image.Image) -> int:
    try:
        return image.getexif().get(0x0112, 1)
    except Exception:  # noqa: BLE001  (EXIF of files that decode may still be broken in any way)
        return 1


def _taken_on(image: Image.Image) -> date | None:
    try:
        text = image.getexif().get_ifd(_EXIF_IFD).get(_TAKEN, "")
        return datetime.strptime(str(text)[:10], "%Y:%m:%d").date()  # noqa: DTZ007  (a camera's own day)
    except Exception:  # noqa: BLE001  (as above; a missing date is no fault)
        return None


def _upright(image: Image.Image) -> Image.Image:
    if image.format == "HEIF":
        return image
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    turn = turns.get(_orientation(image))
    return image.transpose(turn) if turn is not None else image.copy()


def _plain(image: Image.Image) -> Image.Image:
    """New sRGB pixels on paper; no byte of the upload but its colours."""
    profile = image.info.get("icc_profile")
    if image.mode in {"LA", "PA", "RGBA", "RGBa"} or "transparency" in image.info:
        cut = image.convert("RGBA")
        image = Image.new("RGB", cut.size, PAPER)
        image.paste(cut, mask=cut.getchannel("A"))
    elif profile:
        image = _in_srgb(image, profile)
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256).convert("L")
    image = image.convert("RGB")
    fresh = Image.new("RGB", image.size)
    fresh.paste(image)
    return fresh


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB") or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image  # A broken profile is no reason to refuse a photo.


def dhash(picture: Image.Image) -> str:
    """64 bits, as hex, that stay the same when a picture is shrunk or recompressed: is each pixel brighter than its neighbour?"""
    small = picture.convert("L").resize((9, 8), Image.Resampling.BILINEAR)
    pixels = list(small.tobytes())
    bits = [pixels[row * 9 + column] > pixels[row * 9 + column + 1] for row in range(8) for column in range(8)]
    return f"{int(''.join('1' if bit else '0' for bit in bits), 2):016x}"


def _webp(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    # A list shows many thumbnails at once, each the size of a stamp.
    picture.save(out, "WEBP", quality=50 if max(picture.size) <= Picture.SIZES[-1] else 75, method=4)
    return out.getvalue()


@dataclass
class Renditions:
    """A published picture: its random name, and its size at the largest rendition."""

    name: str
    width: int
    height: int


def publish(file: IO[bytes]) -> Renditions:
    """Write new pixels in each size under a random name into the public storage; each size from the last."""
    name = secrets.token_hex(8)
    with decoded(file, Picture.SIZES[0]) as (picture, _taken):
        width, height = picture.size
        for size in Picture.SIZES:
            if max(picture.size) > size:
                picture.thumbnail((size, size), Image.Resampling.LANCZOS)
            storages["public"].save(f"pictures/{name}-{size}.webp", ContentFile(_webp(picture)))
    return Renditions(name, width, height)


def unpublish(name: str) -> None:
    for size in Picture.SIZES:
        storages["public"].delete(f"pictures/{name}-{size}.webp")
