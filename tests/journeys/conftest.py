"""The installation that a story happens in: real processes on the database that this run tests, and a real mail receiver."""

import os

import pytest


@pytest.fixture(scope="module")
def mailbox():
    pytest.importorskip("aiosmtpd", reason="pip install -r requirements-dev.txt")
    from tests.processes import Mailbox

    box = Mailbox()
    box.controller.start()
    yield box
    box.controller.stop()


@pytest.fixture(scope="module")
def site(tmp_path_factory, mailbox):
    from tests.processes import Site

    place = Site(
        tmp_path_factory.mktemp("site"),
        os.environ.get("HIPPOLIST_DATABASE_URL", ""),
        HIPPOLIST_EMAIL_URL=f"smtp://127.0.0.1:{mailbox.controller.port}",
        HIPPOLIST_EMAIL_FROM="Hippo List <list@example.org>",
    )
    try:
        yield place.start()
    finally:
        place.stop()
