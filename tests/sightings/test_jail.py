"""The jail: whatever a file does to its decoder, the site lives, the next file is taken, and nothing outside is within reach."""

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from sightings import decoding, photos
from tests.factories import photo

SHARED = os.environ.get("HIPPOLIST_SHARED")
IMAGES = Path(SHARED or ".", "images")
IS_ROOT = os.geteuid() == 0
PLAIN = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
# Where the interpreter lies in somebody's home, a plain user may read it, and gets no other right.
READER = ["--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"]


def as_user(name: str) -> list[str]:
    if name == "root":
        return []
    # setpriv itself still has the rights of root when it starts something.
    able = subprocess.run([*PLAIN, "env", sys.executable, "-c", ""], capture_output=True, check=False).returncode == 0
    return [*PLAIN, *([] if able else READER), "env"]


users = pytest.mark.parametrize("user", ["root", "plain"] if IS_ROOT else ["plain"])


def run(code: str, user: str, *words: str) -> str:
    """Run code with Django set up, as this user or a plain one, in a data folder of its own."""
    folder = tempfile.mkdtemp()
    if user == "plain" and IS_ROOT:
        os.chown(folder, 65534, 65534)
    told = {"DJANGO_SETTINGS_MODULE": "tests.settings", "HIPPOLIST_DATA_DIR": folder, "HIPPOLIST_DATABASE_URL": ""}
    prefix = as_user(user) if IS_ROOT else []
    command = [*prefix, sys.executable, "-c", f"import django; django.setup()\n{code}", *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **told}, check=False)
        assert done.returncode == 0, done.stderr
        assert list(Path(folder, "uploads").iterdir()) == []
    finally:
        shutil.rmtree(folder)
    return done.stdout


EACH = """
import json, sys
from pathlib import Path
from sightings import photos
files = [Path(path).open("rb") for path in json.loads(sys.argv[1])]
def held(what): return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith(what))
before = held("VmRSS")
seen = {}
# Three at a time, as people send them.
for start in range(0, len(files), 3):
    some = files[start:start + 3]
    for file, answer in zip(some, photos.accept_all(some)):
        seen[file.name] = {"refused": str(answer)} if isinstance(answer, photos.Refused) else {
            "size": f"{answer.width}x{answer.height}", "place": [answer.latitude, answer.longitude], "bytes": len(answer.preview)}
print(json.dumps({"seen": seen, "grew": held("VmHWM") - before, "walls": photos.walls()}))
"""


@pytest.mark.skipif(not SHARED, reason="set HIPPOLIST_SHARED to the folder with the trial images")
@users
def test_each_trial_image_is_taken_or_refused_as_its_class_says(user):
    manifest = list(csv.DictReader((IMAGES / "MANIFEST.csv").read_text(encoding="utf-8").splitlines()))
    assert len(manifest) == 99
    told = json.loads(run(EACH, user, json.dumps([str(IMAGES / row["file"]) for row in manifest])))
    for row in manifest:
        answer = told["seen"][str(IMAGES / row["file"])]
        if row["class"] == "must accept":
            assert "refused" not in answer, (row, answer)
        elif row["class"] == "must refuse with a clear message":
            assert "refused" in answer, (row, answer)
        if "refused" in answer:
            assert len(answer["refused"]) > 10
            continue
        assert answer["bytes"] > 0
        if row["upright_size"]:
            assert answer["size"] == row["upright_size"]
        # One of them says that it was taken at 4294967295 degrees.
        there = [float(row["gps_lat"]), float(row["gps_lon"])] if row["gps_lon"] else [None, None]
        assert answer["place"] == pytest.approx(there, abs=1e-4), row
    assert told["grew"] < 20_000, "the parent decoded something itself"
    assert told["walls"] == possible(user)


def possible(user: str) -> dict[str, bool]:
    """The walls that this machine has for this user, as other programs find out."""

    def works(*command: str) -> bool:
        return subprocess.run([*(as_user(user) if IS_ROOT else []), *command], capture_output=True, check=False).returncode == 0

    landlock = works(sys.executable, "-c", "import ctypes; assert ctypes.CDLL(None).syscall(444, None, 0, 1) > 0")
    network = works("unshare", "--net", "true") if user == "root" else works("unshare", "--user", "--net", "true")
    folder = works("chroot", "/", "true") if user == "root" else network
    always = dict.fromkeys(("cwd", "rights", "limits"), True)
    return always | {"network": network, "folder": folder, "user": user == "root", "landlock": landlock}


INSIDE = """
import json, os, pathlib, socket, subprocess, sys
sys.path.insert(0, sys.argv[1])
import decoding
# Another process of this user; it ends when this one does.
other = subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE)
walls = decoding.wall_in(sys.argv[2])
canary = sys.argv[3]
tries = {
    "read": lambda: open("/etc/passwd"),
    "write": lambda: open("/tmp/from-the-jail", "w"),
    "look": lambda: os.listdir("/"),
    "talk": lambda: socket.socket(),
    "make": lambda: os.mkdir("/new"),
    "delete": lambda: os.unlink(canary),
    "cut": lambda: os.truncate(canary, 0),
    "run": lambda: os.execv("/bin/true", ["true"]),
    "kill": lambda: os.kill(other.pid, 0),
    "leave": lambda: os.chroot("."),
    "rise": lambda: os.setuid(0) or os.chown(canary, 0, 0),
    "eat": lambda: bytearray(2 << 30),
}
done = []
for name, attempt in tries.items():
    try:
        attempt()
        done.append(name)
    except (OSError, MemoryError):
        pass
print(json.dumps({"walls": walls, "done": done}))
"""


@users
def test_from_inside_nothing_outside_is_within_reach(user):
    folder = Path(tempfile.mkdtemp())
    canary = folder / "canary"
    canary.write_text("alive")
    if IS_ROOT and user == "plain":
        os.chown(folder, 65534, 65534)
        os.chown(canary, 65534, 65534)
    command = [sys.executable, "-I", "-c", INSIDE, str(Path(decoding.__file__).parent), str(folder), str(canary)]
    done = subprocess.run([*(as_user(user) if IS_ROOT else []), *command], capture_output=True, text=True, check=False, env={})
    told = json.loads(done.stdout or done.stderr)
    assert canary.read_text() == "alive"
    assert sorted(folder.iterdir()) == [canary]
    # Without chroot and Landlock the same user may still touch its own files, and its own processes.
    weak = set() if told["walls"]["landlock"] else {"kill"} | (set() if told["walls"]["folder"] else {"look", "make", "delete", "cut"})
    assert set(told["done"]) <= weak, told
    shutil.rmtree(folder)


def scan_bomb() -> io.BytesIO:
    """A progressive JPEG of 380 kB that takes minutes: one scan over 36 million pixels, four thousand times."""
    out = io.BytesIO()
    Image.new("L", (6000, 6000), 128).save(out, "JPEG", progressive=True)
    data = out.getvalue()
    last = data[data.rindex(b"\xff\xda") : -2]
    return io.BytesIO(data[:-2] + last * 4000 + data[-2:])


def children() -> list[int]:
    """The processes that decode for this one."""
    pids = [pid for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()]
    return [int(pid) for pid in pids if b"decoding.py" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def said(pid: int, name: str = "status") -> str:
    return Path(f"/proc/{pid}/{name}").read_text()


def limits(pid: int) -> str:
    return " ".join(said(pid, "limits").split())


def bomb_then_photo(meanwhile) -> None:
    """Two files in one jail: while the child is busy with the first something happens to it, and it is killed at the latest then."""
    seen: list = []
    thread = threading.Thread(target=lambda: seen.extend(photos.accept_all([scan_bomb(), photo()])))
    thread.start()
    end = time.monotonic() + 20
    # That is set last, for each file anew.
    while not any("Max cpu time 20 " in limits(pid) for pid in children()):
        assert time.monotonic() < end, "no child"
        time.sleep(0.01)
    (pid,) = children()
    try:
        meanwhile(pid)
    finally:
        os.kill(pid, signal.SIGKILL)
        thread.join(60)
    bad_then_good(seen)


def bad_then_good(seen: list) -> None:
    assert isinstance(seen[0], photos.Refused)
    assert "is not a picture that we can open" in str(seen[0])
    assert (seen[1].width, seen[1].height) == (640, 480)
    assert children() == []


def test_a_child_that_is_killed_costs_its_own_file_only():
    bomb_then_photo(lambda pid: None)


def test_the_kernel_says_of_the_child_what_the_walls_say():
    stand = photos.walls()

    def look(pid: int) -> None:
        for line in ("NoNewPrivs:\t1", "CapEff:\t0000000000000000", "CapPrm:\t0000000000000000"):
            assert line in said(pid)
        for words in ("cpu time 20 60", "file size 0 0", "core file size 0 0", "open files 0 0", f"address space {1 << 30} {1 << 30}"):
            assert f"Max {words}" in limits(pid), words
        assert said(pid, "oom_score_adj").strip() == "1000"
        assert said(pid, "environ") == ""
        if IS_ROOT:
            uid = int(said(pid).split("Uid:")[1].split()[0])
            assert stand["user"] == (uid >= 61184)
            assert "Max processes 8 8" in limits(pid)
            assert stand["folder"] == str(Path(f"/proc/{pid}/root").readlink()).endswith("(deleted)")
            assert stand["network"] == (Path(f"/proc/{pid}/ns/net").readlink() != Path("/proc/self/ns/net").readlink())

    bomb_then_photo(look)


def test_a_file_that_takes_for_ever_is_refused_in_time_and_the_next_is_taken(monkeypatch):
    monkeypatch.setattr(photos, "PATIENCE", 4)
    start = time.monotonic()
    bad_then_good(list(photos.accept_all([scan_bomb(), photo()])))
    assert time.monotonic() - start < 20


def test_after_three_files_that_kill_their_decoder_the_rest_is_not_looked_at(monkeypatch):
    monkeypatch.setattr(photos, "PATIENCE", 3)
    bomb = scan_bomb().getvalue()
    seen = list(photos.accept_all([photo(), *(io.BytesIO(bomb) for _ in range(3)), photo()]))
    assert [isinstance(one, photos.Refused) for one in seen] == [False, True, True, True, True]


HUNGRY = """
import io, resource, sys
from PIL import Image
from sightings import photos
from tests.factories import photo
resource.setrlimit(resource.RLIMIT_AS, (600 << 20, 600 << 20))
# 36 bytes that need 720 MB.
hungry = io.BytesIO(bytes.fromhex(sys.argv[1]))
first, second = photos.accept_all([hungry, photo()])
assert isinstance(first, photos.Refused), first
assert second.width == 640
"""


@users
def test_a_file_that_takes_more_memory_than_there_is_is_refused_and_the_next_is_taken(user):
    hungry = io.BytesIO()
    Image.new("RGBA", (6300, 6300), (0, 200, 10, 90)).save(hungry, "WEBP", lossless=True, method=0)
    run(HUNGRY, user, hungry.getvalue().hex())


def test_a_jail_that_does_not_start_is_no_fault_of_the_photo(monkeypatch, tmp_path):
    broken = tmp_path / "decoding.py"
    broken.write_text("raise SystemExit(1)")
    monkeypatch.setattr(photos, "DECODING", broken)
    with pytest.raises(OSError, match="does not start"):
        photos.accept(photo())


CROWD = """
import os, time
here = {folder!r}
open(os.path.join(here, f"in-{{os.getpid()}}"), "w").close()
time.sleep(0.1)
open(os.path.join(here, f"seen-{{os.getpid()}}"), "w").write(str(sum(name.startswith("in-") for name in os.listdir(here))))
time.sleep(0.3)
os.remove(os.path.join(here, f"in-{{os.getpid()}}"))
"""


def test_at_most_two_pictures_are_open_at_once_so_that_a_small_machine_lives(monkeypatch, tmp_path):
    crowd = tmp_path / "decoding.py"
    crowd.write_text(CROWD.format(folder=str(tmp_path)))
    monkeypatch.setattr(photos, "DECODING", crowd)

    def accept(_n):
        with pytest.raises(OSError, match="does not start"):
            photos.accept(photo())

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(accept, range(5)))
    assert max(int(seen.read_text()) for seen in tmp_path.glob("seen-*")) == 2


LIES = """
import json, os, struct, sys
def say(part): os.write(1, struct.pack("!I", len(part)) + part)
say(b"{}")
head = {"width": 9, "height": 9, "shown": [9, 9], "dhash": "00ff00ff00ff00ff"} | json.loads(%r)
say(json.dumps(head).encode())
say(b"RIFF1234WEBP" if not head.get("no") else b"<html>      ")
"""


@pytest.mark.parametrize(
    "lie",
    [
        *('{"width": -1}', '{"width": "9"}', '{"shown": [9]}', '{"shown": null}', '{"dhash": "../../etc"}', '{"taken_on": "<b>"}'),
        *(
            '{"taken_time": 7}',
            '{"latitude": 91, "longitude": 0}',
            '{"latitude": 1}',
            '{"latitude": NaN, "longitude": 1}',
            '{"unfit": "x"}',
            '{"no": 1}',
        ),
    ],
)
def test_a_child_that_was_taken_over_is_not_believed(monkeypatch, tmp_path, lie):
    liar = tmp_path / "decoding.py"
    monkeypatch.setattr(photos, "DECODING", liar)
    liar.write_text(LIES % "{}")
    assert photos.accept(photo()).width == 9
    liar.write_text(LIES % lie)
    with pytest.raises(photos.Refused):
        photos.accept(photo())


def test_an_answer_without_end_is_not_read(monkeypatch, tmp_path):
    endless = tmp_path / "decoding.py"
    endless.write_text(LIES.partition("head =")[0] + 'os.write(1, struct.pack("!I", 1 << 31))\nwhile True: os.write(1, bytes(9999))')
    monkeypatch.setattr(photos, "DECODING", endless)
    start = time.monotonic()
    with pytest.raises(photos.Refused):
        photos.accept(photo())
    assert time.monotonic() - start < 15
