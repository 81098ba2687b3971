"""Money in templates: minor units written as the page's language writes them."""

from django import template
from django.utils.translation import get_language

from donations.money import format_money, format_round
from donations.references import grouped as in_groups

register = template.Library()


@register.filter
def money(minor: int, currency: str) -> str:
    return format_money(minor, currency, get_language() or "en")


@register.filter
def round_money(minor: int, currency: str) -> str:
    return format_round(minor, currency, get_language() or "en")


@register.filter
def grouped(reference: str) -> str:
    return in_groups(reference)
