"""Real input: 405 real records imported, verified in bulk, released; exactly they come out, rounded, and nothing finer."""

import csv
import io
import json
import os
import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse

from hippolist import licences
from hippolist.models import Entry, Release
from sightings.models import Report
from tests.crawl import Crawl
from tests.factories import make_user

SHARED = os.environ.get("HIPPOLIST_SHARED")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not SHARED, reason="set HIPPOLIST_SHARED to the folder with the trial records"),
]
CENT = Decimal("0.01")


def records(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((Path(SHARED) / "data/records" / name).read_text(encoding="utf-8").splitlines()))


@pytest.fixture
def imported(tmp_path):
    """Both files as waiting reports; for the trial the GBIF rows get a licence."""
    gbif = [{**row, "license": "CC BY 4.0"} for row in records("gbif_points.csv")]
    dated = records("inat_kruger_dated.csv")
    for name, rows in (("gbif", gbif), ("inat", dated)):
        path = tmp_path / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        out, err = io.StringIO(), io.StringIO()
        call_command("import_reports", str(path), stdout=out, stderr=err)
        assert f"{len(rows)} added, 0 were there already, 0 bad" in out.getvalue(), err.getvalue()
    return gbif + dated


def key_of(row: dict[str, str]) -> str:
    return row.get("occurrenceID") or row["references"]


def expected(row: dict[str, str]) -> tuple[Decimal, Decimal]:
    return tuple(Decimal(row[name]).quantize(CENT, ROUND_HALF_UP) for name in ("decimalLatitude", "decimalLongitude"))


def published(client, rows: list[dict[str, str]]) -> None:
    """The whole way in the admin: verify all in bulk, prepare a release, publish it."""
    client.force_login(make_user("canarymoderator", "Moderator", "Editor"))
    queue = reverse("admin:sightings_report_changelist")
    chosen = {"action": "verify_many", "select_across": "1", "_selected_action": [Report.objects.first().pk]}
    assert f"{len(rows)} reports will be put on the list" in client.post(queue, chosen).text
    client.post(queue, {**chosen, "confirmed": "1"})
    client.post(reverse("admin:hippolist_release_add"), {"number": "2026.11", "notes": ""})
    draft = Release.objects.get()
    client.post(reverse("admin:hippolist_release_change", args=[draft.pk]), {"number": "2026.11", "notes": "", "_publish": "1"})
    client.logout()


def test_real_records_come_out_exactly_rounded_and_licensed(client, imported):
    assert set(Report.objects.exclude(country_code="").values_list("import_key", "country_code")) == {
        (f"occurrenceID:{row['occurrenceID']}" if row.get("occurrenceID") else f"gbifID:{row['gbifID']}", row["countryCode"])
        for row in imported
    }
    published(client, imported)
    assert Entry.objects.count() == len(imported) == 405

    whole = {key_of(row): expected(row) for row in imported}
    live = list(csv.DictReader(b"".join(client.get("/list.csv").streaming_content).decode().splitlines()))
    assert {row["references"]: (Decimal(row["decimalLatitude"]), Decimal(row["decimalLongitude"])) for row in live} == whole
    shapes = json.loads(b"".join(client.get("/list.geojson").streaming_content))["features"]
    assert sorted(tuple(feature["geometry"]["coordinates"]) for feature in shapes) == sorted(
        (float(longitude), float(latitude)) for latitude, longitude in whole.values()
    )
    entries, address = [], "/list.json"
    while address:
        page = client.get(address).json()
        entries += page["entries"]
        address = (page["next"] or "").removeprefix("http://testserver")
    assert {entry["references"] for entry in entries} == set(whole)

    allowed = [row for row in imported if licences.parse(row["license"]) in licences.allowed("by")]
    left_out = len(imported) - len(allowed)
    assert 0 < left_out < len(imported)
    files = "/releases/2026.11/files/hippolist-2026.11"
    frozen = list(csv.DictReader(b"".join(client.get(f"{files}.csv").streaming_content).decode().splitlines()))
    assert {row["references"] for row in frozen} == {key_of(row) for row in allowed}
    assert len(frozen) == len(allowed)
    as_json = json.loads(b"".join(client.get(f"{files}.json").streaming_content))
    rows = as_json["entries"] if isinstance(as_json, dict) else as_json
    assert {row["id"] for row in rows} == {row["id"] for row in frozen}
    features = json.loads(b"".join(client.get(f"{files}.geojson").streaming_content))["features"]
    assert len(features) == len(allowed)
    page = client.get("/releases/2026.11/").text
    assert re.search(rf"\b{left_out}\b", page)

    _nothing_finer(imported)


def _nothing_finer(rows: list[dict[str, str]]) -> None:
    """No exact coordinate of any record in any public byte: each is searched for, cut to four decimals."""
    exact = set()
    for row in rows:
        for name in ("decimalLatitude", "decimalLongitude"):
            whole, _, decimals = row[name].lstrip("-").partition(".")
            if len(decimals) >= 4:
                exact.add(f"{whole}.{decimals[:4]}".encode())
    assert len(exact) > 600
    number = re.compile(rb"\d+\.\d{4}")

    def look(address: str, body: bytes, headers: dict[str, str]) -> None:
        found = set(number.findall(body)) & exact
        assert not found, f"{address} holds {found}"
        assert b"canarymoderator" not in body

    starts = ["/", "/list.csv", "/list.json", "/list.geojson", "/list.atom", "/list/map.json", "/sitemap.xml", "/fr/list/"]
    # The other languages show the same rows with other words around them: their first pages stand for all.
    statuses = Crawl(look, skip=r"/(pt|es|sw)/|/fr/.*(HL-|\?|releases)").run(starts)
    assert sum("/list/HL-" in address for address in statuses) >= 405
    assert not {address for address, status in statuses.items() if status >= 500}
