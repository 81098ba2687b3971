"""The public side of a report: the form, what it asks back, and the answer when a report is stored."""

import re
import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_http_methods

from hippolist import brakes
from hippolist.models import Entry
from hippolist.public import public_form

from . import intake, moderation, pin, questions, robots
from .alike import alike_of
from .checks import findings
from .forms import ReportForm
from .links import canonical
from .models import Authority, Photo, Report, Screening
from .photos import LIMIT
from .pin import HEIGHT, WIDTH, View


@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _form_page(request, ReportForm(initial=_prefill(request)), like=_entry(request.GET, "like"))
    files = request.FILES.getlist("photos")
    client_id = intake.client_id_of(request.POST, files, _sender(request))
    if earlier := Report.objects.filter(client_id=client_id).first():
        return _receipt(request, earlier, status=200)
    if files and brakes.too_many(request, "photos", robots.PHOTOS):
        return _answer_too_many(request)
    refused = intake.take_photos(files, client_id)
    intake.drop_photos(request.POST.getlist("drop"), client_id)
    photos = list(Photo.objects.pending(client_id))
    data = questions.settle(request.POST)
    if {"map", "pin.x", "find"} & set(data):
        return _move_pin(request, data, client_id, photos, refused)
    form = ReportForm(data, photos=len(photos))
    kept = {"client_id": client_id, "photos": photos}
    if not form.is_valid() or refused:
        return _form_comes_back(request, form, refused=refused, **kept)
    if asked := _to_ask(request, form, photos):
        return _ask(request, form, asked, **kept)
    return _store(request, form, client_id, photos)


def _store(request: HttpRequest, form: ReportForm, client_id: uuid.UUID, photos: list[Photo]) -> HttpResponse:
    screening = robots.screening(request.POST)
    if settings.LIMITS:
        sent = brakes.count("report", request.client_address)  # type: ignore[attr-defined]  # set by ProxyMiddleware
        if sent.hour > robots.REPORTS:
            return _answer_too_many(request, form=form, client_id=client_id, photos=photos)
        if sent.hour > robots.HOUR or sent.day > robots.DAY:
            screening = screening or Screening.MANY
    extra = {
        "uncertainty_in_meters": pin.precision(form.data),
        "posted": intake.digest_of(request.POST),
        "like_entry": _entry(form.data, "like"),
        "confirmed": questions.confirmed(request.POST),
        "screening": screening,
        **_same(form),
    }
    return _receipt(request, intake.receive(form.cleaned_data, form.sources.cleaned, client_id, **extra), status=201)


def _to_ask(request: HttpRequest, form: ReportForm, photos: list[Photo]) -> dict[str, Any]:
    """What is worth one question before the report is stored; nothing where the form did not say that it can ask, or asked already."""
    if "ask" not in request.POST or "asked" in request.POST:
        return {}
    draft = intake.drafted(form.cleaned_data, confirmed=questions.confirmed(request.POST))
    case = intake.case_of(draft, photos, [canonical(source["url"]) for source in form.sources.cleaned])
    asked = questions.ask(case, findings(case))
    seen = not {"alike", "same"} & set(form.data) and alike_of(form)
    worth = seen or any(question.check_id not in questions.ALONG for question in asked)
    return {"questions": asked, "alike": seen} if worth else {}


def _same(form: ReportForm) -> dict[str, Any]:
    """What the reporter said of look-alikes: the same as an entry, or as somebody's open report (found again; its id is never told)."""
    # Danger is never put behind somebody else's report.
    if form.data.get("same") == "open" and not form.cleaned_data["people_near"]:
        other = alike_of(form).report
        return {"joined_to": other}
    return {"same_entry": _entry(form.data, "same")}


def _ask(request: HttpRequest, form: ReportForm, asked: dict[str, Any], **kept: Any) -> HttpResponse:
    if not _wants_json(request):
        return _form_page(request, form, **asked, **kept)
    html = render_to_string("sightings/_questions.html", asked, request)
    return JsonResponse({"questions": html})


def _form_comes_back(request: HttpRequest, form: ReportForm, **kept: Any) -> HttpResponse:
    if not _wants_json(request):
        return _form_page(request, form, status=422, **kept)
    html = render_to_string("sightings/_errors.html", {"form": form, **kept}, request)
    fields = {name: " ".join(map(str, errors)) for name, errors in form.errors.items()}
    fields |= {f"source_url_{number}": words for number, words in form.sources.errors}
    return JsonResponse({"html": html, "fields": fields}, status=422)


def _answer_too_many(request: HttpRequest, form: ReportForm | None = None, **kept: Any) -> HttpResponse:
    """429, the form kept as it was where there is one."""
    if _wants_json(request) or not form:
        return brakes.later(request)
    response = _form_page(request, form, status=429, later=True, **kept)
    response["Retry-After"] = str(brakes.seconds_to_next_hour())
    return response


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _sender(request: HttpRequest) -> str:
    """What tells two senders of the same words apart; it is hashed, never kept."""
    address = request.client_address  # type: ignore[attr-defined]  # set by ProxyMiddleware
    return f"{address} {request.headers.get('User-Agent', '')}"


def _receipt(request: HttpRequest, report: Report, status: int) -> HttpResponse:
    address = f"{report.private_path}?new"
    if _wants_json(request):
        return JsonResponse({"reference": report.reference, "url": address}, status=status, headers={"Cache-Control": "no-store"})
    return HttpResponseRedirect(address, status=303)


def _prefill(request: HttpRequest) -> dict[str, Any]:
    return {"how_known": "read" if request.GET.get("source") or request.GET.get("like") else "saw"}


def _entry(data, name: str) -> Entry | None:
    """The entry that a field names: ?like=HL-000042."""
    digits = data.get(name, "").removeprefix("HL-")
    return Entry.objects.listed().filter(pk=int(digits)).first() if digits.isdecimal() and len(digits) < 10 else None


def _move_pin(request: HttpRequest, data: QueryDict, client_id: uuid.UUID, photos: list[Photo], refused: list[str]) -> HttpResponse:
    """A click on the map button, or on Find: the same form again, the pin moved, the map nearer, everything typed kept."""
    view = View.parse(data.get("map") or data.get("view", ""))
    x, y = data.get("pin.x", ""), data.get("pin.y", "")
    # A keyboard presses the button at 0,0, which is no place.
    if (
        re.fullmatch(r"\d{1,3}", x, re.ASCII)
        and re.fullmatch(r"\d{1,3}", y, re.ASCII)
        and int(x) <= WIDTH
        and int(y) <= HEIGHT
        and (x, y) != ("0", "0")
    ):
        latitude, longitude, view = view.click(int(x), int(y))
        data["latitude"], data["longitude"] = str(latitude), str(longitude)
        data["pinned"] = f"{latitude},{longitude}"
    form = ReportForm(data, photos=len(photos))
    form.unjudged()
    found = questions.find(data.get("place", "")) if "find" in data else None
    response = _form_page(request, form, client_id=client_id, photos=photos, refused=refused, view=view, found=found)
    response["Cache-Control"] = "no-store"
    return response


def _form_page(request: HttpRequest, form: ReportForm, *, status: int = 200, **context: Any) -> HttpResponse:
    place = _place(form)
    view = context.get("view") or (View.around(*place) if place else View.parse("africa"))
    rows = form.sources.shown
    if not form.is_bound and request.GET.get("source"):
        rows = [{"url": request.GET["source"][:1000]}, *rows[1:]]
    values = {
        "form": form,
        "rows": rows,
        "view": view,
        "pin": view.base.to_svg(*place) if place else None,
        "pin_radius": view.width / 40,
        "width": WIDTH,
        "height": HEIGHT,
        "limit": LIMIT,
        "hours": settings.REVIEW_HOURS,
        "authorities": Authority.in_order(),
        "like": context.get("like") or _entry(request.POST, "like"),
        "offline": settings.OFFLINE,
        "trap": robots.TRAP,
        "opened": robots.opened(),
        "answered": _answered(request.POST),
        **context,
    }
    return render(request, "sightings/report.html", values, status=status)


def _answered(data: QueryDict) -> list[tuple[str, str]]:
    """Answers given in an earlier round, which the form takes along."""
    kept = {"asked", "same"} | {f"fix_{name}" for name in questions.confirmed(data)}
    return [(name, data.get(name, "")) for name in sorted(kept) if name in data]


def _place(form: ReportForm) -> tuple[float, float] | None:
    """The coordinates as typed, for drawing; what is none yet is judged when the form is sent."""
    try:
        latitude, longitude = (float(form[name].value() or "") for name in ("latitude", "longitude"))
    except ValueError:
        return None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


@require_GET
def sent(request: HttpRequest) -> HttpResponse:
    """A thank-you that holds nothing private, for phones that sent the report later by themselves."""
    return render(request, "sightings/sent.html")


@require_GET
def about_moderation(request: HttpRequest) -> HttpResponse:
    """How long people wait, live, from the decision rows."""
    return render(request, "sightings/about_moderation.html", moderation.figures())
