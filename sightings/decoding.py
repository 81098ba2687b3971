"""Decoding: bytes from outside become pixels, in a process without rights. The only file that knows Pillow; it knows no Django.

photos.py runs it with a job as its one argument: {"files": [descriptors], "sizes": [pixels, …], "heic": bool, "folder": path}.
It answers on its output in parts, each after its length in four bytes: the walls that stand (JSON), then for each file a head
(JSON) and one WebP for each size.
"""

import contextlib
import ctypes
import io
import json
import os
import re
import resource
import struct
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from datetime import time as clock
from pathlib import Path
from typing import IO, Any

import pillow_heif
from PIL import Image, ImageCms, JpegImagePlugin

FORMATS = ["JPEG", "PNG", "WEBP"]  # MPO, which phones make, comes in through JPEG.
PIXELS = 40_000_000
MEMORY, SECONDS = 1 << 30, 20
PAPER = (255, 255, 255)
# Up to this many pixels a list shows many at once: there bytes count more than time. And the size of a stamp.
SMALL, STAMP = 480, 160
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
ORIENTATION, EXIF_IFD, GPS_IFD, TAKEN = 0x0112, 0x8769, 0x8825, 0x9003

# Behind the walls no module can be found any more: every plugin is imported now.
Image.init()
Image.MAX_IMAGE_PIXELS = PIXELS
HEIF_IS_SAFE = tuple(map(int, re.findall(r"\d+", pillow_heif.__version__)[:3])) >= (1, 8, 1)
if HEIF_IS_SAFE:
    pillow_heif.register_heif_opener(thumbnails=False)


class Unfit(Exception):
    """A file that is no photo we can take: "pixels" (too many), "empty", or "picture" (is none)."""


def decoded(file: IO[bytes], longest: int, heic: bool = True) -> tuple[Image.Image, dict[str, Any]]:
    """The upright first frame in sRGB, at most `longest` pixels on a side, and what is known of it. Raises Unfit.

    Whatever else a decoder raises on bytes from outside becomes Unfit; but out of memory this process is of no more use.
    """
    file.seek(0)
    formats = [*FORMATS, "HEIF"] if heic and HEIF_IS_SAFE else FORMATS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=formats) as image:
                return _read(image, longest)
    except (Unfit, MemoryError):
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise Unfit("pixels") from error
    except Exception as error:
        raise Unfit("picture") from error


def _read(image: Image.Image, longest: int) -> tuple[Image.Image, dict[str, Any]]:
    if min(image.size) < 1:
        raise Unfit("empty")
    size = image.size
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        # Asked with the picture's own aspect: the decoder then skips detail that would be thrown away.
        share = max(size) / longest
        image.draft("RGB", (max(1, int(size[0] / share)), max(1, int(size[1] / share))))
        image.load()
    else:
        image.load()
        size = image.size
    turn = _turn(image)
    picture = _plain(_shrunk(image, longest))
    if turn is not None:
        picture = picture.transpose(turn)
    width, height = reversed(size) if turn in {TURNS[5], TURNS[6], TURNS[7], TURNS[8]} else size
    return picture, {"width": width, "height": height, "shown": picture.size, "dhash": dhash(picture), **_said(image)}


def _turn(image: Image.Image) -> Image.Transpose | None:
    try:
        return None if image.format == "HEIF" else TURNS.get(image.getexif().get(ORIENTATION, 1))
    except Exception:  # noqa: BLE001  (EXIF of files that decode may still be broken in any way)
        return None


def _shrunk(image: Image.Image, longest: int) -> Image.Image:
    """A picture of its own, before anything else is done: all that follows costs less on fewer pixels."""
    if image.mode in {"1", "P", "PA"}:
        image = image.convert("RGBA" if "transparency" in image.info or image.mode == "PA" else "RGB")
    if max(image.size) > longest:
        image.thumbnail((longest, longest), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return image


def _plain(image: Image.Image) -> Image.Image:
    """New sRGB pixels on paper; no byte of the upload but its colours."""
    profile = image.info.get("icc_profile")
    if image.mode in {"LA", "RGBA", "RGBa"} or "transparency" in image.info:
        cut = image.convert("RGBA")
        image = Image.new("RGB", cut.size, PAPER)
        image.paste(cut, mask=cut.getchannel("A"))
    elif profile:
        image = _in_srgb(image, profile)
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256).convert("L")
    fresh = Image.new("RGB", image.size)
    fresh.paste(image.convert("RGB"))
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


def _said(image: Image.Image) -> dict[str, Any]:
    """What the picture says of itself: the camera's own day and time, and where it stood."""
    said: dict[str, Any] = {}
    for read in (_day, _time, _place):
        # EXIF of files that decode may still be broken in any way; what is missing is no fault.
        with contextlib.suppress(Exception):
            said |= read(image.getexif())
    return said


def _day(exif: Image.Exif) -> dict[str, str]:
    text = str(exif.get_ifd(EXIF_IFD)[TAKEN])
    return {"taken_on": date.fromisoformat(text[:10].replace(":", "-")).isoformat()}


def _time(exif: Image.Exif) -> dict[str, str]:
    text = str(exif.get_ifd(EXIF_IFD)[TAKEN])
    return {"taken_time": clock.fromisoformat(text[11:16]).isoformat()} if _day(exif) else {}


def _place(exif: Image.Exif) -> dict[str, float]:
    gps = exif.get_ifd(GPS_IFD)
    latitude, longitude = _degrees(gps[1], gps[2], "NS", 90), _degrees(gps[3], gps[4], "EW", 180)
    # Devices that know no place write zero and zero.
    return {"latitude": latitude, "longitude": longitude} if latitude or longitude else {}


def _degrees(side: Any, parts: Sequence[Any], sides: str, limit: int) -> float:
    """Decimal degrees of degrees, minutes and seconds; ValueError for nonsense."""
    side = (side.decode() if isinstance(side, bytes) else side).strip("\0 ").upper()
    degrees, minutes, seconds = map(float, parts)
    value = round(degrees + minutes / 60 + seconds / 3600, 7)
    if len(side) != 1 or side not in sides or not (0 <= value <= limit and 0 <= minutes <= 60 and 0 <= seconds <= 60):
        raise ValueError(side)
    return -value if side == sides[1] else value


def renditions(picture: Image.Image, sizes: Sequence[int]) -> Iterator[bytes]:
    """The picture as WebP in each size, largest first: each is made of the last."""
    for size in sizes:
        if max(picture.size) > size:
            picture.thumbnail((size, size), Image.Resampling.BICUBIC)
        out = io.BytesIO()
        longest = max(picture.size)
        picture.save(out, "WEBP", quality=50 if longest <= STAMP else 75, method=4 if longest <= SMALL else 2)
        yield out.getvalue()


# The walls. What a machine does not allow is left out, and the answer says which stand.
_libc = ctypes.CDLL(None, use_errno=True)


def _kernel(name: str, *words: Any) -> int:
    answer = getattr(_libc, name)(*(ctypes.c_long(word) if isinstance(word, int) else word for word in words))
    if answer < 0:
        raise OSError(ctypes.get_errno(), name)
    return answer


def _limit(what: int, most: int) -> None:
    hard = resource.getrlimit(what)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, most))


def _no_network(is_root: bool) -> None:
    user, network = 0x10000000, 0x40000000
    _kernel("unshare", network if is_root else user | network)


def _own_user() -> None:
    """A user that nothing else on this machine is: even two of these cannot touch each other. The numbers are nobody's by custom."""
    number = 61184 + os.getpid() % 4000
    os.setgroups([])
    os.setgid(number)
    os.setuid(number)
    # The kernel counts the processes of the whole user, so only here; HEIC takes a few threads.
    _limit(resource.RLIMIT_NPROC, 8)


def _enter_empty(parent: str) -> None:
    """Stand in a folder that is deleted already: nobody can put anything into it."""
    path = Path(parent, os.urandom(8).hex())
    path.mkdir(0o700)
    try:
        os.chdir(path)
    finally:
        path.rmdir()


def _landlock() -> None:
    """No path of any file system, no TCP, no signal to and no look into another process; needs no rights. Linux 5.13 and newer."""
    if not sys.platform.startswith("linux"):
        raise OSError("elsewhere these numbers mean something else")
    version = _kernel("syscall", 444, None, 0, 1)
    files = (1 << (13, 14, 15, 15, 16)[min(version, 5) - 1]) - 1
    rules = struct.pack("=QQQ", files, 3, 3)[: 8 if version < 4 else 16 if version < 6 else 24]
    _kernel("syscall", 446, _kernel("syscall", 444, rules, len(rules), 0), 0)


def _no_rights() -> None:
    _kernel("prctl", 38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    _kernel("capset", struct.pack("=Ii", 0x20080522, 0), bytes(24))


def _limits() -> None:
    _limit(resource.RLIMIT_AS, MEMORY)
    for nothing in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE, resource.RLIMIT_NOFILE):
        # No file longer, no core, and no descriptor more than those it was given: no open file, no socket, no pipe.
        _limit(nothing, 0)


def wall_in(folder: str) -> dict[str, bool]:
    """Give up every right, in the one order in which each step can still be done; answers what was given up."""
    is_root = os.geteuid() == 0
    with contextlib.suppress(OSError):
        # Where memory runs out, this process goes first, not the site.
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    steps: dict[str, Callable[[], Any]] = {
        # While paths are still there, and before a namespace takes the user's name away.
        "cwd": lambda: _enter_empty(folder),
        "network": lambda: _no_network(is_root),
        "folder": lambda: os.chroot("."),
        "user": _own_user,
        "rights": _no_rights,
        "landlock": _landlock,
        "limits": _limits,
    }
    stand = dict.fromkeys(steps, False)
    for name, wall in steps.items():
        if (name == "user" and not is_root) or (name == "folder" and not stand["cwd"]):
            continue
        with contextlib.suppress(OSError, ValueError, AttributeError):
            wall()
            stand[name] = True
    return stand


def main(job: dict[str, Any], out: IO[bytes]) -> None:
    def say(part: bytes) -> None:
        out.write(struct.pack("!I", len(part)) + part)
        out.flush()

    _limit(resource.RLIMIT_CPU, SECONDS * (len(job["files"]) + 1))
    say(json.dumps(wall_in(job["folder"])).encode())
    for descriptor in job["files"]:
        # What one file took is not the next one's fault.
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (min(int(time.process_time()) + SECONDS, hard), hard))
        try:
            with os.fdopen(descriptor, "rb") as file:
                picture, head = decoded(file, job["sizes"][0], job["heic"])
        except Unfit as unfit:
            say(json.dumps({"unfit": str(unfit)}).encode())
            continue
        say(json.dumps(head).encode())
        for rendition in renditions(picture, job["sizes"]):
            say(rendition)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), os.fdopen(1, "wb"))
