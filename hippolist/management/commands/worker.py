"""manage.py worker: send letters and do chores until stopped."""

import signal
import threading

from django.core.management.base import BaseCommand

from hippolist import worker


class Command(BaseCommand):
    help = "Send the letters that wait and do the regular chores. Runs until Ctrl-C or SIGTERM; start as many as you like."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--once", action="store_true", help="Do what is due now, then end.")

    def handle(self, *, once: bool, **options) -> None:
        if once:
            while worker.outbox.send_due():
                pass
            worker.do_due_chores()
            return
        stopped = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
        worker.work(stopped.is_set)
