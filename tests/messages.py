"""Messages: every language is complete, compiled freshly, keeps its placeholders, and has no fuzzy or broken entry."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("fr", "pt", "es", "sw")
# What a translation must hand on as it is: values, tags, entities, addresses.
KEPT = re.compile(r"%\(\w+\)[\d.]*[a-z]|%[sdr]|%%|\{\w*\}|</?[a-z][^>]*>|&\w+;|https?://[^\s<]+")
# A line must never break before these marks: U+00A0 or U+202F, never a plain space and never none.
FRENCH = re.compile(r" [:;!?»]|« |[\w)»][!?](?!\w)|[\w)»%]:(?=\s|$)|«\w|\w»")


def main() -> int:
    if not shutil.which("msgfmt"):
        sys.stdout.write("left out: gettext is missing (install it: apt-get install gettext)\n")
        return 0
    missing = [language for language in LANGUAGES if not _po(language).exists()]
    faults = [f"locale/{language}/LC_MESSAGES/django.po is missing: type make messages" for language in missing]
    catalogues = sorted(ROOT.glob("locale/**/LC_MESSAGES/*.po"))
    faults += [f"{po.relative_to(ROOT)}: {fault}" for po in catalogues for fault in faults_of(po)]
    texts = _texts()
    for language in (one for one in LANGUAGES if one not in missing):
        faults += [f"{language}: not collected: {text}" for text in sorted(texts - _collected(_po(language)))][:5]
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


def faults_of(po: Path) -> list[str]:
    run = subprocess.run(["msgfmt", "--check", "--statistics", "-o", "/dev/null", str(po)], capture_output=True, text=True, check=False)
    if run.returncode:
        return [run.stderr]
    faults = re.findall(r"\d+ (?:fuzzy|untranslated)[^,.]*", run.stderr)
    with tempfile.NamedTemporaryFile() as fresh:
        subprocess.run(["msgfmt", "-o", fresh.name, str(po)], check=True)
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.read_bytes() != Path(fresh.name).read_bytes():
            faults.append(f"{mo.name} is older than {po.name}: type make messages")
    with po.open("rb") as file:
        for message in read_po(file):
            if message.id:
                faults += faults_in(_tuple(message.id), _tuple(message.string), french=po.parent.parent.name == "fr")
    return faults


def faults_in(originals: tuple[str, ...], texts: tuple[str, ...], *, french: bool) -> Iterator[str]:
    """What is wrong with the texts of one message: of one, or of its plural forms."""
    for index, text in enumerate(texts):
        if text and sorted(KEPT.findall(text)) != sorted(KEPT.findall(originals[min(index, len(originals) - 1)])):
            yield f"other placeholders or tags than in English: {text}"
        if french and FRENCH.search(re.sub(r"&\w+;|https?:|mailto:|<[^>]+>", "", text)):
            yield f"French wants a no-break space before : ; ! ? » and after «: {text}"


def _tuple(texts) -> tuple[str, ...]:
    return (texts,) if isinstance(texts, str) else tuple(texts)


def _po(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


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
    return {**os.environ, "HIPPOLIST_DEBUG": "on", "DJANGO_SETTINGS_MODULE": "hippolist.settings"}


def _collected(po: Path) -> set[str]:
    """Each text with its context: one English word may be two words elsewhere."""
    with po.open("rb") as file:
        return {f"{message.context or ''}|{_tuple(message.id)[0]}" for message in read_po(file) if message.id}


if __name__ == "__main__":
    sys.exit(main())
