"""A worker killed with -9 in the middle of its work: nobody is missed, nobody is written to twice."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

pytest.importorskip("aiosmtpd", reason="pip install -r requirements-dev.txt")

from tests import proof
from tests.processes import ROOT, Mailbox, Site, until

pytestmark = [pytest.mark.journey, pytest.mark.endurance]
LETTERS, KILLS = proof.count(2_000), proof.count(40)

WRITE = """
from hippolist.models import Letter
Letter.objects.bulk_create(
    Letter(kind="trial", key=str(n), to=f"p{{n}}@example.org", subject="Trial", text="Words", html="<p>Words</p>") for n in range({count})
)
"""
# What hours do by themselves: the leases of a dead worker lapse.
LAPSE = """
from datetime import timedelta
from django.utils import timezone
from hippolist.models import Letter
Letter.objects.exclude(lease_until=None).update(lease_until=timezone.now() - timedelta(seconds=1))
"""
COUNT = """
from collections import Counter
from hippolist.models import Letter
print(dict(Counter(Letter.objects.values_list("state", flat=True))))
"""
UNCERTAIN = """
from hippolist.models import Letter
print(" ".join(Letter.objects.filter(state="uncertain").values_list("to", flat=True)))
"""


class SlowMailbox(Mailbox):
    """Takes its time, so that kills fall into the middle of a letter."""

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        import asyncio

        await asyncio.sleep(0.004)
        return await super().handle_DATA(server, session, envelope)


def test_nobody_is_missed_and_nobody_written_to_twice(tmp_path):
    box = SlowMailbox()
    box.controller.start()
    address = {"HIPPOLIST_EMAIL_URL": f"smtp://127.0.0.1:{box.controller.port}", "HIPPOLIST_EMAIL_FROM": "list@example.org"}
    site = Site(tmp_path, os.environ.get("HIPPOLIST_DATABASE_URL", ""), **address)
    try:
        site.manage("migrate", "--verbosity", "0")
        site.shell(WRITE.format(count=LETTERS))
        for kill in range(KILLS):
            worker = _worker(site)
            goal = (kill + 1) * LETTERS // (KILLS + 1)
            until(lambda goal=goal: len(box.letters) >= goal, f"{goal} letters")
            time.sleep(0.003 * (kill % 3))
            worker.send_signal(signal.SIGKILL)
            worker.wait(10)
            site.shell(LAPSE)
        worker = _worker(site)
        until(lambda: "queued" not in (words := site.shell(COUNT)) and "sending" not in words, "the rest", seconds=120)
        worker.terminate()
        worker.wait(20)
        received = Counter(receiver for receiver, _message in box.letters)
        uncertain = set(site.shell(UNCERTAIN).split())
        assert max(received.values()) == 1
        assert set(received) | uncertain == {f"p{n}@example.org" for n in range(LETTERS)}
        assert len(uncertain) <= KILLS
        proof.record(f"{LETTERS} letters, {KILLS} kills -9: 0 missed, 0 doubled, {len(uncertain)} uncertain and listed")
    finally:
        site.stop()
        box.controller.stop()


def _worker(site: Site) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "manage.py", "worker"], cwd=ROOT, env=site.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
