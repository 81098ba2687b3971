"""Releases: what changed between two of them, and how the list is frozen into a new one."""

import hashlib
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import storages
from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from . import exports, licences
from .models import Conflict, Entry, Release, ReleaseFile, Revision
from .models.entries import field_labels, held_by
from .vocabulary import Change

CHUNK = 500
CHANGE_COLUMNS = ("id", "change", "title", "revision", "before", "fields", "reasons", "date")
WITHDRAWN_COLUMNS = ("id", "title", "revision", "reason", "date")
# Where several things happened to one entry, the gravest names its line.
_GRAVEST = [Change.REDACTED, Change.COARSENED, Change.MERGED, Change.SPLIT, Change.CORRECTED, Change.RESTORED, Change.CHECKED]


def next_number(today: date | None = None) -> str:
    """2026.11, and for a second release in that month 2026.11.1."""
    today = today or timezone.localdate()
    month = f"{today:%Y.%m}"
    taken = set(Release.objects.filter(number__startswith=month).values_list("number", flat=True))
    numbers = [month, *(f"{month}.{n}" for n in range(1, len(taken) + 1))]
    return next(number for number in numbers if number not in taken)


@dataclass
class Line:
    """What happened to one entry between two releases."""

    entry_id: int
    code: str
    title: str
    change: str
    revision: int | None = None
    before: int | None = None
    fields: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    date: str = ""
    is_demo: bool = False
    # Of the title.
    language: str = ""

    @property
    def change_label(self) -> str:
        return str(Change(self.change).label)

    @property
    def field_labels(self) -> list[str]:
        return field_labels(self.fields)

    def row(self) -> dict[str, Any]:
        names = [_camel(name) for name in self.fields]
        return {
            "id": self.code,
            "change": self.change,
            "title": self.title,
            "revision": self.revision,
            "before": self.before,
            "fields": names,
            "reasons": self.reasons,
            "date": self.date,
        }


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


class Changes:
    """The difference of two releases, or of the last one and what stands now. Nothing is loaded before it is asked for.

    `brought` are the texts that only the newer one holds, `taken` those that only the older one holds.
    """

    def __init__(self, brought: Q, taken: Q, since: Release | None, until: Release | None) -> None:
        self.either = brought | taken
        self.brought, self.taken = Revision.objects.filter(brought), Revision.objects.filter(taken)
        self.since, self.until = since, until

    def new(self) -> QuerySet:
        return self.brought.exclude(entry_id__in=self.taken.values("entry_id"))

    def withdrawn(self) -> QuerySet:
        return self.taken.exclude(entry_id__in=self.brought.values("entry_id"))

    def changed(self) -> QuerySet:
        return self.brought.filter(entry_id__in=self.taken.values("entry_id"))

    def counts(self) -> dict[str, int]:
        return {"new": self.new().count(), "changed": self.changed().count(), "withdrawn": self.withdrawn().count()}

    def __iter__(self) -> Iterator[Line]:
        """Every entry that differs, by its number; a few hundred are in memory at a time."""
        ids = self.entry_ids()
        last = 0
        while chunk := list(ids.filter(entry_id__gt=last)[:CHUNK]):
            yield from self.lines(chunk)
            last = chunk[-1]

    def entry_ids(self) -> QuerySet:
        """The numbers of all entries that differ, each once, in their order."""
        return Revision.objects.filter(self.either).order_by("entry_id").values_list("entry_id", flat=True).distinct()

    def lines(self, entry_ids: Iterable[int]) -> list[Line]:
        """The lines of some entries. Four queries however many they are."""
        ids = list(entry_ids)
        new = {revision.entry_id: revision for revision in self.brought.filter(entry_id__in=ids)}
        old = {revision.entry_id: revision for revision in self.taken.filter(entry_id__in=ids)}
        steps, known = self._steps(ids), self._known_before(set(ids) - set(old))
        return [self._line(new.get(pk), old.get(pk), steps[pk], pk in known) for pk in ids if pk in new or pk in old]

    def _steps(self, entry_ids: list[int]) -> dict[int, list[Revision]]:
        """What happened to each entry up to the newer release, oldest first."""
        rows = Revision.objects.filter(entry_id__in=entry_ids).select_related("entry").order_by("entry_id", "number")
        if self.until:
            rows = rows.filter(came_in__lte=self.until.pk)
        steps = defaultdict(list)
        for revision in rows:
            steps[revision.entry_id].append(revision)
        return steps

    def _known_before(self, entry_ids: set[int]) -> set[int]:
        """Entries that an earlier release held already: they come back, they are not new."""
        if self.since is None or not entry_ids:
            return set()
        rows = Revision.objects.ever_released().filter(entry_id__in=entry_ids, came_in__lte=self.since.pk)
        return set(rows.filter(license__in=self.since.allowed_licences).values_list("entry_id", flat=True))

    def _line(self, new: Revision | None, old: Revision | None, steps: list[Revision], known: bool) -> Line:
        after = old.number if old else 0
        steps = [step for step in steps if step.number > after and (new is None or step.number <= new.number)]
        text = new or old
        assert text is not None
        last = steps[-1] if steps else text
        # The title of what was withdrawn for somebody's privacy may be what must not be told.
        title = "" if last.entry.withdrawn_for_privacy else text.title
        line = Line(text.entry_id, text.code, title, _change(new, old, steps, known), date=last.at.date().isoformat(), is_demo=text.demo)
        line.language = text.language
        line.revision, line.before = (new.number if new else None), (old.number if old else None)
        if new and old:
            line.fields = [name for name, value in new.public_part().items() if getattr(old, name) != value]
        if old or known:
            line.reasons = list(dict.fromkeys(step.reason for step in steps if step.reason))
        if not new:
            line.reasons = [last.reason] if last.reason else []
        return line


def _change(new: Revision | None, old: Revision | None, steps: list[Revision], known: bool) -> str:
    if new is None:
        return Change.WITHDRAWN
    if old is None:
        return Change.RESTORED if known else Change.NEW
    happened = {step.change for step in steps}
    return next((change for change in _GRAVEST if change in happened), Change.CORRECTED)


def holding(entry: Entry) -> list[Release]:
    """The published releases that hold a text of this entry, newest first; `held_by` the other way round."""
    texts = list(entry.revisions.ever_released().values_list("came_in", "went_out", "license"))

    def holds(release: Release) -> bool:
        return any(
            came_in <= release.pk and (went_out is None or release.pk < went_out) and licence in release.allowed_licences
            for came_in, went_out, licence in texts
        )

    since = min((came_in for came_in, _went_out, _licence in texts), default=0)
    return [release for release in Release.objects.published().filter(pk__gte=since) if holds(release)] if texts else []


def changes(release: Release, since: Release | None = None) -> Changes:
    """What changed in a release since another one, or since the one before it."""
    since = since or release.previous
    holds, held = held_by(release), held_by(since)
    return Changes(holds & ~held, held & ~holds, since, release)


def preview() -> Changes:
    """What a release published now would change."""
    since = Release.objects.published().first()
    waiting = Revision.objects.unreleased()
    allowed = licences.allowed(settings.DATA_LICENSE)
    brought = Q(pk__in=waiting.values("pk"), listed=True, license__in=allowed)
    taken = held_by(since) & Q(entry_id__in=waiting.values("entry_id"))
    return Changes(brought, taken, since, None)


def would_leave_out() -> dict[str, int]:
    """How many of the waiting texts a release published now would leave out, by licence."""
    waiting = Revision.objects.unreleased().filter(listed=True)
    return _by_licence(waiting.exclude(license__in=licences.allowed(settings.DATA_LICENSE)))


def _by_licence(revisions: QuerySet) -> dict[str, int]:
    rows = revisions.order_by().values_list("license").annotate(Count("pk"))
    found: Counter[str] = Counter()
    for address, count in rows:
        found[licences.name(address) or "none"] += count
    return dict(found)


def publish(release: Release, *, by) -> None:
    """Freeze the list as it stands: intervals, figures and files in one transaction, or nothing. Sends no mail."""
    written: list[str] = []
    try:
        with transaction.atomic():
            _take(release, by)
            if not any(preview().counts().values()):
                raise Conflict(_("Nothing has changed since the last release, so there is nothing to publish."))
            _stamp(release)
            _count(release)
            _write_files(release, written)
    except BaseException:
        # A file without its row would never be found again.
        for path in written:
            storages["public"].delete(path)
        raise
    release.refresh_from_db()


def _take(release: Release, by) -> None:
    if connection.vendor == "postgresql":
        # Texts that arrive meanwhile wait for the next release. On SQLite the transaction itself keeps them out.
        with connection.cursor() as cursor:
            cursor.execute(f'LOCK TABLE "{Revision._meta.db_table}" IN SHARE ROW EXCLUSIVE MODE')
    now = timezone.now()
    values = {"state": Release.State.PUBLISHED, "published_at": now, "published_by": by, "license": settings.DATA_LICENSE}
    if not Release.objects.drafts().filter(pk=release.pk).update(**values):
        raise Conflict(_("Somebody else published this release in the meantime. Nothing was published twice."))


def _stamp(release: Release) -> None:
    """Write into the revisions between which releases each of them stood. In this order: each step uses what the next fills."""
    revisions = Revision.objects.all()
    moved = revisions.unreleased().values("entry_id")
    revisions.standing().filter(entry_id__in=moved).update(went_out=release)
    waiting = revisions.unreleased().values("pk")
    revisions.unstamped().filter(entry_id__in=moved).exclude(pk__in=waiting).update(came_in=release, went_out=release)
    revisions.unreleased().update(came_in=release)


def _count(release: Release) -> None:
    release.refresh_from_db()
    release.entry_count = Revision.objects.of_release(release).count()
    release.left_out = _by_licence(Revision.objects.left_out_of(release))
    release.save(update_fields=["entry_count", "left_out"])


def held(release: Release) -> QuerySet:
    """The texts of a release, ready to be printed as rows."""
    return Revision.objects.of_release(release).like_entries().order_by("entry_id")


def by_country(release: Release, most: int = 60) -> list[tuple[str, int]]:
    """Codes of countries with the number of their situations in a release, the largest first."""
    rows = Revision.objects.of_release(release).order_by().values_list("country_code").annotate(count=Count("pk"))
    return list(rows.order_by("-count", "country_code")[:most])


def by_month(release: Release, months: list[date]) -> tuple[list[int], int]:
    """How many situations of a release happened in each of the months, and how many earlier or at an unknown time."""
    rows = Revision.objects.of_release(release).order_by().values_list("year", "month").annotate(count=Count("pk"))
    counts = {(year, month): count for year, month, count in rows}
    shown = [counts.get((day.year, day.month), 0) for day in months]
    return shown, sum(counts.values()) - sum(shown)


def withdrawn(release: Release) -> Iterator[dict[str, Any]]:
    """Every entry that once stood in a release and stands no longer in this one: its last text, and why."""
    revisions = Revision.objects.all()
    known = revisions.ever_released().filter(came_in__lte=release.pk, license__in=release.allowed_licences)
    gone = known.exclude(entry_id__in=revisions.of_release(release).values("entry_id"))
    ids = gone.order_by("entry_id").values_list("entry_id", flat=True).distinct()
    last: dict[str, Any] = {}
    rows = revisions.filter(entry_id__in=ids, came_in__lte=release.pk).select_related("entry").order_by("entry_id", "number")
    for revision in rows.iterator(CHUNK):
        if last and last["id"] != revision.code:
            yield last
        title = "" if revision.entry.withdrawn_for_privacy else revision.title
        values = (revision.code, title, revision.number, revision.reason, revision.at.date().isoformat())
        last = dict(zip(WITHDRAWN_COLUMNS, values, strict=True))
    if last:
        yield last


def files(release: Release) -> Iterator[tuple[str, Iterable[str], int | None]]:
    """Name, text and number of rows of each file of a release."""
    name = f"hippolist-{release.number}"
    around: dict[str, Any] = {
        "release": release.number,
        "published": release.published_at and release.published_at.date().isoformat(),
        "license": licences.ADDRESSES[release.license],
        "demo": Revision.objects.of_release(release).filter(demo=True).exists(),
    }
    rows = release.entry_count
    yield f"{name}.csv", exports.csv_lines(_rows(release)), rows
    yield f"{name}.json", exports.json_lines(_rows(release), **around), rows
    yield f"{name}.geojson", exports.geojson_lines(_rows(release), **around), rows
    difference = changes(release)
    yield "changes.csv", exports.csv_lines((line.row() for line in difference), CHANGE_COLUMNS), sum(difference.counts().values())
    yield "withdrawn.csv", exports.csv_lines(withdrawn(release), WITHDRAWN_COLUMNS), None


def _rows(release: Release) -> Iterator[dict[str, Any]]:
    return map(exports.row, held(release).iterator(CHUNK))


def _write_files(release: Release, written: list[str]) -> None:
    sums = []
    for name, lines, rows in files(release):
        made = _write(release, name, lines, rows, written)
        sums.append(f"{made.sha256}  {name}\n")
    _write(release, "SHA256SUMS", sums, None, written)


def _write(release: Release, name: str, lines: Iterable[str], rows: int | None, written: list[str]) -> ReleaseFile:
    """Write one file and its line; line by line, so that a long list costs no memory."""
    path = f"releases/{release.number}/{release.edition}/{name}"
    digest, size = hashlib.sha256(), 0
    with tempfile.TemporaryFile() as file:
        for line in lines:
            data = line.encode()
            digest.update(data)
            size += file.write(data)
        # What a killed attempt left behind is in nobody's books.
        storages["public"].delete(path)
        written.append(path)
        storages["public"].save(path, File(file))
    return ReleaseFile.objects.create(
        release=release, edition=release.edition, name=name, path=path, sha256=digest.hexdigest(), size=size, rows=rows
    )
