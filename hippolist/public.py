"""Public pages: forms without a cookie, and who may keep a copy of what."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt

SHARED = {"public": True, "max_age": 60, "s_maxage": 240, "stale_if_error": 86400}
View = Callable[..., HttpResponseBase]


def public_form(view: View) -> View:
    """A form that acts on no cookie needs no CSRF token; it still refuses to be posted from another site's page.

    The only csrf_exempt of the project. Browsers that send neither header (and mail providers' unsubscribe POST) pass.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        if request.method == "POST" and _from_elsewhere(request):
            return render(request, "403.html", status=403)
        return view(request, *args, **kwargs)

    return guarded


def _from_elsewhere(request: HttpRequest) -> bool:
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "cross-site"
    origin = request.headers.get("Origin")
    if not origin:
        return False
    try:
        theirs = urlsplit(origin).netloc
    except ValueError:
        return True
    return theirs not in {urlsplit(settings.SITE_URL).netloc, request.get_host()}


def private_page(view: View) -> View:
    """A page behind a token: kept by no cache, named in no referrer, found by no search engine."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        return response

    return guarded


def framed(view: View) -> View:
    """A page that partners may show in a frame."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response._csp_replace = {"frame-ancestors": ["*"]}  # type: ignore[attr-defined]
        return response

    return guarded


def open_data(view: View) -> View:
    """Data that a page on any other site may load."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        return response

    return guarded


def let_caches_keep(response: HttpResponseBase) -> None:
    """Five minutes at the most, so that a withdrawal reaches every cache."""
    patch_cache_control(response, **SHARED)


def letter_page(html: str) -> HttpResponse:
    """A letter's HTML for our own frames: the one page that allows inline style, shut in a sandbox."""
    response = HttpResponse(html, headers={"Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"})
    response._csp_replace = {  # type: ignore[attr-defined]
        **dict.fromkeys(("script-src", "connect-src", "manifest-src", "worker-src", "frame-src", "font-src")),
        "style-src": [UNSAFE_INLINE],
        "img-src": [NONE],
        "form-action": [NONE],
        "sandbox": True,
        "frame-ancestors": [SELF],
    }
    return response
