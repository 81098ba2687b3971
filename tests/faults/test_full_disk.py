"""A disk that is full: clear words, nothing acknowledged is lost, and it goes on by itself when there is room again."""

import os
import subprocess
import uuid

import httpx
import pytest

pytest.importorskip("aiosmtpd", reason="pip install -r requirements-dev.txt")

from tests import factories
from tests.processes import Site

pytestmark = pytest.mark.journey
SIZE = 12_000_000


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", folder], check=True)
    # What the processes say lies on the big disk.
    (folder / "processes.log").symlink_to(tmp_path / "processes.log")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may make a small disk")
def test_a_full_disk_is_said_in_words_and_loses_nothing(small_disk):
    site = Site(small_disk, HIPPOLIST_DEBUG="off", HIPPOLIST_SECRET_KEY="for this test alone " * 4)
    site.manage("collectstatic", "--noinput", "-v", "0")
    site.start()
    filler = small_disk / "filler"
    try:
        first = httpx.post(f"{site.url}/report/", data=factories.report_form(story="Before"), timeout=20)
        assert first.status_code == 303
        room = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize
        filler.write_bytes(os.urandom(room - 300_000))
        big = {"photos": ("hippo.jpg", _noisy(), "image/jpeg")}
        client_id = str(uuid.uuid4())
        full = httpx.post(f"{site.url}/report/", data=factories.report_form(client_id=client_id, story="While"), files=big, timeout=20)
        assert full.status_code in {503, 507}, site.log()[-9000:]
        assert "Back in a moment" in full.text or "We have no room left" in full.text
        assert int(full.headers["Retry-After"]) > 0
        one = httpx.post(f"{site.url}/report/photos/", data={"client_id": client_id}, files={"photo": big["photos"]}, timeout=20)
        assert one.status_code in {503, 507}
        filler.unlink()
        again = httpx.post(f"{site.url}/report/", data=factories.report_form(client_id=client_id, story="While"), files=big, timeout=20)
        assert again.status_code == 303
        told = site.shell(
            "from sightings.models import Report; print([(r.story, r.photos.count()) for r in Report.objects.order_by('pk')])"
        )
        assert told == "[('Before', 0), ('While', 1)]"
    finally:
        site.stop()


def _noisy() -> bytes:
    """A picture that no codec makes small: some 3 MB."""
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.frombytes("RGB", (1200, 900), os.urandom(1200 * 900 * 3)).save(out, "JPEG", quality=95)
    return out.getvalue()
