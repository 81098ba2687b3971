"""The outbox: letters leave once, in turn, by a real mail server; what goes wrong is written down."""

import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from django.db import connection
from django.utils import timezone
from django.utils.crypto import get_random_string

from hippolist import outbox, smtp
from hippolist.models import Letter
from tests.factories import make_subscriber

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]


class Receiver:
    """A mail server that keeps what it gets and answers as a test tells it."""

    def __init__(self) -> None:
        self.got, self.answers, self.hang_up_at = [], {}, ""
        self.connections = 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802
        if self.hang_up_at == "RCPT":
            server.transport.abort()
        if answer := self.answers.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_MAIL(self, server, session, envelope, address, mail_options):  # noqa: N802
        if answer := self.answers.get("MAIL"):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_QUIT(self, server, session, envelope):  # noqa: N802
        if self.hang_up_at == "QUIT":
            server.transport.abort()
        return "221 Bye"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.got.append(envelope)
        if self.hang_up_at == "DATA":
            self.hang_up_at = ""
            server.transport.abort()
        return self.answers.get("DATA", "250 OK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def receiving(settings, **options):
    receiver = Receiver()
    controller = Controller(receiver, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    use(settings, controller.port)
    try:
        yield receiver
    finally:
        controller.stop()


def use(settings, port: int) -> None:
    settings.EMAIL_URL = f"smtp://127.0.0.1:{port}"
    settings.EMAIL_BACKEND = "hippolist.smtp.Backend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5
    settings.DEFAULT_FROM_EMAIL, settings.BOUNCE_ADDRESS = "Hippo List <list@example.org>", "bounce@example.org"


@pytest.fixture
def receiver(settings):
    with receiving(settings) as found:
        yield found


def make_letter(to: str = "ana@example.org", key: str = "", **fields) -> Letter:
    values = {"kind": "test", "subject": "Grüße", "text": "Hello\n", "html": "<p>Hello</p>", "headers": {"X-Test": "1"}}
    return Letter.objects.create(to=to, key=key or get_random_string(12), **{**values, **fields})


def state_of(letter: Letter) -> str:
    letter.refresh_from_db()
    return letter.state


def test_a_letter_arrives_once_with_both_parts_and_its_headers(receiver):
    letter = make_letter()
    assert outbox.send_due() == 1
    assert outbox.send_due() == 0
    [envelope] = receiver.got
    assert (envelope.mail_from, envelope.rcpt_tos) == ("bounce@example.org", ["ana@example.org"])
    text = envelope.content.decode()
    assert "From: Hippo List <list@example.org>" in text
    assert f"Message-ID: <test.{letter.pk}@example.org>" in text
    assert "Auto-Submitted: auto-generated" in text
    assert "X-Test: 1" in text
    assert "text/plain" in text
    assert "text/html" in text
    assert state_of(letter) == "sent"
    assert (letter.attempts, letter.lease_until, letter.error) == (1, None, "")
    assert letter.ended_at


def test_a_batch_takes_one_connection_and_single_letters_go_before_an_announcement(receiver):
    make_letter("bulk@example.org", bulk=True)
    make_letter("one@example.org")
    make_letter("two@example.org")
    outbox.send_due()
    assert [e.rcpt_tos[0] for e in receiver.got] == ["one@example.org", "two@example.org", "bulk@example.org"]
    assert receiver.connections == 1


def test_a_letter_that_is_refused_for_now_is_tried_again_later_each_time_later(receiver):
    receiver.answers["ana@example.org"] = "451 try again"
    letter = make_letter()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for attempt, pause in enumerate(outbox.BACK_OFF, start=1):
            outbox.send_due()
            assert state_of(letter) == "deferred"
            assert letter.attempts == attempt
            assert letter.error == "451 try again"
            clock.shift(pause - timedelta(seconds=1))
            assert outbox.send_due() == 0
            clock.shift(timedelta(seconds=1))
        outbox.send_due()
    assert state_of(letter) == "failed"


def test_a_letter_that_was_put_off_arrives_when_the_server_takes_it(receiver):
    receiver.answers["DATA"] = "451 disk full"
    letter = make_letter()
    outbox.send_due()
    assert state_of(letter) == "deferred"
    receiver.answers.clear()
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        outbox.send_due()
    assert state_of(letter) == "sent"


def test_an_address_that_does_not_exist_fails_at_once_and_stops_nobody_else(receiver):
    receiver.answers["ana@example.org"] = "550 no such user"
    bad, good = make_letter(), make_letter("ben@example.org")
    outbox.send_due()
    assert (state_of(bad), bad.error, bad.attempts) == ("failed", "550 no such user", 1)
    assert bad.ended_at
    assert state_of(good) == "sent"


def test_a_refused_sender_is_our_fault_and_fails_no_letter(receiver):
    receiver.answers["MAIL"] = "553 not your domain"
    letter = make_letter()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _time in range(8):
            outbox.send_due()
            assert state_of(letter) == "deferred"
            clock.shift(timedelta(hours=8))
    assert "553 not your domain" in letter.error


def test_a_line_that_breaks_before_the_text_is_tried_again(receiver):
    receiver.hang_up_at = "RCPT"
    first, second = make_letter(), make_letter("ben@example.org")
    outbox.send_due()
    assert (state_of(first), state_of(second)) == ("deferred", "deferred")
    assert receiver.got == []


def test_a_line_that_breaks_within_the_text_leaves_an_uncertain_letter_and_no_second_copy(receiver):
    receiver.hang_up_at = "DATA"
    first, second = make_letter(), make_letter("ben@example.org")
    outbox.send_due()
    assert state_of(first) == "uncertain"
    assert state_of(second) == "sent", "the next letter gets a fresh connection"
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert outbox.send_due() == 0
    assert len(receiver.got) == 2


def test_a_server_that_is_away_is_waited_for_and_counts_against_no_letter(settings):
    use(settings, free_port())
    letters = [make_letter(key=str(number)) for number in range(3)]
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _time in range(10):
            outbox.send_due(limit=2)
            assert {state_of(letter) for letter in letters} == {"queued"}
            assert outbox.send_due() == 0, "nothing is tried again before a minute has passed"
            clock.shift(timedelta(minutes=1))
        assert [letter.attempts for letter in letters] == [0, 0, 0]
        assert "cannot be used" in letters[0].error
        with receiving(settings) as receiver:
            outbox.send_due()
            assert len(receiver.got) == 3


def test_a_refused_login_is_not_repeated_for_half_an_hour(settings):
    def refuse(*args):
        return AuthResult(success=False, handled=False)

    with receiving(settings, authenticator=refuse, auth_require_tls=False) as receiver:
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "list", "wrong"
        letter = make_letter()
        with time_machine.travel(timezone.now(), tick=False) as clock:
            outbox.send_due()
            assert state_of(letter) == "queued"
            assert "535" in letter.error
            assert "wrong" not in letter.error
            clock.shift(timedelta(minutes=29))
            assert outbox.send_due() == 0
            clock.shift(timedelta(minutes=1))
            assert outbox.send_due() == 1
        assert receiver.got == []


def test_a_letter_that_cannot_be_written_fails_and_stops_nobody_else(receiver):
    broken = make_letter(kind="announcement", key="999:1")
    injected = make_letter("ben@example.org\nBcc: all@example.org")
    good = make_letter("eve@example.org")
    make_subscriber(id=1)
    outbox.send_due()
    assert (state_of(broken), state_of(injected), state_of(good)) == ("failed", "failed", "sent")
    assert len(receiver.got) == 1
    assert "cannot be written" in broken.error


def test_what_is_no_longer_wanted_is_not_sent(receiver):
    letter = make_letter(kind="announcement", key="1:999")
    outbox.send_due()
    assert state_of(letter) == "suppressed"
    assert letter.ended_at
    assert receiver.got == []


def test_without_a_mail_server_letters_wait(settings):
    settings.EMAIL_URL, settings.DEBUG = "", False
    letter = make_letter()
    assert (outbox.can_send(), outbox.send_due(), state_of(letter)) == (False, 0, "queued")


def test_in_development_letters_count_as_sent_and_nothing_leaves(settings):
    settings.EMAIL_URL, settings.DEBUG = "", True
    letter = make_letter()
    outbox.send_due()
    assert state_of(letter) == "sent"


def test_a_worker_that_died_while_sending_leaves_an_uncertain_letter(receiver):
    letter = make_letter(state="sending", lease_until=timezone.now() - timedelta(seconds=1))
    held = make_letter("ben@example.org", state="sending", lease_until=timezone.now() + timedelta(minutes=1))
    outbox.send_due()
    assert state_of(letter) == "uncertain"
    assert state_of(held) == "sending"
    assert receiver.got == []


def test_the_lease_runs_from_the_moment_of_sending():
    letter = make_letter()
    [claimed] = outbox.claim()
    with time_machine.travel(timezone.now() + outbox.LEASE - timedelta(seconds=1), tick=False):

        class Slow(outbox.Door):
            def send(self, message):
                with time_machine.travel(timezone.now() + timedelta(seconds=2)):
                    outbox.settle_lapsed()

        outbox._send(claimed, Slow().__enter__())
    assert state_of(letter) == "sent"


def test_what_a_dead_worker_had_claimed_comes_back():
    letter = make_letter()
    assert outbox.claim() == [letter]
    assert outbox.claim() == []
    with time_machine.travel(timezone.now() + outbox.LEASE + timedelta(seconds=1)):
        assert outbox.claim() == [letter]


def test_a_letter_of_a_kind_and_key_is_written_once(settings):
    context = {"button_url": "http://testserver/x/"}
    values = {"to": "ana@example.org", "language": "en", "template": "subscriptions/email/confirm", "context": context}
    assert outbox.write("confirm", "7:2026-11-03", **values)
    assert not outbox.write("confirm", "7:2026-11-03", **values)
    assert outbox.write("confirm", "7:2026-11-04", **values)
    assert Letter.objects.count() == 2


def test_a_plain_text_is_no_html_and_a_subject_is_one_line(settings):
    settings.SITE_NAME = "unused"
    mail = outbox.compose("subscriptions/email/confirm", "en", {"button_url": "http://x/?a=1&b=<2>", "site": {"name": "A & B\nBcc: x"}})
    assert mail.subject == "Confirm your address for A & B Bcc: x"
    assert "http://x/?a=1&b=<2>" in mail.text
    assert "&lt;2&gt;" in mail.html
    assert "\n\n\n" not in mail.text


def test_address_and_text_are_blanked_thirty_days_after_the_end_and_the_line_stays():
    old = make_letter(state="sent", ended_at=timezone.now() - timedelta(days=31))
    new = make_letter(state="sent", ended_at=timezone.now() - timedelta(days=29))
    open_ = make_letter(created_at=timezone.now() - timedelta(days=90))
    assert (outbox.blank_old(), outbox.blank_old()) == (1, 0)
    for letter in (old, new, open_):
        letter.refresh_from_db()
    assert (old.to, old.subject, old.text, old.html, old.headers) == ("", "", "", "", {})
    assert new.to == open_.to == "ana@example.org"
    assert list(outbox.shown()) == [open_, new]


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificate: apt install openssl")
def test_starttls_is_taken_where_it_is_offered_and_its_certificate_must_fit(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(smtp, "HERE", set())
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subject = ["-subj", "/CN=mail", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", *subject]
    subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with receiving(settings, tls_context=context, require_starttls=True) as receiver:
        letter = make_letter()
        outbox.send_due()
        assert state_of(letter) == "queued"
        assert "CERTIFICATE_VERIFY_FAILED" in letter.error
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        Letter.objects.update(next_try=timezone.now())
        outbox.send_due()
        assert (state_of(letter), len(receiver.got)) == ("sent", 1)


def test_a_server_that_speaks_tls_from_the_start_is_spoken_to_in_tls():
    assert smtp.Backend(use_ssl=True).connection_class is smtp._Tls
    assert smtp.Backend().connection_class is smtp._Plain


def test_a_server_that_says_no_goodbye_troubles_nobody(receiver):
    receiver.hang_up_at = "QUIT"
    letter = make_letter()
    outbox.send_due()
    assert state_of(letter) == "sent"


def test_nothing_due_opens_no_connection(receiver):
    assert outbox.send_due() == 0
    assert receiver.connections == 0


CLAIM = """
import django, json, sys
django.setup()
from hippolist import outbox
from hippolist.models import Letter
if sys.argv[1] == "fill":
    Letter.objects.bulk_create([Letter(kind="claim", key=str(n), to="a@example.org") for n in range(300)])
elif sys.argv[1] == "empty":
    Letter.objects.filter(kind="claim").delete()
else:
    got = []
    while batch := outbox.claim(7):
        got += [letter.pk for letter in batch]
    print(json.dumps(got))
"""


def test_two_workers_never_claim_the_same_letter(tmp_path):
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "HIPPOLIST_DATA_DIR": str(tmp_path)}
    if connection.vendor == "postgresql":
        database = connection.settings_dict
        env["HIPPOLIST_DATABASE_URL"] = (
            f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
        )
    else:
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=env, check=True)
    command = [sys.executable, "-W", "ignore", "-c", CLAIM]
    subprocess.run([*command, "fill"], cwd=ROOT, env=env, check=True)
    try:
        workers = [subprocess.Popen([*command, "claim"], cwd=ROOT, env=env, stdout=subprocess.PIPE) for _n in range(3)]
        claimed = [json.loads(worker.communicate(timeout=120)[0]) for worker in workers]
    finally:
        subprocess.run([*command, "empty"], cwd=ROOT, env=env, check=True)
    together = [pk for batch in claimed for pk in batch]
    assert len(together) == len(set(together)) == 300
