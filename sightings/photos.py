"""Photos: the one door to pictures. They are decoded in a jail (decoding.py); here its answers are judged and stored."""

import errno
import hashlib
import json
import logging
import re
import secrets
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time as clock
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date, time
from io import UnsupportedOperation
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils.translation import gettext as _

from hippolist.models import Picture

log = logging.getLogger(__name__)
LIMIT = 12
PREVIEW = 800
DECODING = Path(__file__).with_name("decoding.py")
# For how many seconds one file may be worked on, and how large an answer may be, whatever the child says.
PATIENCE, LARGEST = 30, 8 << 20
# For how many seconds a photo waits for its turn, before its sender is asked to come back: pages want these threads too.
QUEUE = 10
# So many pictures are open at once in one process of the site: the worst of them takes 700 MB.
_TURNS = threading.BoundedSemaphore(2)
KILLERS = 3


class Refused(Exception):
    """A file that is no photo we can take; the words say what is wrong with it."""


class Damaged(Exception):
    """The bytes that arrived are not those that were sent. Sending them again helps."""


@dataclass
class Accepted:
    """What was learned from one upload, and its preview for moderators (800 px WebP)."""

    sha256: str
    width: int
    height: int
    dhash: str
    taken_on: date | None
    taken_time: time | None
    latitude: float | None
    longitude: float | None
    preview: bytes


@dataclass
class Renditions:
    """A published picture: its random name, and its size at the largest rendition."""

    name: str
    width: int
    height: int


def accept(file: Any, sha256: str = "") -> Accepted:
    """Look at one upload and make its preview. Raises Refused with words for the person who sent it, Damaged on another hash."""
    if sha256 and not _too_big(file) and _digest(file) != sha256.lower():
        raise Damaged
    seen = next(accept_all([file]))
    if isinstance(seen, Refused):
        raise seen
    return seen


def accept_all(files: Sequence[Any]) -> Generator[Accepted | Refused, None, None]:
    """The same for the files of one report, in order: they share a jail."""
    answers = _decoded([file for file in files if not _too_big(file)], [PREVIEW])
    for file in files:
        if _too_big(file):
            yield Refused(_("is larger than 20 MB, or there was more than 60 MB in one go"))
            continue
        answer = next(answers)
        try:
            yield answer if isinstance(answer, Refused) else _accepted(file, answer)
        except Refused as refused:
            yield refused


def _too_big(file: Any) -> bool:
    return getattr(file, "too_big", False)


def _digest(file: Any) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()


def _accepted(file: Any, answer: "_Answer") -> Accepted:
    preview = next(answer.renditions())
    return Accepted(sha256=_digest(file), width=answer.size[0], height=answer.size[1], preview=preview, dhash=answer.dhash, **answer.said)


def publish(file: IO[bytes]) -> Renditions:
    """Write new pixels in each size under a random name into the public storage, one after the other as the jail makes them."""
    name = secrets.token_hex(8)
    with closing(_decoded([file], Picture.SIZES)) as answers:
        answer = next(answers)
        if isinstance(answer, Refused):
            raise answer
        try:
            for size, rendition in zip(Picture.SIZES, answer.renditions(), strict=True):
                storages["public"].save(f"pictures/{name}-{size}.webp", ContentFile(rendition))
        except BaseException:
            unpublish(name)
            raise
    return Renditions(name, *answer.shown)


def unpublish(name: str) -> None:
    for size in Picture.SIZES:
        storages["public"].delete(f"pictures/{name}-{size}.webp")


def walls() -> dict[str, bool]:
    """Which walls of the jail stand on this machine."""
    with _Jail([], [PREVIEW]) as jail:
        return jail.walls


def _decoded(files: Sequence[Any], sizes: Sequence[int]) -> Generator["_Answer | Refused", None, None]:
    """One answer for each file, in order. A file that kills the child costs itself alone: those after it get a new one.

    But who sends a third such file is no photographer: the rest is not looked at.
    """
    left = list(files)
    for _child in range(KILLERS):
        if left:
            with _Jail(left, sizes) as jail:
                while left and not jail.broken:
                    del left[0]
                    yield jail.answer()
    yield from (_refusal("picture") for _file in left)


class _Jail:
    """One child and what it says. It is not believed: whatever is not a sound answer in time is its end, and the file's."""

    def __init__(self, files: Sequence[Any], sizes: Sequence[int]) -> None:
        self.files, self.sizes, self.broken, self.stack = files, sizes, False, ExitStack()

    def __enter__(self) -> "_Jail":
        with ExitStack() as stack:
            if not _TURNS.acquire(timeout=QUEUE):
                raise OSError(errno.EAGAIN, "Too many photos are being decoded.")
            stack.callback(_TURNS.release)
            files = [_descriptor(file, stack) for file in self.files]
            job = {"files": files, "sizes": self.sizes, "heic": settings.HEIC, "folder": str(settings.FILE_UPLOAD_TEMP_DIR)}
            command = [sys.executable, "-I", str(DECODING), json.dumps(job)]
            self.child = subprocess.Popen(  # noqa: S603  (our own file, by our own interpreter)
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0, env={}, pass_fds=files
            )
            stack.callback(self._end)
            try:
                self.walls: dict[str, bool] = json.loads(self._part())
            except (EOFError, TimeoutError) as error:
                # No file's fault: nobody may be told that their photo is bad.
                raise OSError(errno.EAGAIN, "The process that decodes photos does not start.") from error
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stack.close()

    def _end(self) -> None:
        self.child.kill()
        self.child.wait()
        self._pipe.close()

    @property
    def _pipe(self) -> IO[bytes]:
        assert self.child.stdout
        return self.child.stdout

    def answer(self) -> "_Answer | Refused":
        try:
            head = json.loads(self._part())
            return _refusal(head["unfit"]) if "unfit" in head else _Answer(self, head)
        except (EOFError, TimeoutError, ValueError, KeyError, TypeError, RecursionError) as error:
            return self.fail(error)

    def rendition(self) -> bytes:
        try:
            part = self._part()
            if part[:4] + part[8:12] != b"RIFFWEBP":
                raise ValueError("no WebP")
        except (EOFError, TimeoutError, ValueError) as error:
            raise self.fail(error) from error
        return part

    def fail(self, error: Exception) -> Refused:
        log.warning("the jail broke over a photo: %s", type(error).__name__)
        self.broken = True
        return _refusal("picture")

    def _part(self) -> bytes:
        until = clock.monotonic() + PATIENCE
        length = struct.unpack("!I", self._read(4, until))[0]
        if length > LARGEST:
            raise ValueError(length)
        return self._read(length, until)

    def _read(self, count: int, until: float) -> bytes:
        ready, taken = select.poll(), bytearray()
        ready.register(self._pipe, select.POLLIN)
        while len(taken) < count:
            if not ready.poll(max(0, until - clock.monotonic()) * 1000):
                raise TimeoutError
            chunk = self._pipe.read(count - len(taken))
            if not chunk:
                raise EOFError
            taken += chunk
        return bytes(taken)


class _Answer:
    """What the child says of one picture, as far as it makes sense. Raises ValueError, KeyError or TypeError where it does not."""

    def __init__(self, jail: _Jail, head: dict[str, Any]) -> None:
        self.jail = jail
        self.size, self.shown = (head["width"], head["height"]), tuple(head["shown"])
        self.dhash = head["dhash"]
        day, hour = head.get("taken_on"), head.get("taken_time")
        latitude: Any = head.get("latitude")
        longitude: Any = head.get("longitude")
        if not all(isinstance(side, int) and 0 < side < 1 << 30 for side in (*self.size, *self.shown)) or len(self.shown) != 2:
            raise ValueError("size")
        if not re.fullmatch("[0-9a-f]{16}", self.dhash):
            raise ValueError("dhash")
        if latitude is not None and not (abs(latitude) <= 90 and abs(longitude) <= 180):
            raise ValueError("place")
        self.said: dict[str, Any] = {
            "taken_on": date.fromisoformat(day) if day else None,
            "taken_time": time.fromisoformat(hour) if hour else None,
            "latitude": latitude,
            "longitude": longitude,
        }

    def renditions(self) -> Iterator[bytes]:
        for _size in self.jail.sizes:
            yield self.jail.rendition()


def _refusal(code: str) -> Refused:
    words = {
        "pixels": _("has more than 40 million pixels"),
        "empty": _("is empty"),
        "picture": _("is not a picture that we can open. Send a JPEG, PNG, WebP or HEIC photo"),
    }
    return Refused(words[code])


def _descriptor(file: Any, stack: ExitStack) -> int:
    """What the child may read: the file itself, or a copy on disk of one that is only in memory or far away."""
    file.seek(0)
    try:
        return file.fileno()
    except (AttributeError, UnsupportedOperation):
        copy = stack.enter_context(tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR))  # noqa: SIM115
        shutil.copyfileobj(file, copy)
        copy.seek(0)
        return copy.fileno()
