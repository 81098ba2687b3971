"""manage.py run: the site and its worker beside each other, until Ctrl-C."""

import os
import signal
import subprocess
import sys
import time
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand

from hippolist import demo
from hippolist.models import Entry

WAIT = 10


class Command(BaseCommand):
    help = "Start the site and the worker, print the address, and stop both cleanly at Ctrl-C. make run calls this."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="Where the site listens (8000).")
        parser.add_argument("--host", default="127.0.0.1", help="On which address (127.0.0.1: this machine only).")

    def handle(self, *, port: int, host: str, **options) -> None:
        environment = dict(os.environ)
        if "HIPPOLIST_SITE_URL" not in environment and port != 8000:
            environment["HIPPOLIST_SITE_URL"] = f"http://{host}:{port}"
        site = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws"]
        # Few threads: more writers on SQLite only wait longer for each other.
        site += ["--blocking-threads", "4", "--log-level", "warning", "hippolist.wsgi:application"]
        children = [
            subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603  (our own words)
            for command in (site, [sys.executable, "manage.py", "worker"])
        ]
        stopping = []
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: stopping.append(True))
        self._greet(environment.get("HIPPOLIST_SITE_URL", settings.SITE_URL))
        while not stopping and all(child.poll() is None for child in children):
            time.sleep(0.1)
        sys.exit(self._stop(children, asked=bool(stopping)))

    def _greet(self, url: str) -> None:
        self.stdout.write(self.style.SUCCESS(f"\n  {settings.SITE_NAME}: {url}/"))
        self.stdout.write(f"  Admin:  {url}/admin/")
        if settings.DEBUG:
            self.stdout.write(f"  Mails:  {url}/dev/mail/")
            if urlsplit(url).hostname in {"127.0.0.1", "localhost"} and Entry.objects.filter(demo=True).exists():
                self.stdout.write(f"  Demo moderator:  {demo.USER}  /  {demo.password()}")
        self.stdout.write("  Stop with Ctrl-C.\n")
        self.stdout.flush()

    def _stop(self, children: list[subprocess.Popen], *, asked: bool) -> int:
        for child in children:
            if child.poll() is None:
                child.terminate()
        for child in children:
            try:
                child.wait(WAIT)
            except subprocess.TimeoutExpired:
                child.kill()
        self.stdout.write("  Stopped." if asked else "  A process ended by itself; see its words above.")
        return 0 if asked else 1
