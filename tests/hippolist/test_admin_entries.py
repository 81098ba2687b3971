"""Mending entries: every change has its reason and its revision, and nobody overwrites another unseen."""

import pytest
from django.forms.models import model_to_dict
from django.urls import reverse

from hippolist.admin import EntryForm
from hippolist.models import Entry, Picture
from hippolist.vocabulary import Grid
from tests.factories import make_entry, make_user


@pytest.fixture
def moderator(db, client):
    user = make_user("mara", "Moderator")
    client.force_login(user)
    return user


def address(entry):
    return reverse("admin:hippolist_entry_change", args=[entry.pk])


def act(entry, verb):
    return reverse("admin:hippolist_entry_act", args=[entry.pk, verb])


def typed(entry, **fields):
    values = {name: "" if value is None else value for name, value in model_to_dict(entry, EntryForm.Meta.fields).items()}
    return {**values, "reason": "Counted again", "opened_on": entry.revision_number, **fields}


def test_a_correction_is_a_revision_with_a_reason(client, moderator):
    entry = make_entry()
    response = client.post(address(entry), typed(entry, title="Three hippos", individual_count=3))
    assert response.status_code == 302
    entry.refresh_from_db()
    assert (entry.title, entry.revision_number) == ("Three hippos", 2)
    revision = entry.revisions.get(number=2)
    assert (revision.by, revision.reason, revision.changed_fields) == (moderator, "Counted again", ["individual_count", "title"])


def test_without_a_reason_nothing_changes_and_what_was_typed_is_kept(client, moderator):
    entry = make_entry()
    html = client.post(address(entry), typed(entry, title="Three hippos", reason="")).content.decode()
    assert "Three hippos" in html
    assert "This field is required" in html
    assert Entry.objects.get().revision_number == 1


def test_saving_what_stands_makes_no_revision(client, moderator):
    entry = make_entry()
    client.post(address(entry), typed(entry))
    assert entry.revisions.count() == 1


def test_somebody_elses_change_is_not_overwritten(client, moderator):
    entry = make_entry()
    mine = typed(entry, title="Mine")
    entry.revise(by=None, change="corrected", reason="x", fields={"title": "Theirs"})
    html = client.post(address(entry), mine).content.decode()
    assert "Somebody else changed this entry" in html
    assert "Mine" in html
    assert Entry.objects.get().title == "Theirs"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"day": 31, "month": 2}, "does not exist"),
        ({"year": ""}, "needs its month"),
        ({"month": ""}, "needs its month"),
        ({"month": 13}, "does not exist"),
    ],
)
def test_a_date_that_cannot_be_is_refused(client, moderator, fields, words):
    entry = make_entry()
    assert words in client.post(address(entry), typed(entry, **fields)).content.decode()
    assert Entry.objects.get().revision_number == 1


def test_an_entry_is_withdrawn_restored_and_made_coarser_with_a_reason(client, moderator):
    entry = make_entry()
    html = client.get(address(entry)).content.decode()
    assert act(entry, "withdraw") in html
    assert act(entry, "restore") not in html
    assert client.post(act(entry, "withdraw"), {"reason": ""}).status_code == 422
    client.post(act(entry, "coarsen"), {"grid": "1", "reason": "A nest is near"})
    entry.refresh_from_db()
    assert (entry.grid, str(entry.decimal_latitude)) == (Grid.COARSE, "-13.00")
    client.post(act(entry, "withdraw"), {"reason": "A name was told", "for_privacy": "on"})
    entry.refresh_from_db()
    assert (entry.state, entry.withdrawn_for_privacy) == ("withdrawn", True)
    html = client.get(address(entry)).content.decode()
    assert "A name was told" in html
    assert 'name="title"' not in html
    assert act(entry, "restore") in html
    client.post(act(entry, "restore"), {"reason": "It was no name"})
    assert Entry.objects.get().is_listed
    assert list(entry.revisions.order_by("number").values_list("change", flat=True)) == ["new", "coarsened", "withdrawn", "restored"]


def test_a_place_is_never_made_finer(client, moderator):
    entry = make_entry(grid=Grid.MEDIUM)
    assert "0.01 degree" not in client.get(act(entry, "coarsen")).content.decode()
    assert client.post(act(entry, "coarsen"), {"grid": "0.01", "reason": "x"}).status_code == 422
    assert Entry.objects.get().grid == Grid.MEDIUM


def test_what_cannot_be_done_is_said(client, moderator):
    entry = make_entry(None, None)
    for verb in ("restore", "coarsen", "explode"):
        assert "cannot be done" in client.get(act(entry, verb), follow=True).content.decode()


def test_two_people_who_act_at_once_are_told(client, moderator, monkeypatch):
    entry = make_entry()
    original = Entry.withdraw

    def late(self, **values):
        original(Entry.objects.get(pk=self.pk), by=None, reason="first")
        return original(self, **values)

    monkeypatch.setattr(Entry, "withdraw", late)
    html = client.post(act(entry, "withdraw"), {"reason": "second"}).content.decode()
    assert "Somebody else changed this entry" in html
    assert Entry.objects.get().withdrawn_because == "first"


def test_a_change_that_comes_in_between_check_and_save_is_told_too(client, moderator, monkeypatch):
    entry = make_entry()
    original = Entry.revise

    def late(self, **values):
        original(Entry.objects.get(pk=self.pk), by=None, change="corrected", reason="x", fields={"title": "Theirs"})
        return original(self, **values)

    monkeypatch.setattr(Entry, "revise", late)
    html = client.post(address(entry), typed(entry, title="Mine"), follow=True).content.decode()
    assert "Somebody else changed this entry" in html


def test_entries_are_searched_as_on_the_list_and_never_added_or_deleted(client, moderator):
    entry = make_entry(title="Éléphant")
    make_entry(title="Other")
    html = client.get("/admin/hippolist/entry/?q=elephant").content.decode()
    assert entry.code in html
    assert "1 entry" in html
    assert client.get("/admin/hippolist/entry/add/").status_code == 403
    assert client.post(reverse("admin:hippolist_entry_delete", args=[entry.pk]), {"post": "yes"}).status_code == 403
    assert client.get("/admin/hippolist/entry/x/change/").status_code == 302


def test_who_may_not_change_entries_cannot(db, client):
    entry = make_entry()
    client.force_login(make_user("tre", "Treasurer"))
    assert client.get(address(entry)).status_code == 403
    assert client.post(act(entry, "withdraw"), {"reason": "x"}).status_code == 403
    assert Entry.objects.get().is_listed


def test_pictures_are_shown_until_they_are_taken_back(client, moderator):
    from django.utils import timezone

    Picture.objects.create(name="aa11", width=16, height=9)
    Picture.objects.create(name="bb22", width=16, height=9, removed_at=timezone.now())
    html = client.get("/admin/hippolist/picture/").content.decode()
    assert "/media/aa11-320.webp" in html
    assert "/media/bb22-320.webp" not in html


@pytest.mark.parametrize(
    ("field", "value"), [("story", "At -13.123456, 31.778899"), ("reason", "Ring +260 97 123 4567"), ("language", "<x>"), ("year", "9999")]
)
def test_what_must_not_be_public_is_asked_about(client, moderator, field, value):
    entry = make_entry()
    response = client.post(address(entry), typed(entry, **{field: value}))
    assert response.status_code == 200
    assert "errorlist" in response.content.decode()
    assert Entry.objects.get().revision_number == 1


def test_a_text_that_was_looked_at_is_published(client, moderator):
    entry = make_entry()
    client.post(address(entry), typed(entry, story="Case 12.345, 67.891 of the court", publish_anyway="on"))
    assert Entry.objects.get().revision_number == 2
