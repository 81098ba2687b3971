"""Chores of subscriptions: ask those who could not be asked yet, and forget those who never said yes."""

from hippolist import outbox

from .asking import mail_link
from .models import Subscriber

BATCH = 200


def ask_who_waits() -> None:
    """Addresses that were typed while no mail could go get their letter once it can."""
    if outbox.can_send():
        for subscriber in Subscriber.objects.never_asked().order_by("pk")[:BATCH]:
            mail_link(subscriber)


def forget_unconfirmed() -> None:
    for subscriber in Subscriber.objects.given_up().order_by("pk")[:BATCH]:
        subscriber.forget()


CHORES = {"ask_who_waits": (60, ask_who_waits), "forget_unconfirmed": (3600, forget_unconfirmed)}
