"""Run: every test, on SQLite and on PostgreSQL, and one figure of coverage. `make test` calls this.

What this machine lacks is named with the line that installs it; where CI is set, nothing may be missing.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COVERED = 95
CHECKER = ROOT / "tests" / "tools" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
NEEDS = {
    "chromium": ("/usr/bin/chromium", "apt-get install chromium"),
    "exiftool": ("exiftool", "apt-get install libimage-exiftool-perl"),
    "gettext": ("msgfmt", "apt-get install gettext"),
    "WebKit": ("WebKitWebDriver", "apt-get install webkit2gtk-driver xvfb xauth"),
    "java, for the checker of HTML": ("java", "apt-get install default-jre-headless"),
}


def missing() -> list[str]:
    words = [f"{name} (install it: {how})" for name, (program, how) in NEEDS.items() if not shutil.which(program)]
    if not CHECKER.exists():
        words.append("the checker of HTML (install it: apt-get install nodejs npm; then make test adds it)")
    if not os.environ.get("HIPPOLIST_TEST_POSTGRES"):
        words.append("PostgreSQL (install it: apt-get install postgresql; then set HIPPOLIST_TEST_POSTGRES=postgres://…)")
    if not os.environ.get("HIPPOLIST_SHARED"):
        words.append("the trial records and images (set HIPPOLIST_SHARED to their folder)")
    if os.geteuid() != 0:
        words.append("a disk that is full (only root may make a small one: run the tests as root once)")
    return words


def pytest(database_url: str, *words: str) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "-n", "auto", "--dist", "loadfile", "--no-header", "--cov", "--cov-report="]
    command += ["--allow-hosts=127.0.0.1,::1,localhost", "--allow-unix-socket", *words]
    told = {"DJANGO_SETTINGS_MODULE": "tests.settings", "HIPPOLIST_DATABASE_URL": database_url}
    environment = {**os.environ, **told, "COVERAGE_FILE": str(ROOT / f".coverage.{len(database_url)}")}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def main(words: list[str]) -> int:
    lacks = missing()
    for old in ROOT.glob(".coverage*"):
        old.unlink()
    failed = pytest("", *words)
    if postgres := os.environ.get("HIPPOLIST_TEST_POSTGRES"):
        print("\nThe same on PostgreSQL", flush=True)  # noqa: T201  (in order with what pytest prints)
        failed |= pytest(postgres, *(words or ["-m", "not browser"]))
    if not words:
        coverage = [sys.executable, "-m", "coverage"]
        subprocess.run([*coverage, "combine", "--quiet"], cwd=ROOT, check=False)
        failed |= subprocess.run([*coverage, "report", f"--fail-under={COVERED}"], cwd=ROOT, check=False).returncode
    for thing in lacks:
        sys.stdout.write(f"Left out, because this machine lacks it: {thing}\n")
    return 1 if failed or (lacks and os.environ.get("CI")) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
