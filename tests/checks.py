"""Checks: everything that looks at the code without running it, cheapest first. `make check` and `make test` call this."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def templates() -> list[str]:
    return [str(path.relative_to(ROOT)) for path in sorted((ROOT / "templates").rglob("*.html"))]


def steps() -> list[tuple[str, list[str]]]:
    manage = [sys.executable, "manage.py"]
    return [
        ("format", ["ruff", "format", "--check", "--quiet", "."]),
        ("lint", ["ruff", "check", "--quiet", "."]),
        ("templates: lint", ["djlint", "--lint", "--quiet", "templates"]),
        ("templates: style", ["djade", "--check", "--target-version", "5.2", *templates()]),
        ("imports", ["lint-imports", "--no-cache"]),
        ("types", ["mypy", "--no-error-summary", "hippolist", "sightings", "subscriptions", "donations"]),
        ("settings", [*manage, "check", "--deploy", "--fail-level", "WARNING"]),
        ("migrations", [*manage, "makemigrations", "--check", "--dry-run", "--verbosity", "0"]),
        ("messages", [sys.executable, "tests/messages.py"]),
        ("pins", [sys.executable, "-m", "pip", "check", "--quiet"]),
    ]


def main() -> int:
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        # Settings are judged as they are on a real site.
        live = {"HIPPOLIST_SECRET_KEY": "x" * 20 + "abcdefghijklmnopqrstuvwxyz0123456789", "HIPPOLIST_SITE_URL": "https://list.example.org"}
        environment = {**os.environ, **live, "HIPPOLIST_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "hippolist.settings"}
        for name, command in steps():
            tool = BIN / command[0]
            full = [str(tool), *command[1:]] if tool.exists() else command
            run = subprocess.run(full, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
            sys.stdout.write(f"{'ok  ' if run.returncode == 0 else 'FAIL'} {name}\n")
            if run.returncode:
                failed.append(name)
                sys.stdout.write(run.stdout[-6000:] + run.stderr[-6000:])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
