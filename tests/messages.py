"""Messages: every language is complete, compiled freshly, and has no fuzzy or broken entry."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("fr", "pt", "es", "sw")


def main() -> int:
    if not shutil.which("msgfmt"):
        sys.stdout.write("left out: gettext is missing (install it: apt-get install gettext)\n")
        return 0
    faults = [fault for language in LANGUAGES for fault in faults_of(language)]
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


def faults_of(language: str) -> list[str]:
    po = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
    if not po.exists():
        return [f"{po.relative_to(ROOT)} is missing: type make messages"]
    run = subprocess.run(["msgfmt", "--check", "--statistics", "-o", "/dev/null", str(po)], capture_output=True, text=True, check=False)
    faults = [run.stderr] if run.returncode else []
    faults += [f"{language}: {found}" for found in re.findall(r"\d+ (?:fuzzy|untranslated)[^,.]*", run.stderr)]
    with tempfile.NamedTemporaryFile() as fresh:
        subprocess.run(["msgfmt", "-o", fresh.name, str(po)], check=True)
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.read_bytes() != Path(fresh.name).read_bytes():
            faults.append(f"{language}: django.mo is older than django.po: type make messages")
    return faults + [f"{language}: not collected: {text}" for text in sorted(_texts() - _collected(po))][:5]


def _texts() -> set[str]:
    """The texts that code and templates hold, as makemessages finds them."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        ignore = shutil.ignore_patterns(".venv", ".git", "data", "staticfiles", "tests", "*.mo")
        shutil.copytree(ROOT, copy, ignore=ignore)
        command = [sys.executable, "manage.py", "makemessages", "-l", "en", "--no-obsolete", "-v", "0"]
        subprocess.run(command, cwd=copy, env={**_environment(), "HIPPOLIST_DATA_DIR": folder}, check=True)
        return _collected(copy / "locale" / "en" / "LC_MESSAGES" / "django.po")


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "HIPPOLIST_DEBUG": "on", "DJANGO_SETTINGS_MODULE": "hippolist.settings"}


def _collected(po: Path) -> set[str]:
    run = subprocess.run(["msgcat", "--no-wrap", "--no-location", str(po)], capture_output=True, text=True, check=True)
    return set(re.findall(r'^msgid ("(?:[^"\\]|\\.)*"(?:\n"(?:[^"\\]|\\.)*")*)', run.stdout, re.MULTILINE))


if __name__ == "__main__":
    sys.exit(main())
