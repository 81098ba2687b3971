"""The house rules that no linter knows."""

import gzip
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SIBLINGS = ("sightings", "subscriptions", "donations")


def sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts]


def test_hippolist_names_no_sibling_even_as_a_string():
    allowed = {ROOT / "hippolist" / "urls.py", ROOT / "hippolist" / "settings.py"}
    named = re.compile(rf"""["'](?:{"|".join(SIBLINGS)})[."':]|\bimport_module\(["'](?:{"|".join(SIBLINGS)})""")
    found = {path.name: named.findall(path.read_text(encoding="utf-8")) for path in sources("hippolist") if path not in allowed}
    assert {name: words for name, words in found.items() if words} == {}


def test_only_one_decorator_of_the_project_is_csrf_exempt():
    users = [path.name for path in sources("hippolist", *SIBLINGS) if "csrf_exempt" in path.read_text(encoding="utf-8")]
    assert users == ["public.py"]


def test_templates_hold_no_inline_script_style_or_handler():
    """The CSP would refuse them; letters, which leave the site, are the exception."""
    forbidden = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*ld\+json)|<style|\sstyle=|\son[a-z]+=|javascript:")
    pages = [path for path in (ROOT / "templates").rglob("*.html") if "email" not in path.parts]
    assert len(pages) > 50
    found = {str(path.relative_to(ROOT)): forbidden.findall(path.read_text(encoding="utf-8")) for path in pages}
    assert {name: words for name, words in found.items() if words} == {}


def test_every_runtime_package_is_pinned_with_hashes_and_has_its_reason():
    wanted = [line for line in (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert len(wanted) <= 24
    assert all(re.fullmatch(r"\S+\s+# .+", line) for line in wanted)
    pinned = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert not re.search(r"^--|https?://", pinned, re.MULTILINE)
    assert all(f"--hash=sha256:" in block for block in re.split(r"\n(?=\S)", pinned) if "==" in block.split("\n")[0])  # noqa: F541


def test_every_module_says_which_question_it_answers():
    silent = [
        str(path.relative_to(ROOT))
        for path in sources("hippolist", *SIBLINGS)
        if path.read_text().strip() and not path.read_text().startswith(('"""', "#!"))
    ]
    assert silent == []


def manage(*words: str, **environment: str) -> subprocess.CompletedProcess:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("HIPPOLIST_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env={**clean, **environment}, capture_output=True, text=True, check=False
    )


def test_a_start_without_key_says_in_one_line_what_to_type():
    run = manage("runserver", "--noreload", "0")
    assert run.returncode != 0
    assert "make run" in run.stderr
    assert "HIPPOLIST_SECRET_KEY" in run.stderr
    assert "Traceback" not in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("HIPPOLIST_DATABASE_URL", "mysql://x", "postgres://"),
        ("HIPPOLIST_DATA_LICENSE", "nd", "cc0, by or by-nc"),
        ("HIPPOLIST_REVIEW_HOURS", "two", "whole number"),
        ("HIPPOLIST_EMAIL_URL", "http://x", "smtp://"),
    ],
)
def test_a_faulty_setting_is_told_in_words(name, value, word, tmp_path):
    run = manage("check", HIPPOLIST_DEBUG="on", HIPPOLIST_DATA_DIR=str(tmp_path), **{name: value})
    assert run.returncode != 0
    assert word in run.stderr
    assert "Traceback" not in run.stderr


def test_a_setting_may_come_from_a_file_and_the_link_key_is_made_once(tmp_path):
    (tmp_path / "name").write_text("Viboko wetu\n", encoding="utf-8")
    code = "from django.conf import settings; print(settings.SITE_NAME, settings.LINK_KEY)"
    told = {"HIPPOLIST_DEBUG": "on", "HIPPOLIST_DATA_DIR": str(tmp_path), "HIPPOLIST_NAME_FILE": str(tmp_path / "name")}
    first, second = (manage("shell", "--no-imports", "-c", code, **told).stdout for _ in range(2))
    assert first == second
    assert first.startswith("Viboko wetu ")
    assert (tmp_path / "link.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db
def test_each_role_sees_its_part_of_the_admin(client):
    from tests.factories import make_user

    parts = {
        "Moderator": {"/admin/sightings/report/", "/admin/hippolist/entry/"},
        "Lead": {"/admin/sightings/report/", "/admin/hippolist/letter/", "/admin/subscriptions/subscriber/"},
        "Editor": {"/admin/hippolist/release/", "/admin/subscriptions/announcement/"},
        "Treasurer": {"/admin/donations/gift/", "/admin/donations/campaign/", "/admin/donations/movement/"},
    }
    everything = set().union(*parts.values())
    for role, own in parts.items():
        client.force_login(make_user(role.lower(), role))
        page = client.get("/admin/").text
        for address in own:
            assert f'"{address}"' in page, (role, address)
            assert client.get(address).status_code == 200
        if role in {"Moderator", "Treasurer"}:
            for address in everything - own:
                assert client.get(address).status_code == 403, (role, address)


@pytest.mark.django_db
def test_nobody_of_the_public_comes_into_the_admin(client):
    assert client.get("/admin/").status_code == 302
    assert client.get("/admin/sightings/report/")["Location"].startswith("/admin/login/")


@pytest.mark.django_db
def test_a_power_cut_loses_nothing_acknowledged_and_writers_wait_their_turn():
    from django.db import connection

    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            assert cursor.fetchone()[0] == "on"
        return
    options = connection.settings_dict["OPTIONS"]
    assert (options["transaction_mode"], options["timeout"]) == ("IMMEDIATE", 20)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone()[0] == 2  # FULL
    assert "journal_mode=WAL" in options["init_command"]


@pytest.mark.django_db
def test_a_token_never_reaches_the_log_even_where_a_page_breaks(client, monkeypatch):
    """Through the handler of settings.py itself, into what the operator reads."""
    import io
    import logging.config

    from django.conf import settings

    from sightings import views_mine
    from tests.factories import make_report

    monkeypatch.setattr(views_mine, "_where_it_stands", lambda report: 1 / 0)
    client.raise_request_exception = False
    lines = io.StringIO()
    console = {**settings.LOGGING["handlers"]["console"], "stream": lines}
    handler = logging.config.DictConfigurator({**settings.LOGGING, "handlers": {"console": console}})
    handler.configure()
    try:
        report = make_report()
        assert client.get(report.private_path).status_code == 500
    finally:
        logging.config.dictConfig(settings.LOGGING)
    assert "Internal Server Error: /my-report/…/" in lines.getvalue()
    assert report.token not in lines.getvalue()


def test_the_five_style_sheets_stay_under_twelve_kilobytes_packed():
    sheets = sorted((ROOT / "static" / "css").glob("*.css"))
    assert [sheet.stem for sheet in sheets] == ["admin", "base", "components", "forms", "tokens"]
    assert len(gzip.compress(b"".join(sheet.read_bytes() for sheet in sheets))) < 12_000


def test_every_colour_is_a_token():
    """Shadows and the ground behind photos and codes apart: they are the same by day and by night."""
    for sheet in (ROOT / "static" / "css").glob("*.css"):
        if sheet.stem != "tokens":
            raw = re.findall(r"#[0-9a-f]{3,8}\b", re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.S))
            assert set(raw) <= {"#0003", "#0006", "#04151a", "#fff", "#000", "#333"}, sheet.name
