"""Releases: numbered, frozen editions of the list."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import licences


class ReleaseQuerySet(models.QuerySet):
    def published(self) -> "ReleaseQuerySet":
        return self.filter(state=Release.State.PUBLISHED).order_by("-pk")

    def drafts(self) -> "ReleaseQuerySet":
        return self.filter(state=Release.State.DRAFT)


class Release(models.Model):
    """One edition, 2026.11. Prepared as a draft, of which there is one at a time; then published, then never changed."""

    class State(models.TextChoices):
        DRAFT = "draft", _("in preparation")
        PUBLISHED = "published", _("published")

    number = models.CharField(_("number"), max_length=12, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    notes = models.TextField(_("notes"), blank=True, help_text=_("What readers should know of this release. Markdown."))
    license = models.CharField(max_length=10, default="by")
    edition = models.PositiveIntegerField(default=1)
    left_out = models.JSONField(default=dict, editable=False)
    entry_count = models.PositiveIntegerField(_("entries"), default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    demo = models.BooleanField(default=False, editable=False)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["-pk"]
        permissions = [("publish_release", "Can publish a release")]
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=models.Q(state="draft"), name="one_draft_release"),
            models.CheckConstraint(
                name="release_published_has_time",
                condition=models.Q(state="published", published_at__isnull=False) | models.Q(state="draft", published_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("hippolist:release", args=[self.number])

    @property
    def license_name(self) -> str:
        return licences.NAMES[self.license]

    @property
    def allowed_licences(self) -> list[str]:
        return licences.allowed(self.license)

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def current_files(self):
        return self.files.filter(edition=self.edition)

    @property
    def left_out_count(self) -> int:
        """How many situations stood on the list, but may not be given away under the licence of this release."""
        return sum(self.left_out.values())

    @property
    def previous(self) -> "Release | None":
        return Release.objects.published().filter(pk__lt=self.pk).first()

    def publish(self, *, by) -> None:
        """Freeze the list as it stands: all of it, with its files, or nothing. Publishing never mails."""
        from ..releases import publish

        publish(self, by=by)


class ReleaseFile(models.Model):
    """One frozen file of one edition of a release."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="files")
    edition = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=80)
    path = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    rows = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["release", "edition", "name"], name="release_file_once")]

    def __str__(self) -> str:
        return self.name
