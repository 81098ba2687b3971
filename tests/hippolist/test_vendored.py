"""What was not written here is listed with its source and licence, and is still what it was when it came."""

import hashlib
import json
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
MANIFEST = ROOT / "static" / "vendor" / "manifest.json"
# Folders for such files; what stands in them and is ours.
FOLDERS, OURS = (
    ["static/vendor", "static/maps", "sightings/facts"],
    {"manifest.json", "NOTICE", "__init__.py", "places.csv", "natural_earth.csv"},
)


def listed() -> dict[str, dict[str, str]]:
    return {file["path"]: file for file in json.loads(MANIFEST.read_text(encoding="utf-8"))["files"]}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_every_listed_file_is_what_it_was():
    assert {path: digest(ROOT / path) for path in listed()} == {path: file["sha256"] for path, file in listed().items()}


def test_every_listed_file_names_its_source_and_licence():
    for path, file in listed().items():
        assert len(file["source"]) > 20, path
        assert file["licence"], path


def test_no_file_of_these_folders_is_unlisted():
    found = {path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file() and path.name not in OURS}
    assert {str(path.relative_to(ROOT)) for path in found} == listed().keys()


@pytest.mark.skipif(not os.environ.get("HIPPOLIST_SHARED"), reason="the trial records: set HIPPOLIST_SHARED to their folder")
def test_the_maps_are_those_of_their_source():
    source = Path(os.environ.get("HIPPOLIST_SHARED", "")) / "data"
    for path, file in listed().items():
        name = Path(path).name
        original = next(place for place in (source / "maps" / name, source / name) if place.exists())
        assert digest(original) == file["sha256"], path
