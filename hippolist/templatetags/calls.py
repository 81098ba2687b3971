"""Tags of the three calls: what they need to know of the site."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def donations_open() -> bool:
    """Whether anybody can give today: by bank or by card."""
    bank = settings.BANK["holder"] and (settings.BANK["iban"] or settings.BANK["details"])
    return bool(bank or getattr(settings, "STRIPE_KEY", ""))
