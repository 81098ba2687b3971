"""Demo: one campaign, some gifts that arrived, one that is awaited, and what was spent."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from . import references
from .models import Campaign, Gift, Movement

ARRIVED = [(2500, 40), (1000, 33), (12000, 21), (500, 9), (5000, 3)]
SPENT = [(-4200, 30, "Hosting for a year"), (-1850, 12, "Data for two field phones")]


def load(by) -> str:
    today, currency = timezone.localdate(), settings.CURRENCIES[0]
    campaign = Campaign.objects.create(
        name="A boat day on the Rufiji",
        slug="demo-boat-day",
        why="One day by boat with a local guide, to look at places that people told us about. Made up, like all of this demo.",
        goal=40_000,
        currency=currency,
        starts=today - timedelta(days=45),
        ends=today + timedelta(days=45),
        demo=True,
    )
    for amount, days in ARRIVED:
        gift = _gift(amount, currency, campaign, days)
        gift.receive(by=by, amount=amount, on=today - timedelta(days=days))
    _gift(3000, currency, None, 1)
    for amount, days, purpose in SPENT:
        on = today - timedelta(days=days)
        Movement.objects.create(kind="spending", amount=amount, currency=currency, on=on, purpose=purpose, by=by, demo=True)
    return f"1 campaign, {len(ARRIVED) + 1} gifts"


def _gift(amount: int, currency: str, campaign: Campaign | None, days: int) -> Gift:
    pledged_at = timezone.now() - timedelta(days=days + 2)
    reference = references.new()
    return Gift.objects.create(reference=reference, amount=amount, currency=currency, campaign=campaign, pledged_at=pledged_at, demo=True)


def remove() -> str:
    Movement.objects.filter(demo=True).delete()
    gone = Gift.objects.filter(demo=True).delete()[0]
    # A campaign that real people gave to stays, as a real one.
    used = Campaign.objects.filter(demo=True, gifts__isnull=False)
    Campaign.objects.filter(pk__in=used.values("pk")).update(demo=False)
    Campaign.objects.filter(demo=True).delete()
    return f"{gone} gifts"
