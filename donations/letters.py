"""Letters to donors: the pledge with the account to pay to, and the thanks when the money arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from hippolist import outbox

from . import bank, money, references

if TYPE_CHECKING:
    from .models import Gift, Movement


def pledged(gift: Gift) -> None:
    if gift.email:
        facts = _facts(gift, gift.amount)
        _write("pledge", str(gift.pk), gift, {"account": bank.account(), "button_url": facts["page_url"], **facts})


def received(gift: Gift, movement: Movement) -> None:
    if gift.email:
        facts = _facts(gift, movement.amount)
        books = _link(gift, "donations:books")
        _write("gift_received", str(movement.pk), gift, {"day": movement.on, "books_url": books, "button_url": books, **facts})


def _facts(gift: Gift, amount: int) -> dict[str, Any]:
    return {
        "gift": gift,
        "campaign": gift.campaign.name if gift.campaign else "",
        "reference": references.grouped(gift.reference),
        "sum": money.format_money(amount, gift.currency, gift.language),
        "monthly": gift.interval == gift.Interval.MONTHLY,
        "page_url": _link(gift, "donations:pledge", gift.reference),
    }


def _link(gift: Gift, name: str, *args: str) -> str:
    with translation.override(gift.language):
        return settings.SITE_URL + reverse(name, args=args)


def _write(kind: str, key: str, gift: Gift, context: dict[str, Any]) -> None:
    outbox.write(kind, key, to=gift.email, language=gift.language, template=f"donations/email/{kind}", context=context, demo=gift.demo)
