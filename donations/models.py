"""Gifts, campaigns, and the ledger that every total is computed from."""

import json
from datetime import date, timedelta

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import IntegrityError, models, transaction
from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hippolist import tokens
from hippolist.guards import guard
from hippolist.models import Conflict

from . import letters, references


class CampaignQuerySet(models.QuerySet):
    def running(self) -> "CampaignQuerySet":
        today = timezone.localdate()
        return self.filter(starts__lte=today).filter(Q(ends=None) | Q(ends__gte=today)).order_by("ends", "pk")

    def with_sums(self) -> "CampaignQuerySet":
        """Adds `received` and `promised` in minor units of the campaign's currency, both in this one query."""
        mine = {"campaign": OuterRef("pk"), "currency": OuterRef("currency")}
        received = Movement.objects.given().filter(**mine)
        promised = Gift.objects.pledged().filter(**mine)
        return self.annotate(received=_sum(received), promised=_sum(promised))


def _sum(rows: models.QuerySet) -> Coalesce:
    total = rows.order_by().values("campaign").annotate(total=Sum("amount")).values("total")
    return Coalesce(Subquery(total), 0, output_field=models.BigIntegerField())


class Campaign(models.Model):
    """A goal with a sum and a date."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    slug = models.SlugField(_("short name in addresses"), unique=True)
    why = models.TextField(_("why"), help_text=_("Two or three sentences for donors."))
    goal = models.PositiveBigIntegerField(_("goal"), validators=[MinValueValidator(1)], help_text=_("In minor units (cents)."))
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    starts = models.DateField(_("first day"), default=timezone.localdate)
    ends = models.DateField(_("last day"), null=True, blank=True, help_text=_("Empty: until you set a day."))
    demo = models.BooleanField(default=False, editable=False)

    objects = CampaignQuerySet.as_manager()
    # Laid on by `with_sums`, in minor units.
    received: int
    promised: int

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(name="campaign_has_goal", condition=Q(goal__gt=0))]

    def __str__(self) -> str:
        return self.name

    @property
    def percent(self) -> int:
        """Whole percent of the goal, rounded down: 100 only when it is reached. Needs `with_sums`."""
        return max(0, self.received * 100 // self.goal)


class GiftQuerySet(models.QuerySet):
    def pledged(self) -> "GiftQuerySet":
        return self.filter(state=Gift.State.PLEDGED)

    def awaiting(self) -> "GiftQuerySet":
        """Gifts that money may still arrive for: late for a pledge that expired, again for a monthly one."""
        return self.filter(~Q(state=Gift.State.RECEIVED) | Q(interval=Gift.Interval.MONTHLY))

    def promised(self) -> "GiftQuerySet":
        """What is pledged and has not arrived, per currency: rows of currency, amount and gifts."""
        rows = self.pledged().order_by().values("currency")
        return rows.annotate(promised=Sum("amount"), gifts=Count("pk"))

    def expire(self, *, older_than: timedelta) -> int:
        """Give up pledges that nothing arrived for, and forget who made them; how many."""
        old = self.pledged().filter(pledged_at__lt=timezone.now() - older_than)
        return old.update(state=Gift.State.EXPIRED, name="", email="", message="", show_name=False, client_id=None)


class Gift(models.Model):
    """One donation: pledged first, received when the treasurer saw the money."""

    class State(models.TextChoices):
        PLEDGED = "pledged", _("pledged")
        RECEIVED = "received", _("received")
        EXPIRED = "expired", _("lapsed")

    class Interval(models.TextChoices):
        ONCE = "once", _("Once")
        MONTHLY = "monthly", _("Every month")

    class Method(models.TextChoices):
        BANK = "bank", _("Bank transfer")
        CARD = "card", _("Card")

    # Two sendings of one form are one pledge.
    client_id = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001  (NULL: none sent)
    reference = models.CharField(_("reference"), max_length=references.LENGTH, unique=True, default=references.new)
    amount = models.PositiveBigIntegerField(_("pledged"), help_text=_("In minor units (cents)."))
    currency = models.CharField(_("currency"), max_length=3)
    interval = models.CharField(_("how often"), max_length=10, choices=Interval.choices, default=Interval.ONCE)
    method = models.CharField(_("how"), max_length=10, choices=Method.choices, default=Method.BANK)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PLEDGED)
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="gifts", verbose_name=_("campaign"), null=True, blank=True
    )
    name = models.CharField(_("name"), max_length=100, blank=True)
    email = models.EmailField(_("e-mail"), max_length=320, blank=True)
    show_name = models.BooleanField(_("may be named in public"), default=False)
    message = models.TextField(_("message"), blank=True)
    language = models.CharField(_("language"), max_length=12, default="en")
    pledged_at = models.DateTimeField(_("pledged at"), default=timezone.now)
    received_at = models.DateTimeField(_("last received at"), null=True)
    demo = models.BooleanField(default=False, editable=False)

    objects = GiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("gift")
        verbose_name_plural = _("gifts")
        ordering = ["-pk"]
        permissions = [("receive_gift", _("Can confirm that a gift arrived"))]
        indexes = [models.Index(fields=["state", "-id"], name="gift_state")]
        constraints = [
            models.CheckConstraint(
                name="gift_received_has_time",
                condition=Q(state="received", received_at__isnull=False) | (~Q(state="received") & Q(received_at=None)),
            ),
            models.CheckConstraint(name="gift_is_something", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return references.grouped(self.reference)

    @property
    def is_awaited(self) -> bool:
        """Whether money may still arrive for it."""
        return self.state != self.State.RECEIVED or self.interval == self.Interval.MONTHLY

    @classmethod
    def pledge(cls, *, client_id: str = "", **fields) -> "Gift":
        """Somebody promises a gift, and gets a letter if they left an address. The same form sent twice is one pledge."""
        same = _same_form(client_id, fields) if client_id else None
        with transaction.atomic():
            gift, is_new = cls.objects.get_or_create(client_id=same, defaults=fields) if same else (cls.objects.create(**fields), True)
            if is_new:
                letters.pledged(gift)
        return gift

    def receive(self, *, by, amount: int, on: date) -> "Movement":
        """The money arrived: `amount` in minor units and day `on` may differ from the pledge. A gift once, a monthly one again."""
        try:
            with transaction.atomic():
                mine = Gift.objects.awaiting().filter(pk=self.pk)
                if not mine.update(state=self.State.RECEIVED, received_at=timezone.now()):
                    raise Conflict(_("This gift was confirmed already. Nothing was written down a second time."))
                self.refresh_from_db()
                movement = self._write_down(by=by, amount=amount, on=on)
                letters.received(self, movement)
        except IntegrityError as error:
            raise Conflict(_("A payment of this gift was written down for this day already.")) from error
        return movement

    def _write_down(self, *, by, amount: int, on: date) -> "Movement":
        if amount <= 0:
            raise ValueError("What arrived is more than nothing.")
        return Movement.objects.create(
            kind=Movement.Kind.GIFT,
            amount=amount,
            currency=self.currency,
            on=on,
            gift=self,
            campaign=self.campaign,
            by=by,
            demo=self.demo,
        )


def _same_form(client_id: str, fields: dict) -> str:
    """One value for one sending of one form. Somebody who goes back and changes the amount makes another pledge."""
    return tokens.keyed_hash("pledge", json.dumps([client_id, sorted(fields.items())], default=str))


class MovementQuerySet(models.QuerySet):
    def given(self) -> "MovementQuerySet":
        """Lines that make up what was given and stayed: gifts and their corrections, less refunds and disputes."""
        of_gift = Q(kind=Movement.Kind.CORRECTION, gift__isnull=False)
        return self.filter(Q(kind__in=Movement.GIVEN) | of_gift)

    def spending(self) -> "MovementQuerySet":
        return self.filter(kind=Movement.Kind.SPENDING)

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
    gift = models.ForeignKey(Gift, on_delete=models.PROTECT, related_name="movements", verbose_name=_("gift"), null=True, blank=True)
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="movements", verbose_name=_("campaign"), null=True, blank=True
    )
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    # The same form, bank line or event twice is one line.
    key = models.CharField(max_length=100, unique=True, null=True)  # noqa: DJ001  (NULL: not repeatable)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("written by"), null=True)
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
            models.Index(fields=["kind", "-on"], name="movement_kind"),
        ]
        constraints = [
            # A monthly gift arrives again, on another day; Gift.receive sees to it that any other arrives once.
            models.UniqueConstraint(fields=["gift", "on"], condition=Q(kind="gift"), name="gift_counted_once_a_day"),
            models.CheckConstraint(name="gift_comes_in", condition=~Q(kind="gift") | Q(amount__gt=0)),
            models.CheckConstraint(name="spending_has_purpose", condition=~Q(kind="spending") | (Q(amount__lt=0) & ~Q(purpose=""))),
            models.CheckConstraint(name="correction_has_reason", condition=~Q(kind="correction") | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on:%Y-%m-%d}"

    @property
    def spent(self) -> int:
        """What left, as a positive number."""
        return -self.amount


guard("donations_movement")
