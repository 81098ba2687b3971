"""The whole site killed with -9 while reports come in: none that was acknowledged is lost, none is doubled, no file is left over."""

import json
import os
import random
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

pytest.importorskip("aiosmtpd", reason="pip install -r requirements-dev.txt")

from tests import factories, proof
from tests.processes import Site, until

pytestmark = [pytest.mark.journey, pytest.mark.endurance]
REPORTS, PHOTOS, KILLS = proof.count(1_000), proof.count(300), proof.count(30)
CLIENTS = 6

# A day and a week later, when the sweep may touch what is left.
LATER = """
import os
from datetime import timedelta
from django.conf import settings
from django.utils import timezone
from hippolist.discovery import modules
from sightings.models import Photo
Photo.objects.update(uploaded_at=timezone.now() - timedelta(days=8))
old = timezone.now().timestamp() - 2 * 86400
for folder, _folders, files in os.walk(settings.DATA_DIR):
    for name in files:
        if "sqlite3" not in name and not name.endswith(".key") and not name.endswith(".log"):
            os.utime(os.path.join(folder, name), (old, old))
for module in modules("chores"):
    for _seconds, work in module.CHORES.values():
        work()
"""
STATE = """
import json, os
from django.conf import settings
from sightings.models import Photo, Report
private = settings.DATA_DIR / "private"
files = [os.path.relpath(os.path.join(folder, name), private) for folder, _f, names in os.walk(private) for name in names]
uploads = [name for _folder, _f, names in os.walk(settings.DATA_DIR / "uploads") for name in names]
print(json.dumps({
    "reports": [[str(c), s, n] for c, s, n in
                ((r.client_id, r.story, r.photos.count()) for r in Report.objects.prefetch_related("photos"))],
    "rows": [name for photo in Photo.objects.all() for name in (photo.original.name, photo.preview.name)],
    "files": files, "uploads": uploads,
}))
"""


class Phones:
    """Phones that send each report until it is acknowledged, as the outbox of the form does."""

    def __init__(self, site: Site) -> None:
        self.site, self.acknowledged, self.done = site, 0, threading.Event()

    def send(self, number: int) -> str:
        fields = factories.report_form(client_id=str(uuid.UUID(int=number + 1, version=4)), story=f"Report {number}")
        photo = factories.photo(colour=f"#{random.Random(number).randrange(1 << 24):06x}").getvalue() if number < PHOTOS else None
        while True:
            files = {"photos": ("hippo.jpg", photo, "image/jpeg")} if photo else None
            try:
                answer = httpx.post(f"{self.site.url}/report/", data=fields, files=files, timeout=20)
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            if answer.status_code == 303:
                self.acknowledged += 1
                return fields["client_id"]
            assert answer.status_code in {500, 502, 503}, answer.text


def test_no_acknowledged_report_is_lost_and_none_doubled(tmp_path):
    site = Site(tmp_path, os.environ.get("HIPPOLIST_DATABASE_URL", "")).start()
    phones = Phones(site)
    order = list(range(REPORTS))
    random.Random(42).shuffle(order)
    try:
        with ThreadPoolExecutor(CLIENTS) as pool:
            sent = [pool.submit(phones.send, number) for number in order]
            for kill in range(KILLS):
                goal = (kill + 1) * REPORTS // (KILLS + 1)
                until(lambda goal=goal: phones.acknowledged >= goal, f"{goal} acknowledged", seconds=120)
                time.sleep(0.011 * (kill % 7))
                site.kill()
                site.start()
            acknowledged = [future.result(300) for future in sent]
        site.shell(LATER)
        state = json.loads(site.shell(STATE))
        kept = {client_id: (story, photos) for client_id, story, photos in state["reports"]}
        expected = {str(uuid.UUID(int=n + 1, version=4)): (f"Report {n}", 1 if n < PHOTOS else 0) for n in range(REPORTS)}
        assert len(acknowledged) == REPORTS
        assert len(state["reports"]) == REPORTS, "doubled or lost"
        assert kept == expected
        assert sorted(state["rows"]) == sorted(state["files"])
        assert state["uploads"] == []
        proof.record(f"{REPORTS} reports, {PHOTOS} with a photo, {KILLS} kills -9 of all processes: 0 lost, 0 doubled, 0 files left over")
    finally:
        site.stop()
