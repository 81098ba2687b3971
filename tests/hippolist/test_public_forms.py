"""Public forms and pages: who may post, who may frame, who may keep a copy."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.views.decorators.http import require_safe

from hippolist.forms import without_nul
from hippolist.public import framed, letter_page, open_data, private_page, public_form

pytestmark = pytest.mark.django_db


@public_form
def form(request):
    return HttpResponse("taken")


def test_a_public_form_takes_what_a_cross_site_page_may_not_send(rf, settings):
    settings.SITE_URL = "https://hippo.example"
    for headers, taken in [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://hippo.example"}, False),
        ({"Origin": "https://hippo.example"}, True),
        ({"Origin": "http://testserver"}, True),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "https://hippo.example.evil.example"}, False),
        ({"Origin": "null"}, False),
    ]:
        answer = form(rf.post("/", headers=headers))
        assert (answer.status_code == 200) is taken, headers


def test_reading_is_never_refused(rf):
    assert form(rf.get("/", headers={"Sec-Fetch-Site": "cross-site"})).status_code == 200


def test_public_forms_are_the_only_ones_without_csrf_check():
    client = Client(enforce_csrf_checks=True)
    assert client.post("/subscribe/", {"email": "ana@example.org", "consent": "on"}).status_code == 303
    assert client.post("/admin/login/", {"username": "x", "password": "y"}).status_code == 403


def test_a_private_page_is_kept_by_nobody(rf):
    answer = private_page(form)(rf.get("/"))
    assert (answer["Cache-Control"], answer["Referrer-Policy"], answer["X-Robots-Tag"]) == ("no-store", "no-referrer", "noindex")


def test_decorators_keep_the_answer_of_their_view(rf):
    answer = open_data(framed(require_safe(form)))(rf.get("/"))
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer._csp_replace == {"frame-ancestors": ["*"]}


def test_a_letter_page_is_shut_in(rf):
    answer = letter_page("<p>Hello</p>")
    assert answer._csp_replace["sandbox"] is True
    assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_nul_is_taken_out_of_every_value():
    from django.http import QueryDict

    assert without_nul(None) is None
    assert dict(without_nul(QueryDict("a=1%00&a=%00&b=x")).lists()) == {"a": ["1", ""], "b": ["x"]}
