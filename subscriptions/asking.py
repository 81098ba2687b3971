"""Asking: what happens from an address typed into the form to its owner's yes."""

from django.db import transaction
from django.utils import timezone

from hippolist import outbox, tokens

from . import letters
from .models import WORDING, Subscriber


def ask(email: str, *, language: str, countries: list[str], page: str) -> None:
    """Keep the address and mail it a link. New, waiting, confirmed or gone: the work and the answer are the same."""
    with transaction.atomic():
        blank = Subscriber(email=email, language=language, countries=countries)
        Subscriber.objects.bulk_create([blank], ignore_conflicts=True)
        subscriber = Subscriber.objects.select_for_update().at(email).get()
        subscriber.ask(language=language, countries=countries)
        nothing_written = transaction.savepoint()
        _write_consent(subscriber, page)
        mail_link(subscriber)
        if subscriber.state == Subscriber.State.CONFIRMED:
            # Written and taken back: how long an answer takes must not tell who subscribes.
            transaction.savepoint_rollback(nothing_written)


def _write_consent(subscriber: Subscriber, page: str) -> None:
    """One open line for each page is proof enough, however often somebody asks."""
    if not subscriber.consents.filter(page=page, wording=WORDING, confirmed_at=None, ended_at=None).exists():
        subscriber.consents.create(page=page, wording=WORDING, demo=subscriber.demo)


def mail_link(subscriber: Subscriber) -> bool:
    """Write the letter with the link to confirm, one a day at the most. False where it was written, or no mail can go."""
    now = timezone.now()
    key = f"{subscriber.pk}:{now:%Y-%m-%d}"
    with transaction.atomic():
        counter = Subscriber.objects.select_for_update().values_list("link_counter", flat=True).get(pk=subscriber.pk) + 1
        letter = letters.confirmation(subscriber, tokens.make("confirm", subscriber.pk, counter))
        if not outbox.can_send() or not outbox.write("confirm", key, demo=subscriber.demo, **letter):
            return False
        Subscriber.objects.filter(pk=subscriber.pk).update(link_counter=counter, letter_at=now)
    return True


def confirm(subscriber: Subscriber) -> bool:
    """The owner's yes, with the one welcome letter. False where it was said already."""
    with transaction.atomic():
        done = subscriber.confirm()
        if done:
            letter = letters.welcome(subscriber)
            outbox.write("welcome", str(subscriber.pk), demo=subscriber.demo, **letter)
    return done
