"""Settings with two made-up languages beside the five: eo, long and accented, and ar, from right to left.

A process of its own is started with them (DJANGO_SETTINGS_MODULE=tests.pseudo): what is still English there was never handed
to translation, what is cut off there breaks in a longer language, what points the wrong way there breaks in Arabic.
"""

from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from hippolist.settings import *  # noqa: F403
from hippolist.settings import BASE_DIR, DATA_DIR, LANGUAGES, LOCALE_PATHS
from tests.messages import KEPT

LETTERS = dict(
    zip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "àƀçðéƒĝĥîĵķłɱñôþǫŕŝţûṽŵẋýžÀƁÇÐÉƑĜĤÎĴĶĿṀÑÔÞǪŔŜŢÛṼŴẊÝŽ", strict=True)
)
ARABIC = dict(zip("abcdefghijklmnopqrstuvwxyz", "ابصدعفغهيجكلمنوبقرسثحطشخىز", strict=True))
DJANGO = Path(django.__file__).parent


def long(words: str) -> str:
    """⟦Ŕééþôôŕţ⟧: every vowel twice, so about 40 % longer, and longer within a word, where no line can break."""
    return "".join(LETTERS.get(c, c) * (2 if c in "aeiouAEIOU" else 1) for c in words)


def mirrored(words: str) -> str:
    return "".join(ARABIC.get(c.lower(), c) for c in words)


def pseudo(text: str, change) -> str:
    """A text with its letters changed, between brackets; placeholders, tags, entities and outer spaces stay."""
    if not any(c.isalpha() for c in KEPT.sub("", text)):
        return text
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    kept = [*KEPT.finditer(text, start, end), None]
    found, at = text[:start] + "⟦", start
    for piece in kept:
        found += change(text[at : piece.start() if piece else end]) + (piece.group() if piece else "")
        at = piece.end() if piece else end
    return found + "⟧" + text[end:]


def write(language: str, change, folder: Path) -> None:
    """A catalogue of all that our own and Django's English can say."""
    catalogue = Catalog(language, fuzzy=False)
    catalogue.mime_headers = [("Plural-Forms", "nplurals=2; plural=(n != 1);")]
    apps = [DJANGO / "conf", *(DJANGO / "contrib" / name for name in ("admin", "auth", "contenttypes"))]
    # Ours last: where both have a text, both are the same.
    for po in [*(app / "locale/en/LC_MESSAGES/django.po" for app in apps), BASE_DIR / "locale/fr/LC_MESSAGES/django.po"]:
        with po.open("rb") as file:
            for message in read_po(file):
                texts = (message.id,) if isinstance(message.id, str) else message.id
                found = tuple(pseudo(text, change) for text in texts)
                if message.id:
                    catalogue.add(message.id, found[0] if len(found) == 1 else found, context=message.context)
    target = folder / language / "LC_MESSAGES" / "django.mo"
    target.parent.mkdir(parents=True)
    with target.open("wb") as file:
        write_mo(file, catalogue)


def made(folder: Path) -> Path:
    """Once for each data folder, before Django looks: commands, site and worker share it."""
    if not folder.exists():
        fresh = folder.with_suffix(".new")
        write("eo", long, fresh)
        write("ar", mirrored, fresh)
        fresh.rename(folder)
    return folder


LANGUAGES = [*LANGUAGES, ("eo", "Esperanto"), ("ar", "العربية")]
LOCALE_PATHS = [made(DATA_DIR / "pseudo"), *LOCALE_PATHS]
