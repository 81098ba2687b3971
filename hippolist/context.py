"""Context: what every page and every letter knows of the site."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils import translation

from . import licences
from .models import Release


@cache
def _site() -> dict[str, Any]:
    return {
        "name": settings.SITE_NAME,
        "url": settings.SITE_URL,
        "organisation": settings.ORGANISATION,
        "contact_email": settings.CONTACT_EMAIL,
        "license_name": licences.NAMES[settings.DATA_LICENSE],
        "license_url": licences.own(),
        "debug": settings.DEBUG,
    }


def shared() -> dict[str, Any]:
    return {"site": _site()}


def site(request: HttpRequest) -> dict[str, Any]:
    if request.path_info.startswith("/admin/"):
        return shared()
    # Whoever lands on any page must learn that the list is made up; the table of releases is tiny.
    has_demo = Release.objects.filter(demo=True).exists()
    here = f"{settings.SITE_URL}{request.path}"
    return {"site": {**_site(), "has_demo": has_demo}, "languages": languages(request), "here": here}


def languages(request: HttpRequest) -> list[dict[str, Any]]:
    """This page in each language; the links need neither cookie nor script. `page`: the address without query, for search engines."""
    current = translation.get_language()
    query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
    found = []
    for code, name in settings.LANGUAGES:
        path = translate_url(request.path, code)
        found.append({"code": code, "name": name, "url": path + query, "page": settings.SITE_URL + path, "current": code == current})
    return found
