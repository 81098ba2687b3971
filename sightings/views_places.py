"""Place finder: the places that people name, for the report form, with signal and without."""

import json
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from . import gazetteer


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """All places, to be searched on the phone; with `q` the best few."""
    asked = request.GET.get("q")
    body = _everything() if asked is None else _packed({"places": gazetteer.search(asked)})
    return HttpResponse(body, content_type="application/json")


def _packed(found: dict[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


@cache
def _everything() -> str:
    """With the words that say nothing: the phone searches by the same rules."""
    return _packed({"places": gazetteer.places(), "common": gazetteer.COMMON})
