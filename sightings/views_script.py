"""What the scripts of the report form call: one photo at a time, and what is known already of a sighting."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hippolist import brakes
from hippolist.public import public_form

from . import intake, robots
from .alike import alike_of
from .forms import FactsForm, ReportForm
from .models import Report
from .photos import Damaged, Refused


@public_form
@require_POST
def photos(request: HttpRequest) -> HttpResponse:
    """One photo at a time, as often as it takes: the same bytes again answer the same."""
    try:
        client_id = uuid.UUID(request.POST.get("client_id", ""))
    except ValueError:
        return _no_photo(_("The photo belongs to no report."))
    files = request.FILES.getlist("photo")
    if len(files) != 1:
        return _no_photo(_("Send one photo at a time."))
    if brakes.too_many(request, "photos", robots.PHOTOS):
        return brakes.later(request)
    sent = Report.objects.filter(client_id=client_id).first()
    if sent and not sent.may_be_added_to:
        return _no_photo(_("This report is decided already, so the photo was not added."), status=409)
    try:
        photo, _made = intake.keep_photo(files[0], client_id, _facts(request.POST), request.POST.get("sha256", ""))
    except Refused as error:
        return _no_photo(f"{files[0].name} {error}.")
    except Damaged:
        return _no_photo(_("The photo arrived damaged. Please send it again."), status=400)
    intake.attach(client_id)
    return JsonResponse({"sha256": photo.sha256, "width": photo.width, "height": photo.height})


def _no_photo(words: str, status: int = 422) -> JsonResponse:
    return JsonResponse({"error": words}, status=status)


def _facts(data: QueryDict) -> dict[str, Any]:
    """What the script read in the original before it shrank the picture; nonsense counts as nothing."""
    form = FactsForm(data)
    form.is_valid()
    known = form.cleaned_data
    taken = known.get("taken")
    day = {"taken_on": taken.date(), "taken_time": taken.time()} if taken else {}
    point = {name: known[name] for name in ("latitude", "longitude") if known.get(name) is not None}
    return day | (point if len(point) == 2 else {})


@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def near(request: HttpRequest) -> HttpResponse:
    """What is known already of what is being reported: entries near in place and date, and whether somebody told of it."""
    if brakes.too_many(request, "near", robots.NEAR):
        return brakes.later(request)
    form = ReportForm(request.POST if request.method == "POST" else request.GET)
    form.is_valid()
    seen = alike_of(form)
    entries = [{"id": entry.code, "title": entry.title, "url": entry.get_absolute_url()} for entry in seen.entries]
    html = render_to_string("sightings/_alike.html", {"alike": seen}, request) if seen else ""
    return JsonResponse({"entries": entries, "reported": bool(seen.report), "html": html}, headers={"Cache-Control": "no-store"})
