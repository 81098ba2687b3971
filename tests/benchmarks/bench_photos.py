"""What a photo costs: our renditions against naive Pillow and pyvips, the jail against no jail, and the memory of a whole site.

python tests/benchmarks/bench_photos.py            (pip install pyvips pyvips-binary for that side; it is no part of the site)
"""

import argparse
import importlib.util
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
SIZES = (1600, 800, 320)
ROUNDS = 9


def a_photo(width: int = 4000, height: int = 3000, seed: int = 0):
    """Sky and land, soft shapes at every scale, hard edges and grain: it packs to about as many bytes as a phone's photo."""
    from PIL import Image, ImageChops, ImageDraw, ImageFilter

    small = (width // 2, height // 2)
    shapes = Image.effect_mandelbrot(small, (-2.2 + seed / 9, -1.2, 0.9, 1.2), 60).filter(ImageFilter.GaussianBlur(1))
    sky = Image.linear_gradient("L").resize(small)
    bands = []
    for cells, share in ((7, 0.3), (60, 0.25), (400, 0.2)):
        noise = Image.effect_noise((cells, cells), 90).resize(small, Image.Resampling.BICUBIC)
        bands.append(Image.blend(Image.blend(sky, shapes, 0.5), noise, share))
    picture = Image.merge("RGB", bands).resize((width, height), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(picture)
    for n in range(40):
        left, top = (n * 977) % width, (n * 613) % height
        draw.ellipse((left, top, left + width // 20, top + height // 30), fill=(60 + n, 50, 40 + 2 * n))
    grain = Image.effect_noise((width, height), 12)
    return ImageChops.add(picture, Image.merge("RGB", [grain] * 3), 1, -128)


# The sides. Each runs in a process of its own: what it took, and the most memory it held.
def ours(path: Path) -> None:
    from sightings import decoding

    with path.open("rb") as file:
        picture, _head = decoding.decoded(file, SIZES[0])
    for _rendition in decoding.renditions(picture, SIZES):
        pass


def naive(path: Path) -> None:
    from PIL import Image, ImageOps

    with Image.open(path) as image:
        full = ImageOps.exif_transpose(image)
        for size in SIZES:
            copy = full.copy()
            copy.thumbnail((size, size))
            copy.save(io.BytesIO(), "WEBP")


def pyvips(path: Path) -> None:
    import pyvips

    for size in SIZES:
        pyvips.Image.thumbnail(str(path), size, size="down").webpsave_buffer(keep="none")


def jail(path: Path) -> None:
    """Decoded as the site does, seen from the parent."""
    from sightings import photos

    with path.open("rb") as file:
        for answer in photos._decoded([file], SIZES):
            for _rendition in answer.renditions():
                pass


def three(path: Path) -> None:
    """The three photos of a report, accepted."""
    from sightings import photos

    files = [path.open("rb") for _ in range(3)]
    assert all(isinstance(seen, photos.Accepted) for seen in photos.accept_all(files))


def three_free(path: Path) -> None:
    """The same without a jail."""
    from sightings import decoding

    for _ in range(3):
        with path.open("rb") as file:
            picture, _head = decoding.decoded(file, 800)
        list(decoding.renditions(picture, [800]))


WARM = {"pyvips": "import pyvips", "naive": "from PIL import Image; Image.init()", "ours": "from sightings import decoding"}


def run_side(name: str, path: Path) -> None:
    if name in {"jail", "three"}:
        _django()
    else:
        exec(WARM.get(name, WARM["ours"]))
    before, worked, start = _peak(), _cpu(), time.perf_counter()
    globals()[name](path)
    seconds, worked = time.perf_counter() - start, _cpu() - worked
    sys.stdout.write(json.dumps({"seconds": seconds, "cpu": worked, "peak": _peak(), "grew": _peak() - before}))


def _django() -> None:
    os.environ["HIPPOLIST_DATA_DIR"] = tempfile.mkdtemp(prefix="bench-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from sightings import photos

    assert photos.LIMIT


def _cpu() -> float:
    """Seconds of processor time of this process and of the children that it waited for."""
    return sum(os.times()[:4])


def _peak() -> float:
    """The most this process ever held, in MB."""
    text = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("VmHWM")) / 1024


def compare(path: Path) -> None:
    sides = ["ours", "naive", "pyvips", "pyvips_8", "jail", "three", "three_free"]
    if not importlib.util.find_spec("pyvips"):
        sides = [side for side in sides if not side.startswith("pyvips")]
        sys.stdout.write("pyvips is missing, so nothing is compared with it: pip install pyvips pyvips-binary\n")
    seen: dict[str, list[dict]] = {side: [] for side in sides}
    for _round in range(ROUNDS):
        for side in sides:
            # Its memory grows with its threads, and those with the cores: once as it comes, once as on a machine with eight.
            threads = {"VIPS_CONCURRENCY": "8"} if side == "pyvips_8" else {}
            command = [sys.executable, __file__, "--side", side.removesuffix("_8"), str(path)]
            run = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, **threads})
            seen[side].append(json.loads(run.stdout))
    # The best of many: what others do on the machine at the same time only adds.
    took = {side: min(one["seconds"] for one in rows) for side, rows in seen.items()}
    cpu = {side: min(one["cpu"] for one in rows) for side, rows in seen.items()}
    peak = {side: statistics.median(one["peak"] for one in rows) for side, rows in seen.items()}
    for side in sides:
        sys.stdout.write(f"{side:<11} {took[side]:6.3f} s   {cpu[side]:6.3f} s of processor   {peak[side]:6.0f} MB\n")
    sys.stdout.write(f"time against naive Pillow   {took['ours'] / took['naive']:.2f} (at most 0.45)\n")
    if "pyvips" in sides:
        sys.stdout.write(f"time against pyvips         {took['ours'] / took['pyvips']:.2f} (at most 1.1)\n")
        sys.stdout.write(f"memory against pyvips       {peak['ours'] / peak['pyvips']:.2f} with {os.cpu_count()} threads, ")
        sys.stdout.write(f"{peak['ours'] / peak['pyvips_8']:.2f} with eight (at most 0.5)\n")
    sys.stdout.write(f"the jail, one photo         +{took['jail'] - took['ours']:.3f} s\n")
    sys.stdout.write(f"the jail, a report of three +{took['three'] - took['three_free']:.3f} s (at most 0.25)\n")
    grew = max(one["grew"] for one in seen["jail"] + seen["three"])
    sys.stdout.write(f"the parent grew by          {grew:.1f} MB\n")


def whole_site(folder: Path) -> None:
    """Web, worker and one photo of 40 megapixels: the most that all their processes held together, shared pages counted once."""
    import httpx

    _django()
    from tests.factories import report_form
    from tests.processes import Site

    photo = io.BytesIO()
    a_photo(7300, 5470).save(photo, "JPEG", quality=88, progressive=True)
    site, most, done = Site(folder).start(), [0.0], threading.Event()

    def watch() -> None:
        while not done.is_set():
            most[0] = max(most[0], _held(site))

    watcher = threading.Thread(target=watch)
    httpx.get(f"{site.url}/report/")
    idle = _held(site)
    watcher.start()
    answer = httpx.post(f"{site.url}/report/", data=report_form(), files={"photos": ("p.jpg", photo.getvalue())}, timeout=60)
    done.set()
    watcher.join()
    site.stop()
    assert answer.status_code == 303, answer.text
    size = len(photo.getvalue()) / 1e6
    sys.stdout.write(f"web and worker {idle:.0f} MB; with one photo of 40 MP ({size:.0f} MB, progressive) {most[0]:.0f} MB (at most 600)\n")


def _held(site) -> float:
    total, todo = 0, [process.pid for process in site.processes]
    while todo:
        pid = todo.pop()
        try:
            for task in Path(f"/proc/{pid}/task").iterdir():
                todo += [int(child) for child in (task / "children").read_text().split()]
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
            total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
        except (OSError, StopIteration):
            continue
    return total / 1024


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--side", nargs=2)
    side = options.parse_args().side
    if side:
        run_side(side[0], Path(side[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "photo.jpg")
        a_photo().save(path, "JPEG", quality=90)
        sys.stdout.write(f"a photo of 12 megapixels, {path.stat().st_size / 1e6:.1f} MB, to {SIZES}; best of {ROUNDS}, median of memory\n")
        compare(path)
        whole_site(Path(folder))


if __name__ == "__main__":
    main()
