"""Guards: tables that only grow, held by the database itself."""

import pytest
from django.apps import apps
from django.db import Error, connection, transaction

from hippolist import guards
from hippolist.models import Revision
from tests.factories import make_entry, make_release


def refused(work):
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        work()


def test_a_published_text_cannot_be_deleted_or_changed(db):
    make_entry()
    refused(lambda: Revision.objects.all().delete())
    refused(lambda: Revision.objects.update(number=2))
    refused(lambda: Revision.objects.update(came_in=None, listed=False))


def test_a_column_that_is_set_once_can_be_filled_but_not_changed(db):
    make_entry()
    release = make_release("2026.10")
    assert Revision.objects.update(went_out=release) == 1
    refused(lambda: Revision.objects.update(went_out=None))
    refused(lambda: Revision.objects.update(came_in=None))


def test_redaction_may_change_what_it_must(db):
    make_entry()
    assert Revision.objects.update(title="", story="", pictures=[]) == 1


def test_demo_rows_may_go(db):
    make_entry(demo=True)
    assert Revision.objects.filter(demo=True).delete()[0] == 1


def test_guards_may_be_laid_any_number_of_times(db):
    for _ in range(2):
        guards.install(apps.get_app_config("hippolist"), using="default")
    make_entry()
    refused(lambda: Revision.objects.all().delete())


def test_a_guard_on_a_column_that_is_not_there_is_a_mistake(db):
    wrong = guards.Guarded("hippolist_revision", frozenset({"nonsense"}), frozenset())
    with connection.cursor() as cursor, pytest.raises(AssertionError, match="nonsense"):
        (guards._lay_sqlite if connection.vendor == "sqlite" else guards._lay_postgresql)(cursor, wrong, ["id", "title"])
