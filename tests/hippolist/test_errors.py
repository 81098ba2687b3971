"""Errors: each says what happened and what to do, in the look of the site."""

import errno

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404
from django.template.loader import render_to_string
from django.test import Client
from django.urls import path
from django.utils import translation

from hippolist import urls, views
from hippolist.context import shared

pytestmark = pytest.mark.django_db


def _raise(error):
    def view(request):
        raise error

    return view


urlpatterns = [
    *urls.urlpatterns,
    path("x/400/", _raise(SuspiciousOperation("x"))),
    path("x/403/", _raise(PermissionDenied)),
    path("x/404/", _raise(Http404)),
    path("x/413/", _raise(RequestDataTooBig)),
    path("x/500/", _raise(ZeroDivisionError)),
    path("x/507/", _raise(OSError(errno.ENOSPC, "No space left on device"))),
    path("x/507/sqlite/", _raise(OperationalError("database or disk is full"))),
    path("x/503/busy/", _raise(OSError(errno.EAGAIN, "no process left"))),
    path("x/503/", _raise(OperationalError("the database is away"))),
]
handler400, handler403, handler404, handler500 = views.bad_request, views.forbidden, views.not_found, views.broken


@pytest.fixture
def errors(settings):
    settings.ROOT_URLCONF = __name__
    client = Client(raise_request_exception=False)
    return lambda address, **headers: client.get(address, headers=headers)


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/x/400/", 400, "We could not read that"),
        ("/x/403/", 403, "<h1>"),
        ("/x/404/", 404, "There is nothing here"),
        ("/nothing/", 404, "There is nothing here"),
        ("/fr/nothing/", 404, "<h1>"),
        ("/x/413/", 413, "That was too big for us"),
        ("/x/503/", 503, "Back in a moment"),
        ("/x/503/busy/", 503, "Back in a moment"),
        ("/x/507/", 507, "We have no room left at the moment"),
        ("/x/507/sqlite/", 507, "We have no room left at the moment"),
        ("/x/500/", 500, "Something broke on our side"),
    ],
)
def test_an_error_has_a_page_that_no_cache_keeps(errors, address, status, words):
    answer = errors(address)
    assert answer.status_code == status
    assert words in answer.text
    assert "noindex" in answer.text
    assert answer["Cache-Control"] == "no-store"
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_a_wrong_host_is_refused_with_a_page(errors):
    answer = errors("/about/", Host="evil.example")
    assert answer.status_code == 400
    assert "evil.example" not in answer.text


def test_a_database_that_is_away_asks_people_and_machines_to_come_back(errors):
    answer = errors("/x/503/")
    assert answer["Retry-After"] == "60"
    assert "Hippo List" in answer.text


@pytest.mark.parametrize("status", [400, 403, 404, 410, 413, 422, 429, 500, 503, 507])
@pytest.mark.parametrize("language", ["", "fr", "sw"])
def test_every_error_has_words_and_a_way_on(status, language):
    """Rendered without a request, as the gravest of them are."""
    with translation.override(language or "en"):
        page = render_to_string(f"{status}.html", shared())
    main = page.split("<main")[1].split("</main>")[0]
    assert main.count("<h1>") == 1
    assert 'class="lede"' in main
    assert 'class="button"' in main
    assert "noindex" in page


def test_the_page_for_what_broke_asks_no_database(rf, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = views.broken(rf.get("/"))
    assert answer.status_code == 500
