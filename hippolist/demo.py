"""Demo: a made-up list of forty entries in two releases, so that a newcomer sees a living site.

Every app's demo.py has `load(by)` and `remove()`; each answers one line of words for the operator.
"""

import json
import secrets
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Group, User
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from . import licences, tokens
from .models import Entry, Letter, Picture, Release, Revision
from .places import public_place
from .vocabulary import Grid

DATA = Path(__file__).parent / "demo_data"
USER = "demo"
DRAWING = (1200, 800)


def password() -> str:
    """The demo moderator's password: the same at each start, another on each installation."""
    return f"hippo-{tokens.keyed_hash('demo', USER)[:10]}"


def user() -> User:
    """The demo moderator, with every role: the site must work for a team of one."""
    found, _made = User.objects.get_or_create(username=USER, defaults={"is_staff": True, "first_name": "Demo"})
    found.groups.set(Group.objects.all())
    found.is_active = True
    found.set_password(password())
    found.save()
    return found


def load(by: User) -> str:
    entries = json.loads((DATA / "entries.json").read_text(encoding="utf-8"))
    today = timezone.localdate()
    second = today - timedelta(days=6)
    first = (second.replace(day=1) - timedelta(days=1)).replace(day=12)
    made: list[tuple[Entry, dict[str, Any]]] = []
    for number, day in ((1, first), (2, second)):
        fresh = [item for item in entries if item["release"] == number]
        for item in made:
            _change(*item, by=by)
        made = [(_publish(item, by, day - timedelta(days=len(fresh) - n + 3)), item) for n, item in enumerate(fresh)]
        _release(by, day, f"{day:%Y.%m}", _NOTES[number])
    return f"{len(entries)} entries in two releases"


_NOTES = {
    1: "The first release of the demo list. **Everything in it is made up.**",
    2: "New entries of the last weeks, a few corrections, one place made coarser and one entry withdrawn.",
}


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, 30, tzinfo=timezone.get_current_timezone())


def _publish(item: dict[str, Any], by: User, day: date) -> Entry:
    copied = [name for name in Entry.public_fields() if name in item and name not in {"pictures", "grid"}]
    place = public_place(item["latitude"], item["longitude"], Grid(item["grid"]), 30)
    pictures = [_picture(picture) for picture in item["pictures"]]
    entry = Entry.publish(
        by=by,
        appears_on=day,
        created_at=_at(day),
        changed_at=_at(day),
        **{name: item[name] for name in copied},
        **place,
        pictures=pictures,
        license=licences.own(),
        demo=True,
    )
    Picture.objects.bulk_create(Picture(name=p["name"], entry=entry, width=p["width"], height=p["height"], demo=True) for p in pictures)
    return entry


def _picture(item: dict[str, str]) -> dict[str, Any]:
    name = secrets.token_hex(8)
    for size in Picture.SIZES:
        drawing = (DATA / "pictures" / f"{item['file']}-{size}.webp").read_bytes()
        storages["public"].save(f"pictures/{name}-{size}.webp", ContentFile(drawing))
    width, height = DRAWING
    credit, licence = item["credit"], licences.ADDRESSES["cc0"]
    return {"name": name, "width": width, "height": height, "alt": item["alt"], "credit": credit, "license": licence}


def _change(entry: Entry, item: dict[str, Any], *, by: User) -> None:
    then = item.get("then")
    if not then:
        return
    if then["change"] == "withdrawn":
        entry.withdraw(by=by, reason=then["reason"])
    elif then["change"] == "coarsened":
        entry.coarsen(by=by, grid=Grid(then["fields"]["grid"]), reason=then["reason"])
    else:
        entry.revise(by=by, change=then["change"], reason=then["reason"], fields=then["fields"])


def _release(by: User, day: date, number: str, notes: str) -> None:
    release = Release.objects.create(number=number, notes=notes, prepared_by=by, created_at=_at(day), demo=True)
    release.publish(by=by)
    Release.objects.filter(pk=release.pk).update(published_at=_at(day))


def remove() -> str:
    """Take away exactly the rows and files that load() made."""
    for name in Picture.objects.filter(demo=True).values_list("name", flat=True):
        for size in Picture.SIZES:
            storages["public"].delete(f"pictures/{name}-{size}.webp")
    for release in Release.objects.filter(demo=True).prefetch_related("files"):
        for file in release.files.all():
            storages["public"].delete(file.path)
    Letter.objects.filter(demo=True).delete()
    Revision.objects.filter(demo=True).delete()
    count = Entry.objects.filter(demo=True).count()
    Entry.objects.filter(demo=True).delete()
    Release.objects.filter(demo=True).delete()
    # Real decisions may name the demo user as their author: the user stays then, but can no longer log in.
    User.objects.filter(username=USER).update(is_active=False)
    return f"{count} entries"
