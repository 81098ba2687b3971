"""People: the subscription of an address: found, copied, erased."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from .models import Subscriber


def find(address: str) -> list[str]:
    return [f"Subscription: {subscriber.get_state_display()}" for subscriber in Subscriber.objects.at(address)]


def export(address: str) -> list[dict[str, Any]]:
    fields = ("email", "language", "countries", "state", "asked_at", "letter_at", "confirmed_at", "left_at")
    proofs = ("wording", "page", "asked_at", "confirmed_at", "ended_at", "ended_how")
    return [
        {name: getattr(subscriber, name) for name in fields} | {"consents": list(subscriber.consents.values(*proofs))}
        for subscriber in Subscriber.objects.at(address)
    ]


def erase(address: str) -> list[str]:
    return [_erase(subscriber) for subscriber in Subscriber.objects.at(address)]


def _erase(subscriber: Subscriber) -> str:
    with transaction.atomic():
        subscriber.consents.filter(ended_at=None).update(ended_at=timezone.now(), ended_how="erased")
        subscriber.consents.update(page="")
        subscriber.delete()
    return "Subscription: deleted. That somebody asked, and when, stays as proof without the address."
