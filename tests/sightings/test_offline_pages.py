"""What the server gives a phone for the time without signal: the worker, by day and switched off, and a page that knows nothing."""

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import override_settings

pytestmark = pytest.mark.django_db
SCRIPTS = Path(__file__).resolve().parent.parent.parent / "static" / "js"


def test_the_worker_is_asked_for_anew_each_time_and_names_scripts_of_ours(client: Client):
    answer = client.get("/sw.js")
    assert answer.headers["Content-Type"] == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert re.fullmatch(r'importScripts\("/static/js/outbox[.\w]*\.js", "/static/js/sw[.\w]*\.js"\);\n', answer.content.decode())
    # Its own policy counts in a worker: it may load our scripts and reach our site, and nothing else.
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "connect-src 'self'" in policy
    assert "default-src 'none'" in policy
    assert client.get("/fr/sw.js").status_code == 404
    assert client.post("/sw.js").status_code == 405


def test_switched_off_the_worker_is_one_that_goes_and_the_form_asks_for_none(client: Client):
    assert 'data-offline="on"' in client.get("/report/").content.decode()
    with override_settings(OFFLINE=False):
        assert "sw-off" in client.get("/sw.js").content.decode()
        assert 'data-offline="off"' in client.get("/report/").content.decode()


def test_the_page_of_what_waits_is_the_same_for_everybody_and_for_no_search_engine(client: Client):
    one, other = (client.get("/report/saved/", headers={"Cookie": cookie}) for cookie in ("", "sessionid=somebody"))
    assert one.content == other.content
    assert '<meta name="robots" content="noindex">' in one.content.decode()
    assert "Nothing waits here" in one.content.decode()


def test_every_word_that_the_scripts_say_stands_translated_in_the_page(client: Client):
    receipt = render_to_string("sightings/_sending.html")
    pages = {
        ("send", "photos", "places"): client.get("/fr/report/").content.decode(),
        ("saved",): client.get("/fr/report/saved/").content.decode(),
        ("sending",): receipt,
    }
    for names, page in pages.items():
        known = set(re.findall(r'data-word="([\w-]+)"', page))
        for name in names:
            calls = re.findall(r"\bword\(([^(){}]*)", (SCRIPTS / f"{name}.js").read_text(encoding="utf-8"))
            asked = {word for call in calls for word in re.findall(r'[?:(]?\s*"([\w-]+)"', call)}
            assert asked
            assert asked <= known, f"{name}.js says {asked - known}"
