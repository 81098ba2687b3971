"""Middleware: the headers of every answer, its language, its cache, and who asked."""

import pytest
from django.http import HttpResponse

from hippolist.middleware import CompressionMiddleware, ProxyMiddleware
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PUBLIC = ["/", "/fr/", "/about/", "/embed/", "/subscribe/", "/list/", "/releases/", "/robots.txt", "/sitemap.xml"]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_pages_set_no_cookie_and_vary_by_nothing_but_encoding(client, address):
    answer = client.get(address, headers={"Accept-Encoding": "gzip", "Accept-Language": "fr"})
    assert answer.status_code == 200
    assert not answer.cookies
    assert answer.get("Vary", "Accept-Encoding") == "Accept-Encoding"
    assert answer["Cache-Control"] == "public, max-age=60, s-maxage=240, stale-if-error=86400"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Permissions-Policy"].startswith("camera=()")
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("address", ["/", "/subscribe/", "/about/method/"])
def test_policy_allows_nothing_inline_and_nothing_from_elsewhere(client, address):
    policy = client.get(address)["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "http" not in policy
    page = client.get(address).text
    assert " style=" not in page
    assert "<style" not in page
    assert " onclick=" not in page


def test_a_logged_in_moderator_gets_the_same_public_page(client):
    plain = client.get("/").content
    client.force_login(make_user())
    answer = client.get("/")
    assert answer.content == plain
    assert "Vary" not in answer or "Cookie" not in answer["Vary"]


def test_a_second_visit_costs_no_body(client):
    etag = client.get("/about/")["ETag"]
    assert client.get("/about/", headers={"If-None-Match": etag}).status_code == 304


def test_answers_to_posts_and_errors_are_kept_by_nobody(client):
    assert client.post("/subscribe/", {})["Cache-Control"] == "no-store"
    assert client.get("/nothing/")["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("address", "language"), [("/about/", "en"), ("/fr/about/", "fr"), ("/sw/about/", "sw")])
def test_the_language_is_the_prefix_and_nothing_else(client, address, language):
    client.cookies["django_language"] = "pt"
    answer = client.get(address, headers={"Accept-Language": "es"})
    assert answer["Content-Language"] == language
    assert f'<html lang="{language}"' in answer.text


def test_english_has_no_prefix_and_unknown_ones_are_not_found(client):
    assert client.get("/en/about/").status_code == 404
    assert client.get("/de/about/").status_code == 404


def test_the_admin_speaks_the_language_that_a_moderator_chose(client):
    assert client.get("/admin/login/", headers={"Accept-Language": "fr"})["Content-Language"] == "fr"


@pytest.mark.parametrize(
    ("proxies", "chain", "address"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_who_asks_is_counted_from_the_right(rf, settings, proxies, chain, address):
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", headers={"X-Forwarded-For": chain} if chain else {})
    ProxyMiddleware(lambda request: HttpResponse())(request)
    assert request.client_address == address


def test_health_answers_whatever_the_host_and_before_any_redirect(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz", headers={"Host": "10.0.0.7"}).text == "ok\n"
    ready = client.get("/readyz", headers={"Host": "10.0.0.7"})
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "problems": {}})
    assert client.get("/about/").status_code == 301


def test_what_is_packed_already_is_not_packed_again(rf):
    def answer(kind):
        middleware = CompressionMiddleware(lambda request: HttpResponse(b"x" * 1000, content_type=kind))
        return middleware(rf.get("/", headers={"Accept-Encoding": "gzip"}))

    assert "Content-Encoding" not in answer("image/webp")
    assert answer("text/html")["Content-Encoding"] == "gzip"


@pytest.mark.parametrize("charset", ["punycode", "idna", "base64", "utf-16", "undefined"])
def test_only_utf_8_is_spoken_whatever_a_request_claims(db, client, charset):
    assert client.get("/list/?q=a", content_type=f"text/html; charset={charset}").status_code == 200
    answer = client.generic("POST", "/subscribe/", b"email=x&consent=on", f"application/x-www-form-urlencoded; charset={charset}")
    assert answer.status_code in {400, 422}
