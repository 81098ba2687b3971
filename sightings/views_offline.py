"""Without signal: the worker that keeps the form on the phone, and the page of what waits there."""

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.http import require_safe


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """One line: browsers install the worker anew when the names in it change, and names hold a hash of the content.

    Switched off, it is another worker, that clears up after the first one and goes.
    """
    names = ["js/outbox.js", "js/sw.js"] if settings.OFFLINE else ["js/sw-off.js"]
    loads = ", ".join(json.dumps(static(name)) for name in names)
    return HttpResponse(f"importScripts({loads});\n", content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@require_safe
def saved(request: HttpRequest) -> HttpResponse:
    """The list is on the phone: the server knows nothing of it, so this page is the same for everybody."""
    return render(request, "sightings/saved.html")
