"""manage.py run: site and worker beside each other, and both gone after Ctrl-C."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("httpx", reason="pip install -r requirements-dev.txt")

import httpx

from tests.processes import Site, until

pytestmark = pytest.mark.journey
ROOT = Path(__file__).resolve().parents[2]


def test_one_command_runs_site_and_worker_and_ctrl_c_stops_both(tmp_path):
    place = Site(tmp_path, os.environ.get("HIPPOLIST_DATABASE_URL", ""))
    try:
        place.manage("migrate", "--verbosity", "0")
        assert "40 entries in two releases" in place.manage("demo", "--if-empty").stdout
        assert place.manage("demo", "--if-empty").stdout == ""
        assert "not empty" in place.manage("demo", check=False).stderr
        command = [sys.executable, "manage.py", "run", "--port", str(place.port)]
        with (tmp_path / "run.log").open("wb") as log:
            run = subprocess.Popen(command, cwd=ROOT, env=place.environment, stdout=log, stderr=log)
        words = lambda: (tmp_path / "run.log").read_text(encoding="utf-8")  # noqa: E731
        until(lambda: "Demo moderator:  demo" in words(), "the greeting")
        until(place._answers, "the site")
        assert "Hippo List" in httpx.get(place.url).text
        children = Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()
        assert len(children) == 2
        # The demo moderator's login works as printed, and what the worker does is seen.
        password = words().split("demo  /  ")[1].split()[0]
        with place.visitor() as browser:
            browser.get("/admin/login/")
            token = browser.cookies["csrftoken"]
            fields = {"username": "demo", "password": password, "next": "/admin/", "csrfmiddlewaretoken": token}
            page = browser.post("/admin/login/", data=fields, headers={"Referer": place.url, "Origin": place.url})
            assert "Reports waiting" in page.text
        until(lambda: place.shell("from hippolist.models import Chore; print(Chore.objects.count())") != "0", "the worker's first chores")
        run.send_signal(signal.SIGINT)
        assert run.wait(20) == 0
        assert "Stopped." in words()
        time.sleep(0.2)
        assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]
        assert "Traceback" not in words()
    finally:
        if run.poll() is None:
            run.kill()
        place.stop()
