"""Releases: the list frozen, with its differences and files; all of it or nothing."""

import csv
import hashlib
import io
import json
from datetime import date, timedelta

import pytest
from django.core.files.storage import storages
from django.utils import timezone

from hippolist import releases
from hippolist.models import Conflict, Letter, Release, ReleaseFile, Revision
from hippolist.vocabulary import Change, Grid
from tests.factories import make_entry, make_release, make_user

NC = "https://creativecommons.org/licenses/by-nc/4.0/"


@pytest.fixture(autouse=True)
def public_files(settings, tmp_path):
    """A public storage of this test alone."""
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"public": backend}
    return tmp_path


def files_of(release):
    found = {}
    for row in release.current_files:
        with storages["public"].open(row.path) as file:
            found[row.name] = file.read().decode()
    return found


def rows_of(release, name=""):
    text = files_of(release)[name or f"hippolist-{release.number}.csv"]
    return list(csv.DictReader(io.StringIO(text, newline="")))


def happened(release, since=None):
    return {line.entry_id: line.change for line in releases.changes(release, since)}


def correct(entry, **fields):
    entry.revise(by=None, change=Change.CORRECTED, reason="Counted again", fields=fields)


def test_numbers_are_the_month_and_a_count_within_it(db):
    assert releases.next_number(date(2026, 11, 3)) == "2026.11"
    Release.objects.create(number="2026.11", state="published", published_at=timezone.now())
    assert releases.next_number(date(2026, 11, 30)) == "2026.11.1"
    Release.objects.create(number="2026.11.1")
    assert releases.next_number(date(2026, 11, 30)) == "2026.11.2"
    assert releases.next_number(date(2026, 12, 1)) == "2026.12"
    assert releases.next_number() == f"{timezone.localdate():%Y.%m}".replace("2026.11", "2026.11.2")


def test_a_release_holds_the_list_as_it_stood(db, client):
    kept, changed, gone = make_entry(title="Kept"), make_entry(title="Before"), make_entry(title="Gone")
    first = make_release("2026.10")
    correct(changed, title="After")
    gone.withdraw(by=None, reason="It was a rock")
    new = make_entry(title="New")
    second = make_release("2026.11")
    correct(kept, title="Later")
    assert [row["title"] for row in rows_of(first)] == ["Kept", "Before", "Gone"]
    assert [row["title"] for row in rows_of(second)] == ["Kept", "After", "New"]
    for release, shown, hidden in (
        (first, ("Kept", "Before", "Gone"), ("After", "New", "Later")),
        (second, ("Kept", "After", "New"), ("Before", "Gone", "Later")),
    ):
        html = client.get(f"/releases/{release.number}/list/").content.decode()
        assert all(f">{title}</a>" in html for title in shown)
        assert not any(f">{title}</a>" in html for title in hidden)
    then = client.get(f"/releases/2026.10/{changed.code}/").content.decode()
    assert '<h1 lang="en" dir="auto">Before</h1>' in then
    assert "as it stood in release 2026.10" in then
    assert client.get(f"/releases/2026.10/{new.code}/").status_code == 404
    assert client.get(f"/releases/2026.11/{gone.code}/").status_code == 404
    assert (first.entry_count, second.entry_count) == (3, 3)


def test_changes_between_any_two_releases_come_with_their_reasons(db, client):
    kept, corrected, coarser, gone, both = (make_entry(title=f"Entry {n}") for n in range(5))
    first = make_release("2026.09")
    correct(corrected, individual_count=7)
    coarser.coarsen(by=None, grid=Grid.COARSE, reason="A nest is near")
    gone.withdraw(by=None, reason="It was a rock")
    correct(both, title="Other words")
    second = make_release("2026.10")
    gone.restore(by=None, reason="It was a hippo after all")
    both.coarsen(by=None, grid=Grid.MEDIUM, reason="A calf was seen")
    new = make_entry(title="New one")
    third = make_release("2026.11")
    assert happened(first) == dict.fromkeys([kept.pk, corrected.pk, coarser.pk, gone.pk, both.pk], "new")
    assert happened(second) == {corrected.pk: "corrected", coarser.pk: "coarsened", gone.pk: "withdrawn", both.pk: "corrected"}
    assert happened(third) == {gone.pk: "restored", both.pk: "coarsened", new.pk: "new"}
    # From the first to the third, an entry that went and came back has only its texts to tell.
    assert happened(third, first) == {
        corrected.pk: "corrected",
        coarser.pk: "coarsened",
        gone.pk: "restored",
        both.pk: "coarsened",
        new.pk: "new",
    }
    lines = {line.entry_id: line for line in releases.changes(third, first)}
    assert lines[both.pk].reasons == ["Counted again", "A calf was seen"]
    assert "title" in lines[both.pk].fields
    assert (lines[corrected.pk].before, lines[corrected.pk].revision, lines[corrected.pk].fields) == (1, 2, ["individual_count"])
    html = client.get("/releases/2026.10/changes/").content.decode()
    for words in ("It was a rock", "A nest is near", "Place made coarser", "(place)", "how many"):
        assert words in html
    html = client.get("/releases/2026.11/changes/?since=2026.09").content.decode()
    assert "What changed from 2026.09 to 2026.11" in html
    assert "A calf was seen" in html
    data = client.get("/releases/2026.11/changes.json?since=2026.09")
    data = json.loads(b"".join(data))
    assert (data["since"], len(data["changes"])) == ("2026.09", 5)
    assert data["changes"][0]["fields"] == ["individualCount"]
    text = b"".join(client.get("/releases/2026.10/changes.csv")).decode()
    assert text == files_of(second)["changes.csv"]


def test_nothing_differs_between_a_release_and_itself(db, client):
    make_entry()
    make_release("2026.10")
    assert "Nothing differs" in client.get("/releases/2026.10/changes/?since=2026.10").content.decode()


def test_the_older_release_is_always_the_one_compared_with(db, client):
    make_entry()
    make_release("2026.10")
    make_entry()
    make_release("2026.11")
    response = client.get("/releases/2026.10/changes/?since=2026.11")
    assert response.status_code == 302
    assert response["Location"] == "/releases/2026.11/changes/?since=2026.10"
    assert client.get("/releases/2026.10/changes.json?since=2026.11").status_code == 404
    assert client.get("/releases/2026.10/changes.xml").status_code == 404
    assert client.get("/releases/2026.10/changes/?since=2019.01").status_code == 404
    assert client.get("/releases/2026.10/changes/?since=%00").status_code == 404


def test_what_came_and_went_between_two_releases_is_in_none(db):
    make_entry()
    first = make_release("2026.09")
    flash = make_entry()
    correct(flash, title="x")
    flash.withdraw(by=None, reason="A test")
    make_entry()
    second = make_release("2026.10")
    assert flash.pk not in happened(second)
    assert flash.code not in str(files_of(second))
    flash.restore(by=None, reason="Not a test")
    third = make_release("2026.11")
    assert happened(third) == {flash.pk: "new"}
    assert happened(third, first)[flash.pk] == "new"


def test_a_text_replaced_before_its_release_stands_in_none(db):
    entry = make_entry(title="Draft words")
    correct(entry, title="Better words")
    release = make_release("2026.10")
    first = Revision.objects.get(number=1)
    assert first.came_in == first.went_out == release
    assert [r.number for r in Revision.objects.of_release(release)] == [2]


def test_held_and_unlicensed_entries_are_in_no_file_list_or_change(db, client):
    shown = make_entry(title="Shown")
    held = make_entry(title="Held", appears_on=timezone.localdate() + timedelta(days=3))
    unfree, none = make_entry(title="Unfree", license=NC), make_entry(title="Bare", license="")
    release = make_release("2026.10")
    assert (release.entry_count, release.left_out) == (1, {"CC BY-NC 4.0": 1, "none": 1})
    assert list(happened(release)) == [shown.pk]
    everything = str(files_of(release)) + "".join(
        client.get(f"/releases/2026.10/{page}").content.decode() for page in ("", "list/", "changes/")
    )
    for entry in (held, unfree, none):
        assert entry.code not in everything
        assert entry.title + "<" not in everything
        assert client.get(f"/releases/2026.10/{entry.code}/").status_code == 404
    html = client.get("/releases/2026.10/").content.decode()
    assert "CC BY-NC 4.0" in html
    assert "no licence given" in html
    # Their day or licence comes: then they are new.
    held.appears_on = timezone.localdate()
    held.save(update_fields=["appears_on"])
    correct(unfree, license=shown.license)
    assert happened(make_release("2026.11")) == {held.pk: "new", unfree.pk: "new"}
    # And withdrawing what stood in none changes nothing.
    none.withdraw(by=None, reason="x")
    with pytest.raises(Conflict, match="Nothing has changed"):
        make_release("2026.12")


def test_a_licence_that_was_taken_back_takes_the_entry_out(db):
    entry = make_entry()
    make_release("2026.10")
    entry.revise(by=None, change=Change.CORRECTED, reason="The museum asked", fields={"license": NC})
    release = make_release("2026.11")
    (line,) = releases.changes(release)
    assert (line.change, line.reasons) == ("withdrawn", ["The museum asked"])
    assert [row["id"] for row in rows_of(release, "withdrawn.csv")] == [entry.code]


def test_each_file_is_what_its_sum_says(db, client, public_files):
    make_entry()
    make_entry(None, None, demo=True)
    release = make_release("2026.11")
    names = {"hippolist-2026.11.csv", "hippolist-2026.11.json", "hippolist-2026.11.geojson", "changes.csv", "withdrawn.csv", "SHA256SUMS"}
    assert {file.name for file in release.current_files} == names
    sums = dict(line.split("  ")[::-1] for line in files_of(release)["SHA256SUMS"].splitlines())
    assert set(sums) == names - {"SHA256SUMS"}
    for file in release.current_files:
        response = client.get(f"/releases/2026.11/files/{file.name}")
        body = b"".join(response)
        assert response["ETag"] == f'"{file.sha256}"'
        assert response["Content-Disposition"] == f'attachment; filename="{file.name}"'
        assert response["Access-Control-Allow-Origin"] == "*"
        assert hashlib.sha256(body).hexdigest() == file.sha256 == sums.get(file.name, file.sha256)
        assert len(body) == file.size
        again = client.get(f"/releases/2026.11/files/{file.name}", headers={"If-None-Match": response["ETag"]})
        assert (again.status_code, again["Cache-Control"]) == (304, response["Cache-Control"])
    data = json.loads(files_of(release)["hippolist-2026.11.json"])
    assert (data["release"], data["demo"], len(data["entries"])) == ("2026.11", True, 2)
    assert len(json.loads(files_of(release)["hippolist-2026.11.geojson"])["features"]) == 2
    assert client.get("/releases/2026.11/files/other.csv").status_code == 404
    assert client.get("/releases/2026.11/files/..%2F..%2Fx").status_code == 404
    html = client.get("/releases/2026.11/").content.decode()
    assert all(value in html for value in sums.values())


def test_withdrawn_lists_every_entry_that_once_stood_and_no_private_title(db):
    gone, private, stays = make_entry(title="Gone"), make_entry(title="Secret name"), make_entry(title="Stays")
    make_release("2026.09")
    gone.withdraw(by=None, reason="It was a rock")
    private.withdraw(by=None, reason="A name", for_privacy=True)
    second = make_release("2026.10")
    make_entry()
    third = make_release("2026.11")
    assert rows_of(second, "withdrawn.csv") == rows_of(third, "withdrawn.csv")
    rows = {row["id"]: row for row in rows_of(third, "withdrawn.csv")}
    assert (rows[gone.code]["reason"], rows[gone.code]["title"]) == ("It was a rock", "Gone")
    assert (rows[private.code]["reason"], rows[private.code]["title"]) == ("A name", "")
    assert stays.code not in rows
    assert "Secret" not in files_of(second)["changes.csv"]


def test_publishing_is_done_once(db):
    make_entry()
    user = make_user()
    draft = Release.objects.create(number="2026.10")
    same = Release.objects.get()
    draft.publish(by=user)
    assert (draft.state, draft.published_by) == ("published", user)
    make_entry()
    with pytest.raises(Conflict, match="in the meantime"):
        same.publish(by=user)
    assert Release.objects.get().entry_count == 1
    assert Revision.objects.unreleased().count() == 1


def test_a_release_without_a_change_is_refused_and_stays_a_draft(db, public_files):
    draft = Release.objects.create(number="2026.10")
    with pytest.raises(Conflict, match="Nothing has changed"):
        draft.publish(by=None)
    assert Release.objects.get().is_draft


def test_when_something_breaks_no_row_and_no_file_is_left(db, public_files, monkeypatch):
    make_entry()
    draft = Release.objects.create(number="2026.10")

    def broken(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(releases, "withdrawn", broken)
    with pytest.raises(OSError, match="disk full"):
        draft.publish(by=None)
    assert Release.objects.get().is_draft
    assert not ReleaseFile.objects.exists()
    assert not Revision.objects.exclude(came_in=None).exists()
    assert not [path for path in public_files.rglob("*") if path.is_file()]
    monkeypatch.undo()
    draft.publish(by=None)
    assert len(draft.current_files) == 6


def test_a_file_left_by_a_killed_attempt_is_replaced(db, public_files):
    make_entry()
    left = public_files / "releases/2026.10/1/changes.csv"
    left.parent.mkdir(parents=True)
    left.write_text("half")
    release = make_release("2026.10")
    assert release.current_files.get(name="changes.csv").path == "releases/2026.10/1/changes.csv"
    assert "half" not in left.read_text()


def test_publishing_writes_no_letter(db):
    make_entry()
    make_release("2026.10")
    assert not Letter.objects.exists()


def test_the_preview_is_what_publishing_then_brings(db):
    kept, changed, gone = make_entry(), make_entry(), make_entry()
    make_release("2026.09")
    correct(changed, title="Other")
    gone.withdraw(by=None, reason="x")
    gone.restore(by=None, reason="y")
    gone.withdraw(by=None, reason="z")
    make_entry()
    make_entry(license=NC)
    flash = make_entry()
    flash.withdraw(by=None, reason="x")
    make_entry(appears_on=timezone.localdate() + timedelta(days=3))
    preview = [line.row() for line in releases.preview()]
    counts, left_out = releases.preview().counts(), releases.would_leave_out()
    release = make_release("2026.10")
    assert [line.row() for line in releases.changes(release)] == preview
    assert releases.changes(release).counts() == counts == {"new": 1, "changed": 1, "withdrawn": 1}
    assert release.left_out == left_out == {"CC BY-NC 4.0": 1}
    assert kept.pk not in {row["id"] for row in preview}


def test_a_draft_is_not_public(db, client):
    make_entry()
    make_release("2026.09")
    Release.objects.create(number="2026.10", notes="secret")
    for address in ("", "list/", "changes/", "changes.csv", "changes.json", "files/SHA256SUMS", "HL-000001/"):
        assert client.get(f"/releases/2026.10/{address}").status_code == 404
    assert client.get("/releases/2026.09/changes/?since=2026.10").status_code == 404
    assert "2026.10" not in client.get("/releases/").content.decode()


def test_the_page_of_releases_lists_them_newest_first(db, client):
    assert "There is no release yet" in client.get("/releases/").content.decode()
    for number in ("2026.09", "2026.10", "2026.11"):
        make_entry()
        make_release(number, notes=f"**Notes** of {number}")
    html = client.get("/releases/").content.decode()
    assert html.index("Release 2026.11") < html.index("Release 2026.10") < html.index("Release 2026.09")
    assert "Notes of 2026.10" in html


def test_a_release_page_says_what_it_holds_and_how_to_cite_it(db, client):
    gone = make_entry(title="Gone")
    make_release("2026.10", notes="# First\n\nwords")
    gone.withdraw(by=None, reason="It was a rock")
    make_entry(title="<b>New</b>")
    make_release("2026.11")
    first = client.get("/releases/2026.10/").content.decode()
    assert "The first release" in first
    assert "<h2>First</h2>" in first
    html = client.get("/releases/2026.11/").content.decode()
    for words in (
        "What changed since 2026.10",
        "It was a rock",
        "&lt;b&gt;New",
        "release 2026.11 of",
        "http://testserver/releases/2026.11/",
        "CC BY 4.0",
        "not how many there are",
    ):
        assert words in html
    assert client.get("/fr/releases/2026.11/").status_code == 200


@pytest.mark.parametrize("count", [5, 130])
def test_pages_of_a_release_ask_few_questions_however_long_it_is(db, client, django_assert_max_num_queries, count):
    for n in range(count):
        make_entry(title=f"n{n}")
    make_release("2026.10")
    for address, most in (
        ("/releases/2026.10/", 12),
        ("/releases/2026.10/list/", 3),
        ("/releases/2026.10/changes/", 12),
        ("/releases/", 2),
    ):
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200


def test_lists_and_changes_of_a_release_come_in_pages(db, client):
    made = [make_entry(title=f"n{n}").pk for n in range(130)]
    make_release("2026.10")
    html = client.get("/releases/2026.10/changes/").content.decode()
    assert html.count("/releases/2026.10/HL-") == 100
    assert client.get(f"/releases/2026.10/changes/?after={made[99]}").content.decode().count("/releases/2026.10/HL-") == 30
    assert client.get(f"/releases/2026.10/list/?after={made[5]}").content.decode().count("<h3") == 5
    assert len(list(releases.changes(Release.objects.get()))) == 130


def test_long_changes_are_read_in_parts(db, monkeypatch):
    monkeypatch.setattr(releases, "CHUNK", 4)
    made = [make_entry().pk for _ in range(10)]
    assert [line.entry_id for line in releases.changes(make_release("2026.10"))] == made
