"""The outbox: letters are rows, written in the transaction that caused them, sent by the worker, once."""

import logging
import re
import smtplib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parseaddr
from typing import Any

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.crypto import get_random_string

from .context import shared
from .discovery import modules
from .models import Letter

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)
BATCH = 50
BACK_OFF = [timedelta(minutes=m) for m in (1, 5, 30, 120, 480)]
KEEP_TEXT = timedelta(days=30)


@dataclass
class Mail:
    """What one letter says."""

    subject: str
    text: str
    html: str
    headers: dict[str, str] = field(default_factory=dict)


def compose(template: str, language: str, context: Mapping[str, Any], headers: dict[str, str] | None = None) -> Mail:
    """Render `<template>.{subject.txt,txt,html}` in a language; styles inline, one line of subject."""
    with translation.override(language):
        values = {**shared(), **context, "language": language}
        subject = " ".join(render_to_string(f"{template}.subject.txt", values).split())
        text = re.sub(r"\n{3,}", "\n\n", render_to_string(f"{template}.txt", values)).strip() + "\n"
        html = css_inline.inline(render_to_string(f"{template}.html", values), load_remote_stylesheets=False)
    return Mail(subject[:300], text, html, headers or {})


def write(kind: str, key: str, *, to: str, language: str, template: str, context: Mapping[str, Any], **extra) -> bool:
    """Write one single letter down. False where a letter of this kind and key was written already."""
    mail = compose(template, language, context, extra.pop("headers", None))
    letter = Letter(
        kind=kind,
        key=key,
        to=to,
        language=language,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        headers=mail.headers,
        **extra,
    )
    with transaction.atomic():
        before = Letter.objects.filter(kind=kind, key=key).exists()
        if not before:
            Letter.objects.bulk_create([letter], ignore_conflicts=True)
    return not before


def can_send() -> bool:
    """Whether letters leave this machine, or are shown at /dev/mail/; without either they wait."""
    return bool(settings.EMAIL_URL) or settings.DEBUG


def mail_of(letter: Letter) -> Mail:
    """The words of a letter: its own, or what its app renders for the kinds that it announced in letters.RENDERERS."""
    for module in modules("letters"):
        if renderer := getattr(module, "RENDERERS", {}).get(letter.kind):
            return renderer(letter)
    return Mail(letter.subject, letter.text, letter.html, dict(letter.headers))


def claim(limit: int = BATCH) -> list[Letter]:
    """Take due letters for this worker. Two workers never get the same one; a dead worker's come back."""
    now = timezone.now()
    due = Letter.objects.due()
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        letters = list(due[:limit])
        # On SQLite the IMMEDIATE transaction itself keeps a second worker out.
        Letter.objects.filter(pk__in=[letter.pk for letter in letters]).update(lease_until=now + LEASE)
    return letters


def send_due(limit: int = BATCH) -> int:
    """Send one batch of due letters; how many were handled."""
    if not can_send():
        return 0
    settle_lapsed()
    letters = claim(limit)
    if letters:
        with _door() as door:
            for letter in letters:
                _send(letter, door)
    return len(letters)


class _door:
    """One connection for a batch: SMTP, or none at all in development, where /dev/mail/ shows the letters."""

    def __enter__(self) -> Callable[[EmailMultiAlternatives], None]:
        self.connection = get_connection() if settings.EMAIL_URL else None
        return self._pass

    def _pass(self, message: EmailMultiAlternatives) -> None:
        if self.connection:
            self.connection.open()
            self.connection.send_messages([message])

    def __exit__(self, *error) -> None:
        if self.connection:
            try:
                self.connection.close()
            except OSError:
                log.info("the mail server hung up at goodbye")


def _send(letter: Letter, door: Callable[[EmailMultiAlternatives], None]) -> None:
    held = Letter.objects.filter(pk=letter.pk, state__in=[Letter.State.QUEUED, Letter.State.DEFERRED])
    # Written down before it can happen: a worker that dies from here on leaves an uncertain letter, not a second copy.
    if not held.update(state=Letter.State.SENDING, attempts=letter.attempts + 1):
        return
    letter.attempts += 1
    try:
        door(message_of(letter))
    except smtplib.SMTPAuthenticationError as error:
        # Our fault, not the letter's: it waits until somebody mends the login.
        _put_off(letter, f"The mail server refused the login: {error.smtp_code}")
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
        code, words = _answer(error)
        if 400 <= code < 500:
            _put_off(letter, words)
        else:
            _end(letter, Letter.State.FAILED, words)
    except OSError as error:
        _put_off(letter, f"The mail server does not answer: {error}")
    except ValueError as error:
        _end(letter, Letter.State.FAILED, f"This letter cannot be written: {error}")
    else:
        _end(letter, Letter.State.SENT, "")


def _answer(error: smtplib.SMTPException) -> tuple[int, str]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
    else:
        code, words = error.smtp_code, error.smtp_error
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return code, f"{code} {text}"


def _end(letter: Letter, state: str, error: str) -> None:
    values = {"state": state, "error": error[:500], "lease_until": None, "ended_at": timezone.now()}
    Letter.objects.filter(pk=letter.pk, state=Letter.State.SENDING).update(**values)


def _put_off(letter: Letter, error: str) -> None:
    if letter.attempts > len(BACK_OFF):
        _end(letter, Letter.State.FAILED, error)
        return
    later = timezone.now() + BACK_OFF[letter.attempts - 1]
    values = {"state": Letter.State.DEFERRED, "error": error[:500], "lease_until": None, "next_try": later}
    Letter.objects.filter(pk=letter.pk, state=Letter.State.SENDING).update(**values)


def settle_lapsed() -> None:
    """A letter whose worker died while sending may have gone out: a person settles it, we do not send it twice."""
    lapsed = Letter.objects.filter(state=Letter.State.SENDING, lease_until__lt=timezone.now())
    lapsed.update(state=Letter.State.UNCERTAIN, lease_until=None, ended_at=timezone.now())


def message_of(letter: Letter) -> EmailMultiAlternatives:
    mail = mail_of(letter)
    sender = settings.DEFAULT_FROM_EMAIL
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    headers = {
        # Fixed, so that a copy sent by a person after an uncertain end is recognised as the same mail.
        "Message-ID": f"<{letter.kind}.{letter.pk}@{domain}>",
        "Auto-Submitted": "auto-generated",
        **mail.headers,
    }
    envelope = settings.BOUNCE_ADDRESS or sender
    message = EmailMultiAlternatives(mail.subject, mail.text, envelope, [letter.to], headers={**headers, "From": sender})
    message.attach_alternative(mail.html, "text/html")
    return message


def blank_old() -> int:
    """Take address and text out of letters that ended 30 days ago; their lines stay, so that nothing is sent again."""
    old = Letter.objects.filter(ended_at__lt=timezone.now() - KEEP_TEXT).exclude(to="")
    return old.update(to="", subject="", text="", html="", headers={}, error="")


def shown() -> Iterator[Letter]:
    """What /dev/mail/ lists, newest first."""
    return Letter.objects.exclude(to="").order_by("-pk")[:200].iterator()


def random_key() -> str:
    """A key for letters that may be written any number of times."""
    return get_random_string(20)
