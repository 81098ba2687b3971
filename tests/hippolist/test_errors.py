"""Errors: each says what happened and what to do, in the look of the site."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.test import Client
from django.urls import path

from hippolist import urls, views

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
    path("x/500/", _raise(ZeroDivisionError)),
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


def test_the_page_for_what_broke_asks_no_database(rf, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = views.broken(rf.get("/"))
    assert answer.status_code == 500
