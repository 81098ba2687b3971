"""Home and the general pages: what the site is, at a glance, and true."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.conf import settings as site
from django.utils import timezone

from hippolist import views
from tests.factories import make_entry, make_release

pytestmark = pytest.mark.django_db


def numbers(page: str) -> list[str]:
    return re.findall(r"<dd>\s*([^<]*?)\s*<", page)


def test_an_empty_site_says_so_and_shows_both_ways_in(client):
    page = client.get("/").text
    assert numbers(page) == ["0", "0", "0"]
    assert "Nothing is on the list yet" in page
    assert 'href="/report/"' in page
    assert 'href="/list/"' in page
    assert "Latest release" not in page


def test_home_shows_numbers_the_newest_six_the_map_and_the_latest_release(client):
    for number in range(7):
        make_entry(title=f"Situation {number}", country_code="KE" if number else "ZM")
    make_entry(title="Not yet", appears_on=timezone.localdate() + timedelta(days=3))
    make_release("2026.10")
    make_entry(title="Withdrawn").withdraw(by=None, reason="seen twice")
    make_entry(title="The newest")
    make_release("2026.11")
    page = client.get("/").text
    assert numbers(page) == ["8", "2", "2"]
    named = re.findall(r"<h3[^>]*>\s*<a href=\"/list/HL-\d{6}/\">([^<]+)</a>", page)
    assert named == ["The newest", *(f"Situation {n}" for n in (6, 5, 4, 3, 2))]
    assert "<circle" in page
    assert 'href="/releases/2026.11/"' in page
    assert "Hippo List 2026.10" not in page
    # 7 situations in the first release, 8 in the second.
    assert 'aria-label="How the list grew from release to release"' in page
    assert 'class="line" d="M0.0 3.8L120.0 0.0"' in page


def test_home_costs_at_most_eight_queries(client, django_assert_max_num_queries):
    for number in range(30):
        make_entry(title=f"Situation {number}")
    make_release("2026.11")
    with django_assert_max_num_queries(8):
        client.get("/")


def test_numbers_are_written_as_the_language_does(client, monkeypatch):
    monkeypatch.setattr(views.Entry.objects.__class__, "countries", lambda self: ["ZM"] * 1204)
    assert "1,204" in client.get("/").text
    assert "1\u202f204" in client.get("/fr/").text


def test_robots_are_kept_out_of_private_pages_and_of_a_demo(client):
    lines = client.get("/robots.txt").text.splitlines()
    for path in ("/admin/", "/unsubscribe/", "/subscribe/confirm/", "/fr/subscribe/settings/", "/my-report/"):
        assert f"Disallow: {path}" in lines
    assert "Disallow: /" not in lines
    assert f"Sitemap: {site.SITE_URL}/sitemap.xml" in lines
    make_entry(demo=True)
    assert "Disallow: /" in client.get("/robots.txt").text.splitlines()


def locations(client) -> list[str]:
    answer = client.get("/sitemap.xml")
    assert answer.streaming
    tree = ElementTree.fromstring(b"".join(answer.streaming_content))
    return [place.text for place in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]


def test_the_sitemap_names_pages_releases_and_listed_entries(client):
    listed, made_up, gone = make_entry(), make_entry(demo=True), make_entry()
    release = make_release("2026.11")
    gone.withdraw(by=None, reason="asked for", for_privacy=True)
    later = make_entry(appears_on=timezone.localdate() + timedelta(days=1))
    found = locations(client)
    assert f"{site.SITE_URL}/" in found
    for shown in (listed, release):
        assert site.SITE_URL + shown.get_absolute_url() in found
    for hidden in (made_up, gone, later):
        assert site.SITE_URL + hidden.get_absolute_url() not in found


def test_every_page_of_the_sitemap_answers(client):
    make_entry()
    make_release("2026.11")
    for address in locations(client):
        assert client.get(address.removeprefix(site.SITE_URL)).status_code == 200, address


def test_the_sitemap_is_bounded(client, monkeypatch):
    make_entry()
    monkeypatch.setattr(views, "MOST_ADDRESSES", 3)
    assert len(locations(client)) == 3


def test_security_txt_names_a_contact_and_when_it_lapses(client, settings):
    lines = dict(line.split(": ", 1) for line in client.get("/.well-known/security.txt").text.splitlines())
    assert lines["Contact"] == "mailto:team@example.org"
    assert lines["Expires"] > f"{timezone.now():%Y-%m-%dT}"
    assert lines["Canonical"] == f"{site.SITE_URL}/.well-known/security.txt"
    settings.SECURITY_CONTACT = "https://example.org/security"
    assert "Contact: https://example.org/security" in client.get("/.well-known/security.txt").text
    settings.SECURITY_CONTACT = settings.CONTACT_EMAIL = ""
    assert client.get("/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize(
    "address", ["/", "/about/", "/embed/", "/robots.txt", "/sitemap.xml", "/.well-known/security.txt", "/media/x-320.webp"]
)
def test_general_pages_are_read_only(client, address):
    assert client.post(address).status_code == 405
