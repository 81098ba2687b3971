"""Subscribers: who wants the list by mail, the proof that they asked, and the announcing of releases."""

import contextlib
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hippolist.guards import guard
from hippolist.models import Letter, Release

# Which words people agreed to; a change of the words in forms.py wants a new one here.
WORDING = "2026-11-24"
LINK_LASTS = timedelta(days=3)
PENDING_LASTS = timedelta(days=7)


class SubscriberQuerySet(models.QuerySet):
    def confirmed(self) -> "SubscriberQuerySet":
        return self.filter(state=Subscriber.State.CONFIRMED)

    def addressable(self) -> "SubscriberQuerySet":
        """Whom an announcement goes to: made-up addresses only where no letter leaves this machine."""
        confirmed = self.confirmed()
        return confirmed.exclude(demo=True) if settings.EMAIL_URL else confirmed

    def at(self, email: str) -> "SubscriberQuerySet":
        """The row of an address, whatever its capitals."""
        return self.alias(lower=Lower("email")).filter(lower=email.lower())

    def never_asked(self) -> "SubscriberQuerySet":
        """Who typed an address while no mail could go, and still waits for the letter."""
        return self.filter(state=Subscriber.State.PENDING, letter_at=None, demo=False)

    def given_up(self) -> "SubscriberQuerySet":
        """Whose letter came a week ago, and nobody pressed the button."""
        old = timezone.now() - PENDING_LASTS
        return self.filter(state=Subscriber.State.PENDING, letter_at__lt=old, demo=False)


class Subscriber(models.Model):
    """One address. It is written to only after its owner pressed the button behind a mailed link."""

    class State(models.TextChoices):
        PENDING = "pending", _("asked, not confirmed")
        CONFIRMED = "confirmed", _("confirmed")
        LEFT = "left", _("left")

    email = models.EmailField(_("e-mail"), max_length=320)
    language = models.CharField(_("language"), max_length=12, default="en")
    countries = models.JSONField(_("countries first in the letter"), default=list)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    link_counter = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    letter_at = models.DateTimeField(_("confirmation letter"), null=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    left_at = models.DateTimeField(_("left"), null=True)
    demo = models.BooleanField(default=False, editable=False)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "id"], name="subscriber_state")]
        constraints = [models.UniqueConstraint(Lower("email"), name="subscriber_once")]

    def __str__(self) -> str:
        return self.email

    @property
    def masked(self) -> str:
        """Enough to recognise one's own address, not enough to learn another's: h…@example.org."""
        name, _at, domain = self.email.rpartition("@")
        with contextlib.suppress(UnicodeError):  # Else it is shown as the mail system writes it.
            domain = domain.encode().decode("idna")
        return f"{name[:1]}…@{domain}"

    def ask(self, *, language: str, countries: list[str]) -> None:
        """Somebody typed this address into the form. A stranger may have: what stands for a confirmed one stays."""
        self.asked_at = timezone.now()
        if self.state == self.State.LEFT:
            # The old link is not theirs to use again: a new letter is due.
            self.letter_at = None
        if self.state != self.State.CONFIRMED:
            self.state, self.left_at = self.State.PENDING, None
            self.language, self.countries = language, countries
        self.save()

    def link_is_fresh(self, counter: int) -> bool:
        """Whether a mailed link to confirm is the newest one, and at most three days old."""
        return counter == self.link_counter and self.letter_at is not None and timezone.now() - self.letter_at <= LINK_LASTS

    def confirm(self) -> bool:
        """The owner pressed the button. False where that was done already."""
        now = timezone.now()
        with transaction.atomic():
            mine = Subscriber.objects.filter(pk=self.pk, state=self.State.PENDING)
            if not mine.update(state=self.State.CONFIRMED, confirmed_at=now):
                return False
            self.consents.filter(confirmed_at=None, ended_at=None).update(confirmed_at=now)
        self.refresh_from_db()
        return True

    def leave(self) -> bool:
        """No more letters. False where that was done already."""
        now = timezone.now()
        with transaction.atomic():
            mine = Subscriber.objects.filter(pk=self.pk).exclude(state=self.State.LEFT)
            if not mine.update(state=self.State.LEFT, left_at=now):
                return False
            self.consents.filter(ended_at=None).update(ended_at=now, ended_how="left")
        self.refresh_from_db()
        return True

    def rejoin(self, *, page: str) -> bool:
        """The owner changed their mind, behind a link that only they were mailed. False where they never left."""
        now = timezone.now()
        with transaction.atomic():
            mine = Subscriber.objects.filter(pk=self.pk, state=self.State.LEFT)
            if not mine.update(state=self.State.CONFIRMED, confirmed_at=now, left_at=None):
                return False
            self.consents.create(page=page, wording=WORDING, confirmed_at=now, demo=self.demo)
        self.refresh_from_db()
        return True

    def wish(self, *, language: str, countries: list[str]) -> None:
        """How the letters should be, from the owner's own settings page."""
        self.language, self.countries = language, countries
        self.save(update_fields=["language", "countries"])

    def forget(self) -> None:
        """Nobody pressed the button: the address goes, the line that somebody asked stays without it."""
        with transaction.atomic():
            # Asked again under the lock: who confirmed or asked anew in the meantime stays.
            if not Subscriber.objects.given_up().select_for_update().filter(pk=self.pk).exists():
                return
            self.consents.filter(ended_at=None).update(ended_at=timezone.now(), ended_how="not confirmed")
            Letter.objects.filter(kind="confirm", key__startswith=f"{self.pk}:").blank()
            self.delete()


class Consent(models.Model):
    """The proof that an address asked: which words, on which page, when; when confirmed; when and how it ended."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.SET_NULL, related_name="consents", verbose_name=_("subscriber"), null=True)
    wording = models.CharField(_("wording"), max_length=20)
    page = models.CharField(_("page"), max_length=200, blank=True)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_how = models.CharField(_("how it ended"), max_length=20, null=True)  # noqa: DJ001  (a set-once column waits with NULL)
    demo = models.BooleanField(_("demo"), default=False)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.wording} {self.asked_at:%Y-%m-%d}"


guard(
    "subscriptions_consent",
    erasable=["subscriber_id", "page"],
    set_once=["confirmed_at", "ended_at", "ended_how"],
)


class Announcement(models.Model):
    """The mailing of one release to all who were confirmed when it started."""

    release = models.OneToOneField(Release, on_delete=models.PROTECT, related_name="+", verbose_name=_("release"))
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("started by"))
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    addressed = models.PositiveIntegerField(_("letters"), default=0)

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(self.release)
