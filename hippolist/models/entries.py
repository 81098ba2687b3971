"""Entries: the verified situations on the Hippo List, and every text they ever had."""

import re
from collections.abc import Iterable, Mapping
from copy import copy
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .. import countries, places
from ..guards import guard
from ..vocabulary import Change, Condition, Grid, HowKnown, Kind, LifeStage, Species

if TYPE_CHECKING:
    from .releases import Release


class Conflict(Exception):
    """Somebody else changed the row in between; the words say what to do."""


class Situation(models.Model):
    """What the public may know of a situation. An Entry holds it as it stands, a Revision as it was.

    Places are rounded before they come here: nothing in this app knows an exact one.
    """

    title = models.CharField(_("headline"), max_length=200)
    story = models.TextField(_("story"), blank=True, help_text=_("Markdown."))
    language = models.CharField(_("language of the story"), max_length=12, default="en")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.SIGHTING)
    species = models.CharField(_("species"), max_length=30, choices=Species.choices, default=Species.COMMON)
    individual_count = models.PositiveIntegerField(_("how many"), null=True, blank=True)
    life_stage = models.CharField(_("age"), max_length=10, choices=LifeStage.choices, default=LifeStage.UNKNOWN)
    condition = models.CharField(_("condition"), max_length=10, choices=Condition.choices, default=Condition.UNKNOWN)
    how_known = models.CharField(_("how known"), max_length=5, choices=HowKnown.choices, default=HowKnown.SAW)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    month = models.PositiveSmallIntegerField(_("month"), null=True, blank=True)
    day = models.PositiveSmallIntegerField(_("day"), null=True, blank=True)
    country_code = models.CharField(_("country"), max_length=2, blank=True)
    place_name = models.CharField(_("place name"), max_length=200, blank=True)
    grid = models.CharField(_("grid"), max_length=4, choices=Grid.choices, default=Grid.NONE)
    decimal_latitude = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    decimal_longitude = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    coordinate_uncertainty_in_meters = models.PositiveIntegerField(null=True, blank=True)
    data_generalizations = models.CharField(max_length=300, blank=True)
    information_withheld = models.CharField(max_length=300, blank=True)
    sources = models.JSONField(_("sources"), default=list, blank=True)
    pictures = models.JSONField(_("pictures"), default=list, blank=True)
    checked = models.CharField(_("what was checked"), max_length=500, blank=True)
    license = models.CharField(_("licence"), max_length=200, blank=True)
    rights_holder = models.CharField(_("rights holder"), max_length=200, blank=True)
    recorded_by = models.CharField(_("recorded by"), max_length=200, blank=True)
    occurrence_id = models.CharField(_("occurrence ID"), max_length=300, blank=True)
    references = models.CharField(_("original record"), max_length=500, blank=True)
    demo = models.BooleanField(_("demo"), default=False, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def public_fields(cls) -> list[str]:
        return [field.name for field in Situation._meta.get_fields()]

    def public_part(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.public_fields()}

    @property
    def event_date(self) -> str:
        """ISO 8601, as exact as known: 2026-11-03, 2026-11, 2026 or nothing."""
        parts = [f"{self.year:04}"] if self.year else []
        if parts and self.month:
            parts.append(f"{self.month:02}")
            if self.day:
                parts.append(f"{self.day:02}")
        return "-".join(parts)

    @property
    def has_place(self) -> bool:
        return self.decimal_latitude is not None

    @property
    def license_is_link(self) -> bool:
        return _is_link(self.license)

    @property
    def references_is_link(self) -> bool:
        return _is_link(self.references)

    @property
    def scientific_name(self) -> str:
        return Species(self.species).scientific_name


def _is_link(text: str) -> bool:
    """Imported words may be anything; only these become a link."""
    return text.startswith(("https://", "http://")) and not any(c.isspace() for c in text)


class EntryQuerySet(models.QuerySet):
    def listed(self) -> "EntryQuerySet":
        """What the public list shows today."""
        return self.filter(state=Entry.State.LISTED, appears_on__lte=timezone.localdate())

    def newest_first(self) -> "EntryQuerySet":
        return self.order_by("-pk")

    def placed(self) -> "EntryQuerySet":
        return self.filter(decimal_latitude__isnull=False)

    def visible(self) -> "EntryQuerySet":
        """Entries whose page answers: listed, or withdrawn with a mark. Held back ones do not exist yet."""
        return self.filter(appears_on__lte=timezone.localdate())

    def countries(self) -> list[str]:
        """Codes of the countries that have listed entries."""
        return list(self.listed().exclude(country_code="").order_by("country_code").values_list("country_code", flat=True).distinct())

    def for_rows(self) -> "EntryQuerySet":
        """Without the long columns that a row of a list does not show."""
        return self.defer("story", "search_text", "sources", "checked")

    def known_to_hold(self, words: str) -> "EntryQuerySet":
        """Entries that hold each of some words, in whatever case and with or without accents."""
        found = self
        for word in countries.fold(words).split():
            numbered = re.fullmatch(r"hl-(\d{1,9})", word)
            found = found.filter(pk=int(numbered[1])) if numbered else found.filter(search_text__contains=word)
        return found


class Entry(Situation):
    """One verified situation, HL-000042. Its number is never used again."""

    class State(models.TextChoices):
        LISTED = "listed", _("on the list")
        WITHDRAWN = "withdrawn", pgettext_lazy("state of an entry", "withdrawn")

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.LISTED)
    revision_number = models.PositiveIntegerField(_("revision"), default=1, editable=False)
    appears_on = models.DateField(_("appears on"), default=timezone.localdate)
    withdrawn_because = models.CharField(_("why withdrawn"), max_length=300, blank=True)
    withdrawn_for_privacy = models.BooleanField(default=False)
    # What a search looks in, folded: SQLite and PostgreSQL fold accents and capitals each in their own way.
    search_text = models.TextField(default="", editable=False)
    created_at = models.DateTimeField(_("listed"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(pgettext_lazy("when", "changed"), default=timezone.now, editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "-id"], name="entry_list"),
            models.Index(fields=["state", "country_code", "-id"], name="entry_country"),
            models.Index(fields=["state", "year", "-id"], name="entry_year"),
            models.Index(fields=["occurrence_id"], name="entry_occurrence"),
        ]
        constraints = [
            models.CheckConstraint(
                name="entry_place_is_whole",
                condition=models.Q(decimal_latitude=None, decimal_longitude=None, coordinate_uncertainty_in_meters=None, grid=Grid.NONE)
                | models.Q(
                    decimal_latitude__isnull=False,
                    decimal_longitude__isnull=False,
                    coordinate_uncertainty_in_meters__isnull=False,
                    grid__in=[Grid.FINE, Grid.MEDIUM, Grid.COARSE],
                ),
            ),
            models.CheckConstraint(
                name="entry_withdrawn_has_reason",
                condition=models.Q(state="withdrawn") ^ models.Q(withdrawn_because=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def code(self) -> str:
        return f"HL-{self.pk:06}"

    @property
    def held_until(self) -> date | None:
        """The day on which the entry will be shown, while that is still to come."""
        return self.appears_on if self.appears_on > timezone.localdate() else None

    @property
    def is_gone(self) -> bool:
        """Withdrawn for privacy, or before any release held it: its page then shows nothing but the reason."""
        if self.is_listed:
            return False
        return self.withdrawn_for_privacy or not self.revisions.ever_released().exists()

    def get_absolute_url(self) -> str:
        return reverse("hippolist:entry", args=[self.pk])

    @property
    def is_listed(self) -> bool:
        return self.state == self.State.LISTED

    @classmethod
    def publish(cls, *, by, appears_on: date | None = None, **fields) -> "Entry":
        """Put a verified situation on the list, with its first revision."""
        with transaction.atomic():
            entry = cls(appears_on=appears_on or timezone.localdate(), **fields)
            entry.search_text = entry._words()
            entry.save(force_insert=True)
            entry._write_down(by=by, change=Change.NEW)
        return entry

    def revise(self, *, by, change: str, reason: str, fields: Mapping[str, Any]) -> "Revision | None":
        """Replace parts of the public text by a new revision. Answers None where nothing differs."""
        changed = sorted(name for name, value in fields.items() if getattr(self, name) != value)
        if not changed:
            return None
        return self._move(self.State.LISTED, by=by, change=change, reason=reason, changed=changed, **fields)

    def coarsen(self, *, by, grid: Grid, reason: str) -> "Revision | None":
        """Show the place on a coarser grid from now on. Finer is refused: it would need the exact place."""
        if Grid(grid).rank <= Grid(self.grid).rank:
            raise ValueError(f"{grid} is not coarser than {self.grid}")
        before = (self.coordinate_uncertainty_in_meters or 0) - places.DIAGONAL[Grid(self.grid)]
        place = places.public_place(self.decimal_latitude, self.decimal_longitude, Grid(grid), before)
        return self.revise(by=by, change=Change.COARSENED, reason=reason, fields=place)

    def unname(self, name: str, *, by, reason: str) -> None:
        """Take a person's name off what is shown now. Earlier texts, and releases that hold them, keep it until redaction."""
        pictures = [{**picture, "credit": "" if picture.get("credit") == name else picture.get("credit", "")} for picture in self.pictures]
        fields = {"recorded_by": "" if self.recorded_by == name else self.recorded_by, "pictures": pictures}
        if self.is_listed:
            self.revise(by=by, change=Change.CORRECTED, reason=reason, fields=fields)
            return
        # Off the list no release holds the newest text: a revision more would only hide why it was withdrawn.
        with transaction.atomic():
            Entry.objects.filter(pk=self.pk).update(**fields)
            self.revisions.filter(number=self.revision_number).update(**fields)

    def withdraw(self, *, by, reason: str, for_privacy: bool = False) -> "Revision":
        """Take the entry off the list. Its page stays, marked; withdrawn for privacy it answers 410."""
        return self._move(
            self.State.WITHDRAWN,
            by=by,
            change=Change.WITHDRAWN,
            reason=reason,
            withdrawn_because=reason,
            withdrawn_for_privacy=for_privacy,
        )

    def restore(self, *, by, reason: str) -> "Revision":
        return self._move(
            self.State.LISTED,
            was=self.State.WITHDRAWN,
            by=by,
            change=Change.RESTORED,
            reason=reason,
            withdrawn_because="",
            withdrawn_for_privacy=False,
        )

    def _move(self, state: str, *, by, change: str, reason: str, was=State.LISTED, changed=(), **values) -> "Revision":
        values |= {"state": state, "revision_number": self.revision_number + 1, "changed_at": timezone.now()}
        if not reason.strip():
            raise ValueError("A change needs a reason.")
        moved = copy(self)
        for name, value in values.items():
            setattr(moved, name, value)
        moved.search_text = values["search_text"] = moved._words()
        with transaction.atomic():
            mine = Entry.objects.filter(pk=self.pk, state=was, revision_number=self.revision_number)
            if not mine.update(**values):
                raise Conflict(
                    _("Somebody else changed this entry in the meantime, so your change was not saved. Load the page again and repeat it.")
                )
            revision = moved._write_down(by=by, change=change, reason=reason, changed=changed)
        # Only now: a refused change leaves this object as it was, too.
        for name, value in values.items():
            setattr(self, name, value)
        return revision

    def _words(self) -> str:
        names = {countries.name(self.country_code, code) for code, _language in settings.LANGUAGES} if self.country_code else set()
        return countries.fold(" ".join([self.title, self.place_name, *sorted(names), self.scientific_name, self.story]))

    def _write_down(self, *, by, change: str, reason: str = "", changed=()) -> "Revision":
        return Revision.objects.create(
            entry_id=self.pk,
            number=self.revision_number,
            change=change,
            changed_fields=list(changed),
            reason=reason,
            by=by,
            at=self.changed_at,
            listed=self.state == self.State.LISTED,
            **self.public_part(),
        )


_PLACE = {
    *("grid", "decimal_latitude", "decimal_longitude", "coordinate_uncertainty_in_meters"),
    *("data_generalizations", "information_withheld"),
}


def field_labels(names: Iterable[str]) -> list[str]:
    """Names of public fields in the words of the reader; a place is one thing to them."""
    words = {field.name: field.verbose_name for field in Revision._meta.fields}
    labels = [_("place") if name in _PLACE else words[name] for name in names]
    return list(dict.fromkeys(str(label) for label in labels))


class RevisionQuerySet(models.QuerySet):
    def of_release(self, release) -> "RevisionQuerySet":
        """The revisions that a release holds: its interval holds them, and their licence allows it."""
        return self.filter(held_by(release))

    def left_out_of(self, release) -> "RevisionQuerySet":
        """What stood on the list then, but may not be given away under the licence of the release."""
        return self.filter(_interval_of(release)).exclude(license__in=release.allowed_licences)

    def newest(self) -> "RevisionQuerySet":
        return self.filter(number=models.F("entry__revision_number"))

    def unreleased(self) -> "RevisionQuerySet":
        """What the next release will bring: the last text of each entry that changed since the last release."""
        return self.newest().filter(came_in=None, entry__appears_on__lte=timezone.localdate())

    def unstamped(self) -> "RevisionQuerySet":
        """Texts that no release has dealt with yet."""
        return self.filter(came_in=None)

    def standing(self) -> "RevisionQuerySet":
        """Texts that the last release holds or, for their licence, left out."""
        return self.filter(came_in__isnull=False, went_out=None)

    def ever_released(self) -> "RevisionQuerySet":
        """Texts that stood in at least one release."""
        stood = models.Q(went_out=None) | models.Q(went_out__gt=models.F("came_in"))
        return self.filter(stood, listed=True, came_in__isnull=False)

    def for_rows(self) -> "RevisionQuerySet":
        """What a list of then may show today, without the long columns."""
        return self.exclude(entry__withdrawn_for_privacy=True).defer("story", "sources", "checked")

    def like_entries(self) -> "RevisionQuerySet":
        """With the columns that an entry has and a revision names otherwise, so that both print alike."""
        return self.annotate(appears_on=models.F("entry__appears_on"), revision_number=models.F("number"), changed_at=models.F("at"))


def held_by(release) -> models.Q:
    """The revisions of a release as a condition on one row; with no release, none."""
    if release is None:
        return models.Q(pk__in=[])
    return _interval_of(release) & models.Q(license__in=release.allowed_licences)


def _interval_of(release) -> models.Q:
    return models.Q(listed=True, came_in__lte=release.pk) & (models.Q(went_out=None) | models.Q(went_out__gt=release.pk))


class Revision(Situation):
    """One published text of an entry, numbered. Never changed, but for redaction.

    `came_in` is the release it first stood in, `went_out` the release it no longer stood in; so each release, and the
    difference of any two, is a range condition, and publishing costs what changed. A text that was replaced before any
    release held it has both set to that release.
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    change = models.CharField(max_length=10, choices=Change.choices)
    changed_fields = models.JSONField(default=list)
    reason = models.CharField(max_length=300, blank=True)
    listed = models.BooleanField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField()
    came_in = models.ForeignKey("hippolist.Release", on_delete=models.PROTECT, related_name="+", null=True)
    went_out = models.ForeignKey("hippolist.Release", on_delete=models.PROTECT, related_name="+", null=True)

    # What `like_entries` adds, so that a revision prints like an entry.
    revision_number: int
    appears_on: date
    changed_at: datetime

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["entry_id", "number"]
        constraints = [models.UniqueConstraint(fields=["entry", "number"], name="revision_number_once")]
        indexes = [models.Index(fields=["came_in", "went_out"], name="revision_interval")]

    def __str__(self) -> str:
        return f"HL-{self.entry_id:06} r{self.number}"

    @property
    def code(self) -> str:
        return f"HL-{self.entry_id:06}"

    @property
    def name(self) -> str:
        return f"r{self.number}"

    @property
    def changed_labels(self) -> list[str]:
        return field_labels(self.changed_fields)

    @property
    def release(self) -> "Release | None":
        """The first release that holds this text."""
        stood = self.listed and self.came_in_id and self.came_in_id != self.went_out_id
        if not stood or not self.came_in or self.license not in self.came_in.allowed_licences:
            return None
        return self.came_in

    def get_absolute_url(self) -> str:
        return reverse("hippolist:revision", args=[self.entry_id, self.number])


guard(
    "hippolist_revision",
    erasable=[
        *("title", "story", "place_name", "sources", "pictures", "recorded_by", "rights_holder", "references"),
        *("grid", "decimal_latitude", "decimal_longitude", "coordinate_uncertainty_in_meters", "data_generalizations"),
        "information_withheld",
    ],
    set_once=["came_in_id", "went_out_id"],
)


class Picture(models.Model):
    """One public picture: new pixels under a random name, and whether it may still be served."""

    # The longest side of each rendition, in pixels: a small screen loads a small file.
    SIZES = (1600, 800, 480, 320, 160)

    name = models.CharField(_("file"), max_length=40, unique=True)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="+", verbose_name=_("entry"), null=True)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    removed_at = models.DateTimeField(_("taken away"), null=True, blank=True)
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    demo = models.BooleanField(_("demo"), default=False)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return self.name
