"""Reports: what the public sent, private for ever, and the life of a report from waiting to decided."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hippolist import countries, tokens
from hippolist.guards import guard
from hippolist.models import Conflict, Entry
from hippolist.vocabulary import Condition, HowKnown, Kind, LifeStage, Species

# Crockford's letters: none that is mistaken for another when read out over the telephone.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference() -> str:
    return f"HR-{get_random_string(4, LETTERS)}-{get_random_string(4, LETTERS)}"


def due() -> Any:
    return timezone.now() + timedelta(hours=settings.REVIEW_HOURS)


class Certainty(models.TextChoices):
    EXACT = "exact", _("Exactly there")
    KM = "1km", _("Within about 1 km")
    VILLAGE = "village", _("Near that village or camp")
    DISTRICT = "district", _("Somewhere in that district")
    COUNTRY = "country", _("Only the country is sure")

    @property
    def metres(self) -> int:
        """By how many metres the pin may be off."""
        return {"exact": 30, "1km": 1_000, "village": 5_000, "district": 50_000, "country": 300_000}[self.value]


class PhotoUse(models.TextChoices):
    PUBLISH = "publish", _("You may publish them")
    CHECKING_ONLY = "checking_only", _("Only for checking, do not publish")


class Credit(models.TextChoices):
    NONE = "none", _("Do not name me")
    NAME = "name", _("Name me beside the entry")


class Screening(models.TextChoices):
    """Why a report is looked over before it joins the queue. It is kept like any other: a person may be behind it."""

    TRAP = "trap", _("filled a field that people do not see")
    FAST = "fast", _("sent within three seconds")
    MANY = "many", _("many reports from one network")


class Reason(models.TextChoices):
    """Why a report was declined; each is told to the reporter, with what would change it."""

    NO_EVIDENCE = "no_evidence", _("Nothing to check it by")
    NOT_A_HIPPO = "not_a_hippo", _("Not a hippo")
    TOO_VAGUE = "too_vague", _("Place or date too vague")
    DUPLICATE = "duplicate", _("Already on the list")
    NOT_PUBLIC = "not_public", _("Publishing would endanger people or animals")
    NOT_SERIOUS = "not_serious", _("Not a report about hippos")

    @property
    def what_would_change_it(self) -> str:
        return str(_CHANGES_IT[self.value])


_CHANGES_IT = {
    "no_evidence": _("A photo, a link to a news story or somebody else who saw it would let us look again."),
    "not_a_hippo": _("Another photo that shows the animal better would let us look again."),
    "too_vague": _("A more exact place or date would let us look again: the name of a village, a river or a month is enough."),
    "duplicate": _("If yours was another animal or another day, tell us and we look again."),
    "not_public": _("We keep it for our checks. Nothing more is needed from you."),
    "not_serious": _("If we misread it, tell us what you saw and we look again."),
}


class ReportQuerySet(models.QuerySet):
    def waiting(self) -> "ReportQuerySet":
        return self.in_queue().filter(state=Report.State.WAITING)

    def in_queue(self) -> "ReportQuerySet":
        """Undecided, not held for screening, and not looked at together with somebody else's report that waits itself."""
        return self.undecided().filter(screening="").exclude(joined_to__state=Report.State.WAITING)

    def held(self) -> "ReportQuerySet":
        """Undecided, and to be looked over before they join the queue."""
        return self.undecided().exclude(screening="")

    def undecided(self) -> "ReportQuerySet":
        return self.filter(state__in=[Report.State.WAITING, Report.State.ASKED])

    def decided(self) -> "ReportQuerySet":
        return self.filter(state__in=[Report.State.VERIFIED, Report.State.DECLINED])

    def due_first(self) -> "ReportQuerySet":
        # Oldest first: nobody should wait because newer reports arrive.
        return self.order_by("due_at", "pk")


class Report(models.Model):
    """What one person sent. Nothing of it is public; `verify` pushes a public part of it into an Entry."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("state of a report", "waiting")
        ASKED = "asked", pgettext_lazy("state of a report", "asked")
        VERIFIED = "verified", _("verified")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("taken back by the reporter")

    client_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    reference = models.CharField(_("reference"), max_length=12, unique=True, default=new_reference, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.SIGHTING)
    species = models.CharField(_("species"), max_length=30, choices=Species.choices, default=Species.COMMON)
    how_known = models.CharField(_("how known"), max_length=5, choices=HowKnown.choices, default=HowKnown.SAW)
    count = models.PositiveIntegerField(_("how many"), null=True, blank=True)
    life_stage = models.CharField(_("age"), max_length=10, choices=LifeStage.choices, default=LifeStage.UNKNOWN)
    condition = models.CharField(_("condition"), max_length=10, choices=Condition.choices, default=Condition.UNKNOWN)
    observed_year = models.PositiveSmallIntegerField(null=True, blank=True)
    observed_month = models.PositiveSmallIntegerField(null=True, blank=True)
    observed_day = models.PositiveSmallIntegerField(null=True, blank=True)
    observed_time = models.TimeField(null=True, blank=True)
    place = models.CharField(_("place"), max_length=300, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    certainty = models.CharField(max_length=10, choices=Certainty.choices, default=Certainty.EXACT)
    uncertainty_in_meters = models.PositiveIntegerField(null=True, blank=True)
    country_code = models.CharField(_("country"), max_length=2, blank=True)
    given_country_code = models.CharField(max_length=2, blank=True)
    story = models.TextField(_("story"), blank=True)
    language = models.CharField(_("language"), max_length=12, default="en")
    photo_use = models.CharField(max_length=15, choices=PhotoUse.choices, default=PhotoUse.PUBLISH)
    reporter_name = models.CharField(_("name"), max_length=150, blank=True)
    reporter_email = models.EmailField(_("e-mail"), max_length=320, blank=True)
    credit = models.CharField(max_length=5, choices=Credit.choices, default=Credit.NONE)
    people_near = models.BooleanField(_("people in danger"), default=False)
    # What was posted, as a keyed hash: the same client_id with other words is another report, not a repeat.
    posted = models.CharField(max_length=64, blank=True, editable=False)
    like_entry = models.ForeignKey(Entry, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    # What the reporter said of look-alikes: "yes, the same" as an entry, or as another report that is still open.
    same_entry = models.ForeignKey(Entry, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    joined_to = models.ForeignKey("self", on_delete=models.SET_NULL, related_name="joined", null=True, blank=True, editable=False)
    # Ids of checks whose question the reporter answered with "it is right".
    confirmed = models.JSONField(default=list, blank=True, editable=False)
    screening = models.CharField(max_length=8, choices=Screening.choices, blank=True, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    link_counter = models.PositiveIntegerField(default=0, editable=False)
    # Set when somebody pressed the button behind the link that only this address got.
    email_confirmed_at = models.DateTimeField(null=True, editable=False)
    erased_at = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(pgettext_lazy("when", "sent"), default=timezone.now, editable=False)
    due_at = models.DateTimeField(_("due"), default=due, editable=False)
    decided_at = models.DateTimeField(pgettext_lazy("when", "decided"), null=True, editable=False)
    # An imported record keeps what it is known by and whose it is.
    import_key = models.CharField(max_length=500, null=True, unique=True, editable=False)  # noqa: DJ001  (NULL: not imported)
    occurrence_id = models.CharField(max_length=300, blank=True)
    references = models.CharField(max_length=500, blank=True)
    license = models.CharField(max_length=200, blank=True)
    rights_holder = models.CharField(max_length=200, blank=True)
    recorded_by = models.CharField(max_length=200, blank=True)
    demo = models.BooleanField(default=False, editable=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["due_at", "pk"]
        indexes = [models.Index(fields=["state", "due_at"], name="report_queue")]
        constraints = [
            models.CheckConstraint(
                name="report_verified_has_entry",
                condition=models.Q(state="verified", entry__isnull=False) | (~models.Q(state="verified") & models.Q(entry=None)),
            ),
            models.CheckConstraint(
                name="report_place_is_whole",
                condition=models.Q(latitude=None, longitude=None) | models.Q(latitude__isnull=False, longitude__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.state in {self.State.WAITING, self.State.ASKED}

    @property
    def waits_with_another(self) -> bool:
        """Whether somebody else's report, which the reporter said is the same, waits and decides for this one too."""
        return bool(self.is_open and self.joined_to and self.joined_to.state == self.State.WAITING)

    @property
    def may_be_added_to(self) -> bool:
        return self.is_open or self.state == self.State.DECLINED

    @property
    def is_imported(self) -> bool:
        return self.import_key is not None

    @property
    def uncertainty(self) -> int:
        """By how many metres the reported place may be off."""
        return self.uncertainty_in_meters or Certainty(self.certainty).metres

    @property
    def observed_on(self) -> str:
        """As exact as known: 2026-11-03, 2026-11, 2026 or nothing."""
        parts = [self.observed_year, self.observed_month, self.observed_day]
        known = parts[: parts.index(None)] if None in parts else parts
        return "-".join(f"{part:02}" for part in known if part is not None)

    @property
    def token(self) -> str:
        return tokens.make("report", self.pk, self.link_counter)

    @property
    def mail_token(self) -> str:
        """For letters: it opens the same page and proves the address. Another address, or none, ends it."""
        number = int(tokens.keyed_hash("report-mail", f"{self.link_counter} {self.reporter_email}")[:7], 16)
        return tokens.make("report-mail", self.pk, number)

    @property
    def private_path(self) -> str:
        return reverse("sightings:my_report", args=[self.token])

    @property
    def mail_path(self) -> str:
        return reverse("sightings:my_report", args=[self.mail_token])

    def ask(self, *, by, message: str) -> "Decision":
        """Ask the reporter for what is missing. Without an e-mail they see it only on their private page."""
        return self.move(self.state if self.is_open else self.State.WAITING, self.State.ASKED, by=by, message=message)

    def answer(self, *, message: str) -> "Decision":
        """The reporter answers a question, adds something, or asks to look again after a decline.

        The report goes back to its old place in the queue.
        """
        was = self.state if self.may_be_added_to else self.State.ASKED
        return self.move(was, self.State.WAITING, by=None, message=message, decided_at=None)

    def decline(self, *, by, reason: Reason, message: str = "") -> "Decision":
        """Decline with a reason that the reporter is told."""
        return self._close(self.State.DECLINED, by=by, reason=Reason(reason), message=message)

    def withdraw(self) -> "Decision":
        """The reporter takes an undecided report back."""
        return self._close(self.State.WITHDRAWN, by=None)

    def verify(self, *, by, public: Mapping[str, Any], photos=(), message: str = "") -> Entry:
        """Put the public part of this report on the Hippo List. See publishing.verify for what `public` holds."""
        from .publishing import verify

        return verify(self, by=by, public=public, photos=photos, message=message)

    def let_in(self, *, by) -> "Decision":
        """A held report is a person's after all: it joins the queue at its old place. Raises Conflict if that was done."""
        with transaction.atomic():
            if not Report.objects.held().filter(pk=self.pk).update(screening=""):
                raise Conflict(_("Somebody decided this already."))
            self.screening = ""
            return Decision.objects.create(report=self, by=by, from_state=self.state, to_state=self.state, demo=self.demo)

    def join(self, entry: Entry, *, by, message: str = "") -> "Decision":
        """The reporter is a further witness of an entry that is on the list already."""
        was = self.state if self.is_open else self.State.WAITING
        return self.move(was, self.State.VERIFIED, by=by, message=message, entry=entry, decided_at=timezone.now())

    def correct(self, values: Mapping[str, Any], sources: list[dict[str, Any]]) -> "Decision | None":
        """The reporter changes what they sent, while nobody decided. See amending.correct."""
        from .amending import correct

        return correct(self, values, sources)

    def confirm_email(self) -> None:
        """Somebody pressed the button behind a link that only this address got."""
        mine = Report.objects.filter(pk=self.pk, reporter_email=self.reporter_email, email_confirmed_at=None)
        mine.exclude(reporter_email="").update(email_confirmed_at=timezone.now())

    def erase(self) -> None:
        """All that the reporter told goes, for ever. See erasing.erase for what stays."""
        from .erasing import erase

        erase(self)

    def was_just_told(self, message: str) -> bool:
        """Whether the reporter's last word was the same, with or without photos: a second click says nothing new."""
        last = self.decisions.last()
        return bool(last and last.by_id is None and f"{last.message}\n\n".startswith(f"{message}\n\n"))

    def _close(self, state: str, *, by, reason: str = "", message: str = "") -> "Decision":
        was = self.state if self.is_open else self.State.WAITING
        return self.move(was, state, by=by, reason=reason, message=message, decided_at=timezone.now())

    def move(self, was: str, state: str, *, by, reason: str = "", message: str = "", **values) -> "Decision":
        """One guarded step of this report's life, with its line of history. Raises Conflict if it was taken already."""
        with transaction.atomic():
            if not Report.objects.filter(pk=self.pk, state=was).update(state=state, **values):
                raise Conflict(_("This report was decided in the meantime. Load it again to see how."))
            for name, value in {"state": state, **values}.items():
                setattr(self, name, value)
            if state in {self.State.DECLINED, self.State.WITHDRAWN}:
                # What was joined to this one is looked at by itself again.
                self.joined.update(joined_to=None)
            return Decision.objects.create(
                report=self, by=by, from_state=was, to_state=state, reason=reason, message=message, demo=self.demo
            )


class Decision(models.Model):
    """One line of a report's history: who, from, to, reason, message. Never changed; `by` is empty for the reporter."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="decisions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    from_state = models.CharField(max_length=10, choices=Report.State.choices)
    to_state = models.CharField(max_length=10, choices=Report.State.choices)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    message = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="decline_has_reason", condition=~models.Q(to_state="declined") | ~models.Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"

    @property
    def what_would_change_it(self) -> str:
        return Reason(self.reason).what_would_change_it if self.reason else ""


guard("sightings_decision", erasable=["message"])


class SourceLink(models.Model):
    """A publication that a report names. Shown on the entry only where a moderator ticks it, else kept as evidence."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="sources")
    url = models.URLField(max_length=1000)
    canonical = models.CharField(max_length=1000, db_index=True)
    title = models.CharField(max_length=300, blank=True)
    publisher = models.CharField(max_length=200, blank=True)
    date = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.title or self.url


class PhotoQuerySet(models.QuerySet):
    def pending(self, client_id) -> "PhotoQuerySet":
        """Accepted, but the report that they belong to has not arrived yet."""
        return self.filter(client_id=client_id, report=None)


class Photo(models.Model):
    """An original upload of a report, private, and its preview for moderators."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="photos", null=True)
    client_id = models.UUIDField(editable=False)
    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=120, blank=True)
    # Empty once it was deleted, some time after the decision.
    original = models.FileField(upload_to="originals/%Y/%m", blank=True)
    preview = models.FileField(upload_to="previews/%Y/%m")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    dhash = models.CharField(max_length=16, db_index=True)
    # What the picture says of itself: the camera's own day and time, and where it stood.
    taken_on = models.DateField(null=True)
    taken_time = models.TimeField(null=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    uploaded_at = models.DateTimeField(default=timezone.now)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["client_id", "sha256"], name="photo_once")]

    def __str__(self) -> str:
        return self.name


class Look(models.Model):
    """An eighth of a photo's difference hash: photos that look alike share at least one, so that they are found by an index."""

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="looks")
    key = models.PositiveSmallIntegerField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key:04x}"


class Finding(models.Model):
    """What one check found in a report, with evidence. It never decides and never blocks."""

    class Severity(models.TextChoices):
        OK = "ok", pgettext_lazy("finding", "fits")
        QUESTION = "question", pgettext_lazy("finding", "worth a look")
        WARN = "warn", pgettext_lazy("finding", "does not fit")

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="findings")
    check_id = models.CharField(max_length=30)
    version = models.PositiveSmallIntegerField(default=1)
    severity = models.CharField(max_length=10, choices=Severity.choices)
    evidence = models.JSONField(default=dict)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["report", "check_id"], name="finding_once")]

    def __str__(self) -> str:
        return self.check_id

    @property
    def words(self) -> str:
        """The finding in the words of the person who reads it."""
        from .checks import words

        return words(self.check_id, self.severity, self.evidence)


class Authority(models.Model):
    """Whom people in danger call in one country: stands above the report form."""

    country_code = models.CharField(_("country"), max_length=2)
    name = models.CharField(_("authority"), max_length=100, help_text=_("As people there know it, for example Kenya Wildlife Service."))
    number = models.CharField(
        _("number"),
        max_length=30,
        validators=[RegexValidator(r"^[+*#0-9][0-9 ()*#-]{1,28}\Z", _("Write the number as people dial it, for example 0800 123 456."))],
        help_text=_("Call it once before you save it: somebody may need it."),
    )

    class Meta:
        ordering = ["country_code", "name"]
        verbose_name, verbose_name_plural = _("danger number"), _("danger numbers")
        constraints = [models.UniqueConstraint(fields=["country_code", "number"], name="authority_once")]

    def __str__(self) -> str:
        return f"{self.country_code} {self.name}"

    @classmethod
    def in_order(cls) -> "list[Authority]":
        """By the name of the country in the active language."""
        return sorted(cls.objects.all(), key=lambda authority: countries.fold(authority.country))

    @property
    def country(self) -> str:
        return countries.name(self.country_code)

    @property
    def dialled(self) -> str:
        """The number as a tel: link wants it."""
        return re.sub(r"[^0-9+*#]", "", self.number).replace("#", "%23")
