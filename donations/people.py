"""People: the gifts of an address: found, copied, and freed of all that tells whose they were."""

from typing import Any

from django.db.models import QuerySet

from .models import Gift
from .money import format_money


def _of(address: str) -> QuerySet[Gift]:
    return Gift.objects.filter(email__iexact=address).order_by("pk")


def find(address: str) -> list[str]:
    return [f"Gift {gift} of {format_money(gift.amount, gift.currency, 'en')}" for gift in _of(address)]


def export(address: str) -> list[dict[str, Any]]:
    fields = ("reference", "amount", "currency", "interval", "method", "state", "name", "email", "show_name", "message", "language")
    return list(_of(address).values(*fields, "pledged_at", "received_at"))


def erase(address: str) -> list[str]:
    lines = [f"Gift {gift}: name, address and message deleted. Its sum and days stay: the law asks for them." for gift in _of(address)]
    _of(address).update(name="", email="", message="", show_name=False, client_id=None)
    return lines
