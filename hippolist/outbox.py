"""The outbox: letters are rows, written in the transaction that caused them, sent by the worker, once."""

import logging
import re
import smtplib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parseaddr
from typing import Any

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection, transaction
from django.db.models import QuerySet
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils import timezone, translation
from django.utils.encoding import punycode

from .context import shared
from .discovery import modules
from .models import Letter
from .models.letters import LetterQuerySet

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)
BATCH = 50
BACK_OFF = [timedelta(minutes=m) for m in (1, 5, 30, 120, 480)]
AWAY, LOCKED_OUT = timedelta(minutes=1), timedelta(minutes=30)
KEEP_TEXT = timedelta(days=30)
OPEN = [Letter.State.QUEUED, Letter.State.DEFERRED]


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
        subject = " ".join(_plain(f"{template}.subject.txt", values).split())
        text = re.sub(r"\n{3,}", "\n\n", _plain(f"{template}.txt", values)).strip() + "\n"
        html = css_inline.inline(render_to_string(f"{template}.html", values), load_remote_stylesheets=False)
    return Mail(subject[:300], text, html, headers or {})


def _plain(template: str, values: Mapping[str, Any]) -> str:
    """A text that is no HTML: nothing in it may turn into &amp;."""
    found: Any = get_template(template)
    return found.template.render(Context(values, autoescape=False))


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


def mail_of(letter: Letter) -> Mail | None:
    """The words of a letter: its own, or what its app renders for the kinds that it named in letters.RENDERERS.

    None where a renderer says that the letter is no longer wanted.
    """
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
        with Door() as door:
            for letter in letters:
                try:
                    door.open()
                except OSError as error:
                    _wait(letters, error)
                    break
                _send(letter, door)
    return len(letters)


class Door:
    """The way out for a batch: one SMTP connection, or none in development, where /dev/mail/ shows the letters."""

    def __enter__(self) -> "Door":
        self.connection: Any = get_connection() if settings.EMAIL_URL else None
        return self

    def open(self) -> None:
        if self.connection:
            self.connection.open()

    def send(self, message: EmailMultiAlternatives) -> None:
        if self.connection:
            self.connection.send_messages([message])

    @property
    def handed_over(self) -> bool:
        """Whether the last letter's text was on its way when the connection broke: nobody knows if it arrived."""
        return bool(getattr(self.connection and self.connection.connection, "in_data", False))

    def shut(self) -> None:
        """After trouble: what is left of a broken connection must not carry the next letter."""
        if self.connection:
            try:
                self.connection.close()
            except OSError:
                log.info("the mail server hung up at goodbye")

    def __exit__(self, *error) -> None:
        self.shut()


def _send(letter: Letter, door: Door) -> None:
    message = _written(letter)
    # Written down before it can happen: a worker that dies from here on leaves an uncertain letter, not a second copy.
    values = {"state": Letter.State.SENDING, "attempts": letter.attempts + 1, "lease_until": timezone.now() + LEASE}
    if message and _held(letter).update(**values):
        letter.attempts += 1
        _hand_over(letter, message, door)


def _held(letter: Letter) -> QuerySet:
    return Letter.objects.filter(pk=letter.pk, state__in=OPEN)


def _written(letter: Letter) -> EmailMultiAlternatives | None:
    """The letter as a message, or None: it is no longer wanted, or cannot be written and stops nobody else's."""
    try:
        if message := message_of(letter):
            message.message()
            return message
        values: dict[str, Any] = {"state": Letter.State.SUPPRESSED}
    except Exception as error:  # noqa: BLE001  (whatever a renderer raises)
        # Only what kind of error: its words, and a traceback's, may hold the address.
        log.error("letter %s cannot be written: %s", letter.pk, type(error).__name__)
        values = {"state": Letter.State.FAILED, "error": f"This letter cannot be written: {error}"[:500]}
    _held(letter).update(lease_until=None, ended_at=timezone.now(), **values)
    return None


def _hand_over(letter: Letter, message: EmailMultiAlternatives, door: Door) -> None:
    try:
        door.send(message)
    except smtplib.SMTPSenderRefused as error:
        # Our fault, not the letter's: it waits until somebody mends the settings.
        _put_off(letter, f"The mail server refused the sender: {_answer(error)[1]}", for_ever=True)
        door.shut()
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
        code, words = _answer(error)
        if 400 <= code < 500:
            _put_off(letter, words)
        else:
            _end(letter, Letter.State.FAILED, words)
        door.shut()
    except OSError as error:
        if door.handed_over:
            _end(letter, Letter.State.UNCERTAIN, f"The connection broke while the text was sent: {error}")
        else:
            _put_off(letter, f"The mail server hung up: {error}", for_ever=True)
        door.shut()
    else:
        _end(letter, Letter.State.SENT, "")


def _answer(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPResponseException) -> tuple[int, str]:
    code: int
    words: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
    else:
        code, words = error.smtp_code, error.smtp_error
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return code, f"{code} {text}"


def _end(letter: Letter, state: str, error: str) -> None:
    values = {"state": state, "error": error[:500], "lease_until": None, "ended_at": timezone.now()}
    Letter.objects.filter(pk=letter.pk, state=Letter.State.SENDING).update(**values)


def _put_off(letter: Letter, error: str, *, for_ever: bool = False) -> None:
    """Try again later, each time later; given up after the last step, unless the fault is ours."""
    if letter.attempts > len(BACK_OFF) and not for_ever:
        _end(letter, Letter.State.FAILED, error)
        return
    later = timezone.now() + BACK_OFF[min(letter.attempts, len(BACK_OFF)) - 1]
    values = {"state": Letter.State.DEFERRED, "error": error[:500], "lease_until": None, "next_try": later}
    Letter.objects.filter(pk=letter.pk, state=Letter.State.SENDING).update(**values)


def _wait(claimed: list[Letter], error: OSError) -> None:
    """The mail server cannot be used: whatever is due waits, and nothing counts against a letter that was not tried."""
    log.warning("the mail server cannot be used: %s", error)
    # A refused login is not mended within a minute, and asking again and again locks accounts.
    later = timezone.now() + (LOCKED_OUT if isinstance(error, smtplib.SMTPAuthenticationError) else AWAY)
    mine = Letter.objects.filter(pk__in=[letter.pk for letter in claimed], state__in=OPEN, lease_until__isnull=False)
    mine.update(lease_until=None, next_try=later, error=f"The mail server cannot be used: {error}"[:500])
    Letter.objects.due().update(next_try=later)


def settle_lapsed() -> None:
    """A letter whose worker died while sending may have gone out: a person settles it, we do not send it twice."""
    lapsed = Letter.objects.filter(state=Letter.State.SENDING, lease_until__lt=timezone.now())
    lapsed.update(state=Letter.State.UNCERTAIN, lease_until=None, ended_at=timezone.now())


def message_of(letter: Letter) -> EmailMultiAlternatives | None:
    mail = mail_of(letter)
    if mail is None:
        return None
    sender = settings.DEFAULT_FROM_EMAIL
    domain = punycode(parseaddr(sender)[1].rpartition("@")[2] or "localhost")
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
    return old.blank()


def forget(letters: LetterQuerySet) -> int:
    """Somebody is erased: what still waits for them is not sent, and of what was written only the line stays."""
    waiting = letters.filter(state__in=OPEN)
    waiting.update(state=Letter.State.SUPPRESSED, lease_until=None, ended_at=timezone.now())
    return letters.exclude(to="").blank()


def shown() -> Iterator[Letter]:
    """What /dev/mail/ lists, newest first."""
    return Letter.objects.exclude(to="").order_by("-pk")[:200].iterator()
