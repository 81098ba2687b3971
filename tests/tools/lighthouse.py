"""Lighthouse: how a phone sees the live site, with a list that is no demo. `make lighthouse` writes it into docs/performance.md."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.browser.conftest import CHROMIUM
from tests.processes import ROOT, Site

PROGRAM = ROOT / "tests" / "tools" / "auditor" / "node_modules" / ".bin" / "lighthouse"
BOOK = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- lighthouse: begin -->", "<!-- lighthouse: end -->"
RUNS = TRIES = 3
CATEGORIES = {"performance": "Performance", "accessibility": "Accessibility", "best-practices": "Best practices", "seo": "SEO"}
TIMES = {"first-contentful-paint": "FCP", "largest-contentful-paint": "LCP", "total-blocking-time": "TBT"}
OTHERS = {"cumulative-layout-shift": "CLS", "total-byte-weight": "Bytes"}


def live(folder: Path) -> Site:
    """The site as it goes live, on loopback, with forty real entries in a release."""
    site = Site(folder, HIPPOLIST_DEBUG="off", HIPPOLIST_SECRET_KEY="for this measurement alone " * 3)
    site.manage("collectstatic", "--noinput", "-v", "0")
    return site.start()


def look(url: str) -> dict:
    """One look of Lighthouse at one page: a middling phone on slow mobile data, as Lighthouse presumes."""
    command = [str(PROGRAM), url, "--output=json", "--output-path=stdout", "--quiet", "--enable-error-reporting=false"]
    command += [f"--only-categories={','.join(CATEGORIES)}", "--chrome-flags=--headless=new --no-sandbox"]
    environment = {**os.environ, "CHROME_PATH": CHROMIUM}
    for _ in range(TRIES):
        run = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        if run.returncode == 0:
            return json.loads(run.stdout)
    # Its browser loses a trace now and then; three in a row are no accident.
    sys.exit(f"Lighthouse could not look at {url}: {run.stderr[-2000:]}")


def scores(seen: dict) -> list[int]:
    return [round(seen["categories"][name]["score"] * 100) for name in CATEGORIES]


def middle(looks: list[dict]) -> dict:
    """The look in the middle by its performance: one run may be disturbed by what else the machine does."""
    median = statistics.median_low(scores(one)[0] for one in looks)
    return next(one for one in looks if scores(one)[0] == median)


def failed(seen: dict) -> list[str]:
    """The audits that cost points, and what they name first."""
    wanted = {ref["id"] for name in CATEGORIES for ref in seen["categories"][name]["auditRefs"] if ref["weight"]}
    audits = [seen["audits"][name] for name in wanted]
    return [f"{one['id']}: {one['title']} {_first(one)}" for one in audits if one["score"] is not None and one["score"] < 1]


def _first(audit: dict) -> str:
    items = (audit.get("details") or {}).get("items") or [audit.get("displayValue", "")]
    return json.dumps(items[0])[:300]


def row(name: str, seen: dict) -> str:
    audits = seen["audits"]
    times = [f"{audits[audit]['numericValue'] / 1000:.1f} s" for audit in TIMES]
    others = [f"{audits['cumulative-layout-shift']['numericValue']:.3f}", f"{audits['total-byte-weight']['numericValue']:.0f}"]
    return f"| {name} | {' | '.join(map(str, scores(seen)))} | {' | '.join([*times, *others])} |"


def write_down(rows: list[str], version: str, speed: float) -> None:
    words = f"{datetime.now(UTC):%Y-%m-%d}, `make lighthouse`: Lighthouse {version}, mobile, the middle of {RUNS} looks at each page."
    words += f" The machine's own benchmark stood at {speed:.0f} (a quiet desk has over 1500; a busy machine makes every page look slower)."
    heads = ["Page", *CATEGORIES.values(), *TIMES.values(), *OTHERS.values()]
    table = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}", *rows]
    text = BOOK.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    BOOK.write_text("\n".join([before + BEGIN, words, "", *table, END]) + after, encoding="utf-8")


def main() -> int:
    if not PROGRAM.exists():
        sys.exit("Lighthouse is missing: apt-get install nodejs npm, then make lighthouse.")
    lacking, rows, seen, speeds = [], [], {}, []
    with tempfile.TemporaryDirectory() as folder:
        site = live(Path(folder))
        try:
            known = json.loads(site.shell("from tests.stock import real; real()").splitlines()[-1])
            pages = {name: f"/{name}/" for name in ("list", "report", "subscribe", "donate")}
            pages |= {"home": "/", "entry": f"/list/{known['entry']}/", "release": f"/releases/{known['release']}/"}
            for name, path in sorted(pages.items()):
                seen = middle([look(site.url + path) for _ in range(RUNS)])
                speeds.append(seen["environment"]["benchmarkIndex"])
                rows.append(row(name, seen))
                sys.stdout.write(rows[-1] + "\n")
                if min(scores(seen)) < 100:
                    lacking += [f"{name}: {words}" for words in failed(seen)]
                sys.stdout.flush()
        finally:
            site.stop()
    write_down(rows, seen["lighthouseVersion"], statistics.median(speeds))
    sys.stdout.writelines(f"{words}\n" for words in lacking)
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
