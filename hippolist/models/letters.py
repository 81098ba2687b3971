"""Letters and chores: work outside requests, as rows that any worker may claim."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LetterQuerySet(models.QuerySet):
    def due(self) -> "LetterQuerySet":
        """Waiting, its time has come, and no worker holds it. Single letters before announcements."""
        now = timezone.now()
        free = models.Q(lease_until=None) | models.Q(lease_until__lt=now)
        return self.filter(free, state__in=[Letter.State.QUEUED, Letter.State.DEFERRED], next_try__lte=now).order_by("bulk", "pk")

    def troubled(self) -> "LetterQuerySet":
        """Letters that a person has to settle: they failed, or it is not known whether they went out."""
        return self.filter(state__in=[Letter.State.FAILED, Letter.State.UNCERTAIN]).exclude(to="")

    def send_again(self) -> int:
        """Put troubled letters back into the queue, as if they were new."""
        fresh = {"attempts": 0, "error": "", "lease_until": None, "ended_at": None, "next_try": timezone.now()}
        return self.troubled().update(state=Letter.State.QUEUED, **fresh)

    def leave(self) -> int:
        """Leave troubled letters unsent: address and text go at once, the line stays."""
        return self.troubled().blank()

    def blank(self) -> int:
        """Take address and text away; the line stays, so that nothing is sent again."""
        return self.update(to="", subject="", text="", html="", headers={}, error="")


class Letter(models.Model):
    """One mail to one address, written down before it is sent, sent once.

    A single letter holds its text; a letter of an announcement is rendered when it is sent. Both are blanked 30 days
    after their end. No public code reads this table.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        DEFERRED = "deferred", _("tried, tries again")
        FAILED = "failed", _("failed")
        SUPPRESSED = "suppressed", _("not sent: no longer wanted")
        UNCERTAIN = "uncertain", _("uncertain: the worker stopped while sending")

    kind = models.CharField(_("kind"), max_length=40)
    key = models.CharField(max_length=100)
    bulk = models.BooleanField(_("one of many"), default=False)
    to = models.CharField(_("to"), max_length=320)
    language = models.CharField(_("language"), max_length=12, default="en")
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("error"), max_length=500, blank=True)
    next_try = models.DateTimeField(_("next try"), default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(pgettext_lazy("when", "written"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True)
    demo = models.BooleanField(default=False)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="letter_once")]
        indexes = [models.Index(fields=["state", "bulk", "next_try"], name="letter_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Chore(models.Model):
    """When a repeatable piece of work is due next, and who holds it now."""

    name = models.CharField(max_length=80, unique=True)
    next_run = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name
