"""Processes: the real site and the real worker, on a database and a data folder of their own, and a real mail receiver."""

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
from aiosmtpd.controller import Controller

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 40


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(found: Callable, what: str, seconds: float = PATIENCE):
    """Wait for something to become true; answers it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := found():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds} s in vain for {what}")


class Mailbox:
    """A receiver that keeps what comes."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, EmailMessage]] = []
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  (aiosmtpd's name)
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.letters.extend((address, message) for address in envelope.rcpt_tos)
        return "250 kept"

    def to(self, address: str) -> list[EmailMessage]:
        return [message for receiver, message in self.letters if receiver == address]

    def wait(self, address: str, subject: str) -> EmailMessage:
        def found():
            return next((m for m in self.to(address) if subject in m["Subject"]), None)

        return until(found, f"a mail to {address} about {subject}; came: {[(a, m['Subject']) for a, m in self.letters]}")


def text_of(message: EmailMessage) -> str:
    return message.get_body(("plain",)).get_content()


def link_in(message: EmailMessage, part: str) -> str:
    """The first address in a letter that holds `part`."""
    return next(url for url in re.findall(r"https?://\S+", text_of(message)) if part in url)


class Site:
    """One installation: `start()` runs migrations, site and worker as processes."""

    def __init__(self, folder: Path, database_url: str = "", **environment: str) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database = _fresh_database(database_url) if database_url else ""
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("HIPPOLIST_")},
            "DJANGO_SETTINGS_MODULE": "hippolist.settings",
            "HIPPOLIST_DEBUG": "on",
            "HIPPOLIST_DATA_DIR": str(folder),
            "HIPPOLIST_DATABASE_URL": self.database,
            "HIPPOLIST_SITE_URL": self.url,
            # All visitors of a test come from one network.
            "HIPPOLIST_LIMITS": "off",
            "HIPPOLIST_CONTACT_EMAIL": "team@example.org",
            "HIPPOLIST_BANK_HOLDER": "Friends of Hippo List",
            "HIPPOLIST_BANK_IBAN": "DE02120300000000202051",
            "HIPPOLIST_BANK_BIC": "BYLADEM1001",
            **environment,
        }
        self.processes: list[subprocess.Popen] = []

    def manage(self, *words: str, check: bool = True) -> subprocess.CompletedProcess:
        command = [sys.executable, "manage.py", *words]
        run = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert not check or run.returncode == 0, run.stderr
        return run

    def shell(self, code: str) -> str:
        return self.manage("shell", "--no-imports", "-c", code).stdout.strip()

    def start(self) -> "Site":
        self.manage("migrate", "--verbosity", "0")
        log = (self.folder / "processes.log").open("ab")
        site = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(self.port), "--no-ws"]
        site += ["--blocking-threads", "4", "--log-level", "warning", "hippolist.wsgi:application"]
        for command in (site, [sys.executable, "manage.py", "worker"]):
            # A group of its own, so that kill() reaches what it started too.
            process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True)
            self.processes.append(process)
        log.close()
        until(self._answers, f"the site; its words: {self.log()}")
        return self

    def kill(self) -> None:
        """kill -9 of everything at once, as when the power goes."""
        for process in self.processes:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)
        self.processes = []

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def log(self) -> str:
        path = self.folder / "processes.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(20)
        if self.database:
            _drop_database(self.database)

    def staff(self, name: str, *roles: str) -> str:
        """Make somebody of the team; answers the password."""
        self.shell(
            "from django.contrib.auth.models import User, Group; "
            f"u = User.objects.create_user({name!r}, password='a long test password', is_staff=True); "
            f"u.groups.set(Group.objects.filter(name__in={list(roles)!r}) if {list(roles)!r} else Group.objects.all())"
        )
        return "a long test password"

    def entry(self, title: str) -> str:
        """Put something on the list; answers its HL number."""
        fields = f"by=None, title={title!r}, grid='none', how_known='read', license='https://creativecommons.org/licenses/by/4.0/'"
        return self.shell(f"from hippolist.models import Entry; print(Entry.publish({fields}).code)")

    def visitor(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, follow_redirects=True, timeout=30)

    def login(self, name: str) -> httpx.Client:
        client = self.visitor()
        client.get("/admin/login/")
        post(client, "/admin/login/", username=name, password="a long test password", next="/admin/")
        return client


def post(client: httpx.Client, path: str, **fields) -> httpx.Response:
    """Post a form of the admin, as a browser would: with its token and its own origin."""
    token = client.cookies.get("csrftoken", "")
    headers = {"Referer": f"{client.base_url}{path}", "Origin": str(client.base_url).rstrip("/")}
    return client.post(path, data={**fields, "csrfmiddlewaretoken": token}, headers=headers)


def _fresh_database(url: str) -> str:
    import psycopg

    name = f"journey_{secrets.token_hex(4)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _drop_database(url: str) -> None:
    import psycopg

    parts = urlsplit(url)
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{parts.path[1:]}" WITH (FORCE)')
