"""Subscribers: who wants the list by mail, the proof that they asked, and the announcing of releases."""

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hippolist.guards import guard
from hippolist.models import Release


class SubscriberQuerySet(models.QuerySet):
    def confirmed(self) -> "SubscriberQuerySet":
        return self.filter(state=Subscriber.State.CONFIRMED)


class Subscriber(models.Model):
    """One address. It is written to only after its owner pressed the button behind a mailed link."""

    class State(models.TextChoices):
        PENDING = "pending", _("asked, not confirmed")
        CONFIRMED = "confirmed", _("confirmed")
        LEFT = "left", _("left")

    email = models.EmailField(_("e-mail"), max_length=320, unique=True)
    language = models.CharField(_("language"), max_length=12, default="en")
    countries = models.JSONField(_("countries first in the letter"), default=list)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    link_counter = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    left_at = models.DateTimeField(_("left"), null=True)
    demo = models.BooleanField(default=False, editable=False)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "id"], name="subscriber_state")]

    def __str__(self) -> str:
        return self.email

    @property
    def masked(self) -> str:
        """Enough to recognise one's own address, not enough to learn another's: h…@example.org."""
        name, _at, domain = self.email.rpartition("@")
        return f"{name[:1]}…@{domain}"

    def confirm(self) -> bool:
        """The owner pressed the button. False where that was done already."""
        now = timezone.now()
        with transaction.atomic():
            mine = Subscriber.objects.filter(pk=self.pk, state=self.State.PENDING)
            if not mine.update(state=self.State.CONFIRMED, confirmed_at=now):
                return False
            Consent.objects.filter(subscriber=self, confirmed_at=None, ended_at=None).update(confirmed_at=now)
        self.refresh_from_db()
        return True

    def leave(self) -> bool:
        """No more letters. False where that was done already."""
        now = timezone.now()
        with transaction.atomic():
            mine = Subscriber.objects.filter(pk=self.pk).exclude(state=self.State.LEFT)
            if not mine.update(state=self.State.LEFT, left_at=now):
                return False
            Consent.objects.filter(subscriber=self, ended_at=None).update(ended_at=now, ended_how="left")
        self.refresh_from_db()
        return True


class Consent(models.Model):
    """The proof that an address asked: which words, on which page, when; when confirmed; when and how it ended."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.SET_NULL, related_name="consents", null=True)
    wording = models.CharField(max_length=20)
    page = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=20, null=True)  # noqa: DJ001  (NULL is what a set-once column waits with)
    demo = models.BooleanField(default=False)

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

    release = models.OneToOneField(Release, on_delete=models.PROTECT, related_name="+")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    addressed = models.PositiveIntegerField(_("letters"), default=0)

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(self.release)
