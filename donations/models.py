"""Gifts, campaigns, and the ledger that every total is computed from."""

from datetime import date

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hippolist.guards import guard
from hippolist.models import Conflict


class CampaignQuerySet(models.QuerySet):
    def running(self) -> "CampaignQuerySet":
        today = timezone.localdate()
        return self.filter(starts__lte=today).filter(models.Q(ends=None) | models.Q(ends__gte=today)).order_by("ends", "pk")


class Campaign(models.Model):
    """A goal with a sum and a date."""

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(unique=True)
    why = models.TextField(_("why"), help_text=_("Two or three sentences for donors."))
    goal = models.PositiveBigIntegerField(_("goal"), validators=[MinValueValidator(1)], help_text=_("In cents."))
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    starts = models.DateField(_("starts"), default=timezone.localdate)
    ends = models.DateField(_("ends"), null=True, blank=True)
    demo = models.BooleanField(default=False, editable=False)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def received(self) -> int:
        """What arrived for it and stayed, in minor units, from the ledger."""
        return Movement.objects.income().filter(campaign=self, currency=self.currency).total()


class GiftQuerySet(models.QuerySet):
    def pledged(self) -> "GiftQuerySet":
        return self.filter(state=Gift.State.PLEDGED)


class Gift(models.Model):
    """One donation: pledged first, received when the treasurer saw the money."""

    class State(models.TextChoices):
        PLEDGED = "pledged", _("pledged")
        RECEIVED = "received", _("received")
        EXPIRED = "expired", _("expired")

    class Interval(models.TextChoices):
        ONCE = "once", _("Once")
        MONTHLY = "monthly", _("Every month")

    class Method(models.TextChoices):
        BANK = "bank", _("Bank transfer")
        CARD = "card", _("Card")

    reference = models.CharField(_("reference"), max_length=11, unique=True)
    amount = models.PositiveBigIntegerField(_("pledged"), help_text=_("In minor units (cents)."))
    currency = models.CharField(_("currency"), max_length=3)
    interval = models.CharField(_("how often"), max_length=10, choices=Interval.choices, default=Interval.ONCE)
    method = models.CharField(_("how"), max_length=10, choices=Method.choices, default=Method.BANK)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PLEDGED)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="gifts", null=True, blank=True)
    name = models.CharField(_("name"), max_length=100, blank=True)
    email = models.EmailField(_("e-mail"), max_length=320, blank=True)
    show_name = models.BooleanField(_("name on the donor wall"), default=False)
    message = models.TextField(_("message"), blank=True)
    language = models.CharField(max_length=12, default="en")
    pledged_at = models.DateTimeField(_("pledged at"), default=timezone.now)
    received_at = models.DateTimeField(_("received at"), null=True)
    demo = models.BooleanField(default=False, editable=False)

    objects = GiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("gift")
        verbose_name_plural = _("gifts")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "-id"], name="gift_state")]
        constraints = [
            models.CheckConstraint(
                name="gift_received_has_time",
                condition=models.Q(state="received", received_at__isnull=False) | (~models.Q(state="received") & models.Q(received_at=None)),
            )
        ]

    def __str__(self) -> str:
        return self.reference

    def receive(self, *, by, amount: int, on: date) -> "Movement":
        """The money arrived: `amount` in minor units and day `on` may differ from the pledge. Once only."""
        with transaction.atomic():
            mine = Gift.objects.filter(pk=self.pk, state=self.State.PLEDGED)
            if not mine.update(state=self.State.RECEIVED, received_at=timezone.now()):
                raise Conflict(_("This gift was settled already."))
            movement = Movement.objects.create(
                kind=Movement.Kind.GIFT,
                amount=amount,
                currency=self.currency,
                on=on,
                gift=self,
                campaign=self.campaign,
                by=by,
                demo=self.demo,
            )
        self.refresh_from_db()
        return movement


class MovementQuerySet(models.QuerySet):
    def income(self) -> "MovementQuerySet":
        """Lines that make up what was given and stayed: gifts, less refunds and disputes."""
        return self.filter(kind__in=Movement.GIVEN)

    def total(self) -> int:
        return self.aggregate(total=Sum("amount"))["total"] or 0


class Movement(models.Model):
    """One line of the ledger, in minor units; what leaves is negative. Never changed, never deleted."""

    class Kind(models.TextChoices):
        GIFT = "gift", _("Gift")
        FEE = "fee", _("Fee")
        REFUND = "refund", _("Refund")
        DISPUTE = "dispute", _("Dispute")
        DISPUTE_WON = "dispute_won", _("Dispute won")
        BANK_LINE = "bank_line", _("Bank line")
        SPENDING = "spending", _("Spending")
        CORRECTION = "correction", _("Correction")

    GIVEN = (Kind.GIFT, Kind.REFUND, Kind.DISPUTE, Kind.DISPUTE_WON)

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    amount = models.BigIntegerField(_("amount"), help_text=_("In minor units (cents); what leaves is negative."))
    currency = models.CharField(_("currency"), max_length=3)
    on = models.DateField(_("day"))
    gift = models.ForeignKey(Gift, on_delete=models.PROTECT, related_name="movements", null=True, blank=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="movements", null=True, blank=True)
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("written"), default=timezone.now)
    demo = models.BooleanField(default=False, editable=False)

    objects = MovementQuerySet.as_manager()

    class Meta:
        verbose_name = _("movement")
        verbose_name_plural = _("movements")
        ordering = ["-on", "-pk"]
        indexes = [
            models.Index(fields=["currency", "on"], name="movement_month"),
            models.Index(fields=["campaign", "currency"], name="movement_campaign"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["gift"], condition=models.Q(kind="gift"), name="gift_counted_once"),
            models.CheckConstraint(name="correction_has_reason", condition=~models.Q(kind="correction") | ~models.Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.currency}"


guard("donations_movement")
