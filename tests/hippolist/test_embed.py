"""Embedding: the three calls in a partner's frame."""

import html
import re

import pytest
from django.conf import settings as site

pytestmark = pytest.mark.django_db


def test_the_calls_may_be_framed_by_anybody_and_nothing_else_of_the_site(client):
    assert "frame-ancestors *" in client.get("/fr/embed/")["Content-Security-Policy"]
    for address in ("/", "/about/embed/", "/subscribe/", "/report/", "/donate/"):
        assert "frame-ancestors 'none'" in client.get(address)["Content-Security-Policy"]


def test_report_and_donate_open_a_new_tab_and_subscribing_stays_inside(client):
    page = client.get("/embed/").text
    for address in ("/report/", "/donate/"):
        assert re.search(rf'href="{address}"\s+target="_blank"\s+rel="noopener"', page)
    assert 'action="/subscribe/?embed"' in page
    assert "site-header" not in page


@pytest.mark.parametrize(
    ("source", "report"),
    [
        ("https://news.example/a?b=1&c=2", "/report/?source=https%3A%2F%2Fnews.example%2Fa%3Fb%3D1%26c%3D2"),
        ("", "/report/"),
        ("javascript:alert(1)", "/report/"),
        ("https://[", "/report/"),
        ('"><script>', "/report/"),
    ],
)
def test_the_article_goes_along_to_the_report(client, source, report):
    page = client.get("/embed/", {"source": source}).text
    assert f'href="{report}"' in html.unescape(page)
    assert "<script" not in page


def test_the_snippet_can_be_copied_and_shown(client):
    page = client.get("/about/embed/").text
    snippet = html.unescape(re.search(r"<textarea[^>]*readonly[^>]*>(.*?)</textarea>", page, re.S)[1])
    assert snippet.startswith(f'<iframe src="{site.SITE_URL}/embed/?source=')
    assert "<script" not in snippet
    assert '<iframe src="/embed/"' in page
    assert f"{site.SITE_URL}/sw/embed/" in client.get("/sw/about/embed/").text
