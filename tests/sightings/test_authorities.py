"""Danger: whom to call stands above the report form, from the table that a lead keeps."""

import re

import pytest
from django.urls import reverse

from sightings.models import Authority
from tests.factories import make_user

pytestmark = pytest.mark.django_db
ADD = reverse("admin:sightings_authority_add")


def line(client, address: str = "/report/") -> str:
    page = client.get(address).text
    found = re.search(r'<div class="danger-line">.*?(?=<form)', page, re.S)
    assert found
    return " ".join(found[0].split())


def test_without_a_number_the_line_names_authority_and_police(client):
    words = line(client)
    assert "Danger now?" in words
    assert "Call your wildlife authority or the police." in words
    assert "Keep 50 m away, and never go back for a better photo." in words
    assert "tel:" not in words


def test_a_lead_adds_a_number_and_the_form_shows_it_to_be_dialled(client):
    client.force_login(make_user("lena", "Lead"))
    answer = client.post(ADD, {"country_code": "KE", "name": "Kenya Wildlife Service", "number": "0800 597 (000)"})
    assert answer.status_code == 302
    client.logout()
    assert 'Kenya, Kenya Wildlife Service <a href="tel:0800597000" dir="ltr">0800 597 (000)</a>' in line(client)
    assert "Kenya" in line(client, "/sw/report/")


@pytest.mark.parametrize("number", ["", "call us", "+", "12 34\n5", "<b>112</b>"])
def test_what_nobody_can_dial_is_refused_with_words(client, number):
    client.force_login(make_user("lena", "Lead"))
    answer = client.post(ADD, {"country_code": "KE", "name": "Police", "number": number})
    assert answer.status_code == 200
    assert Authority.objects.count() == 0
    assert "errorlist" in answer.text


def test_many_numbers_fold_in_the_order_of_the_readers_alphabet(client):
    for code in ("ZM", "DE", "KE", "CI"):
        Authority.objects.create(country_code=code, name="Police", number="112")
    words = line(client, "/fr/report/")
    assert "<details>" in words
    assert re.findall(r"<li> ([^,]+), Police", words) == ["Allemagne", "Côte d’Ivoire", "Kenya", "Zambie"]


def test_a_moderator_cannot_change_the_numbers(client):
    client.force_login(make_user("mara", "Moderator"))
    assert client.get(ADD).status_code == 403
