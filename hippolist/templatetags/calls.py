"""Tags of the three calls: what they need to know of the site."""

from django import template

from hippolist import bank

register = template.Library()


@register.simple_tag
def donations_open() -> bool:
    """Whether anybody can give today."""
    return bank.is_open()
