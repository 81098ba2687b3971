"""Middleware: who asks, in which language, and the headers that every answer carries."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation

from . import health, public

Next = Callable[[HttpRequest], HttpResponse]
PERMISSIONS = "camera=(), microphone=(), payment=(), usb=(), geolocation=(self)"


class ProxyMiddleware:
    """Before all else. `request.client_address`: counted from the right of X-Forwarded-For, so that no visitor can write it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Whatever a request claims: forms and addresses are UTF-8 here, and other codecs fail in the middle of the work.
        request.encoding = settings.DEFAULT_CHARSET
        request.client_address = _client_address(request)  # type: ignore[attr-defined]  # ours
        return self.get_response(request)


def _client_address(request: HttpRequest) -> str:
    chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    proxies = settings.TRUSTED_PROXIES
    if proxies and len(chain) >= proxies:
        return chain[-proxies]
    return request.META.get("REMOTE_ADDR", "")


class HealthMiddleware:
    """/healthz and /readyz answer before the host check and the https redirect: load balancers know neither."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == "/healthz":
            return health.alive()
        if request.path_info == "/readyz":
            return health.ready()
        return self.get_response(request)


def _is_picture(response: HttpResponseBase) -> bool:
    """A picture speaks no language and asks for no camera; a list of forty would carry those headers forty times."""
    return response.get("Content-Type", "").startswith("image/")


class LanguageMiddleware:
    """The language is the path prefix and nothing else; in the admin it is the moderator's choice.

    Django's LocaleMiddleware also looks at cookies and headers, redirects, and puts Vary on every page.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("/admin/"):
            language = translation.get_language_from_request(request)
        else:
            language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        if not _is_picture(response):
            response.setdefault("Content-Language", language)
        return response


class CompressionMiddleware(GZipMiddleware):
    """Compress what shrinks: pictures and archives are packed already."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.get("Content-Type", "").startswith(("image/", "application/zip")):
            return response
        return super().process_response(request, response)


class HeadersMiddleware:
    """Security headers for all, and a short shared cache for every public page that did not say otherwise."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not _is_picture(response):
            response.setdefault("Permissions-Policy", PERMISSIONS)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if "Cache-Control" not in response:
            public_page = request.method in {"GET", "HEAD"} and not request.path_info.startswith("/admin/")
            if public_page and response.status_code == 200:
                public.let_caches_keep(response)
            else:
                response["Cache-Control"] = "no-store"
        return response
