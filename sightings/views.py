"""The public side of a report: the form, the receipt that is the reporter's private page, and finding it again."""

import re
import uuid
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hippolist import countries, outbox, tokens
from hippolist.models import Conflict, Entry
from hippolist.public import private_page, public_form

from . import intake, letters, moderation, pin
from .forms import AnswerForm, LinkForm, ReportForm
from .models import Authority, Photo, Report
from .photos import LIMIT, Refused
from .pin import HEIGHT, WIDTH, View


@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _form_page(request, ReportForm(initial=_prefill(request)), like=_like(request.GET))
    files = request.FILES.getlist("photos")
    client_id = intake.client_id_of(request.POST, files, _sender(request))
    if earlier := Report.objects.filter(client_id=client_id).first():
        return _receipt(earlier)
    refused = intake.take_photos(files, client_id)
    intake.drop_photos(request.POST.getlist("drop"), client_id)
    photos = list(Photo.objects.pending(client_id))
    if "map" in request.POST or "pin.x" in request.POST:
        return _move_pin(request, client_id, photos, refused)
    form = ReportForm(request.POST, photos=len(photos) + _waiting_photos(request))
    if not form.is_valid() or refused:
        return _form_page(request, form, client_id=client_id, photos=photos, refused=refused, status=422)
    extra = {
        "uncertainty_in_meters": pin.precision(request.POST),
        "posted": intake.digest_of(request.POST),
        "like_entry": _like(request.POST),
    }
    return _receipt(intake.receive(form.cleaned_data, form.sources.cleaned, client_id, **extra))


def _sender(request: HttpRequest) -> str:
    """What tells two senders of the same words apart; it is hashed, never kept."""
    address = request.client_address  # type: ignore[attr-defined]  # set by ProxyMiddleware
    return f"{address} {request.headers.get('User-Agent', '')}"


def _receipt(report: Report) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{report.private_path}?new", status=303)


def _waiting_photos(request: HttpRequest) -> int:
    """How many photos the browser still holds and will send one by one."""
    text = request.POST.get("photos_pending", "")
    return min(int(text), LIMIT) if text.isdecimal() and len(text) < 4 else 0


def _prefill(request: HttpRequest) -> dict[str, Any]:
    return {"how_known": "read" if request.GET.get("source") or request.GET.get("like") else "saw"}


def _like(data) -> Entry | None:
    """The entry that reminded somebody of theirs: ?like=HL-000042."""
    code = data.get("like", "")
    digits = code.removeprefix("HL-")
    return Entry.objects.listed().filter(pk=int(digits)).first() if digits.isdecimal() and len(digits) < 10 else None


def _move_pin(request: HttpRequest, client_id: uuid.UUID, photos: list[Photo], refused: list[str]) -> HttpResponse:
    """A click on the map button: the same form again, the pin moved, the map nearer, everything typed kept."""
    data = request.POST.copy()
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
    response = _form_page(request, form, client_id=client_id, photos=photos, refused=refused, view=view)
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
        "authorities": sorted(Authority.objects.all(), key=lambda authority: countries.fold(authority.country)),
        "like": context.get("like") or _like(request.POST),
        **context,
    }
    return render(request, "sightings/report.html", values, status=status)


def _place(form: ReportForm) -> tuple[float, float] | None:
    """The coordinates as typed, for drawing; what is none yet is judged when the form is sent."""
    try:
        latitude, longitude = (float(form[name].value() or "") for name in ("latitude", "longitude"))
    except ValueError:
        return None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


@public_form
@require_POST
def photos(request: HttpRequest) -> HttpResponse:
    """One photo at a time, as often as it takes: the same bytes again answer the same."""
    try:
        client_id = uuid.UUID(request.POST.get("client_id", ""))
    except ValueError:
        return JsonResponse({"error": _("The photo belongs to no report.")}, status=422)
    files = request.FILES.getlist("photo")
    if len(files) != 1:
        return JsonResponse({"error": _("Send one photo at a time.")}, status=422)
    try:
        photo, _made = intake.keep_photo(files[0], client_id)
    except Refused as error:
        return JsonResponse({"error": f"{files[0].name} {error}."}, status=422)
    sent = Report.objects.filter(client_id=client_id, state__in=["waiting", "asked"]).first()
    if sent and photo.report_id is None:
        Photo.objects.filter(pk=photo.pk).update(report=sent)
        intake.check(sent)
    return JsonResponse({"sha256": photo.sha256, "width": photo.width, "height": photo.height})


@require_GET
def sent(request: HttpRequest) -> HttpResponse:
    """A thank-you that holds nothing private, for phones that sent the report later by themselves."""
    return render(request, "sightings/sent.html")


DONE = {"answered": Report.State.WAITING, "withdrawn": Report.State.WITHDRAWN}


@public_form
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def my_report(request: HttpRequest, token: str) -> HttpResponse:
    report = _by_token(token)
    form = AnswerForm(request.POST if "answer" in request.POST else None)
    problem = ""
    if request.method == "POST":
        try:
            if done := _act(request, report, form):
                return HttpResponseRedirect(f"{request.path}?{done}", status=303)
        except Conflict as conflict:
            problem = str(conflict)
            report.refresh_from_db()
    values = _story_so_far(report) | {
        "form": form,
        "problem": problem,
        # An address may be kept for years: what it says must still be true.
        "new": "new" in request.GET and report.state == Report.State.WAITING,
        "done": next((name for name, state in DONE.items() if name in request.GET and report.state == state), ""),
        "mail": bool(report.reporter_email) and outbox.can_send(),
        "private_url": settings.SITE_URL + request.path,
    }
    return render(request, "sightings/my_report.html", values, status=422 if form.errors else 409 if problem else 200)


def _by_token(token: str) -> Report:
    found = tokens.read("report", token)
    if not found:
        raise Http404
    return get_object_or_404(Report.objects.select_related("entry"), pk=found[0], link_counter=found[1])


def _act(request: HttpRequest, report: Report, form: AnswerForm) -> str:
    """What the reporter asked for; the name of what was done, or nothing where the form came back with a question."""
    if "withdraw" in request.POST:
        if report.state != Report.State.WITHDRAWN:
            report.withdraw()
        return "withdrawn"
    if form.is_bound and form.is_valid():
        if not report.was_just_told(form.cleaned_data["message"]):
            report.answer(message=form.cleaned_data["message"])
        return "answered"
    return ""


def _story_so_far(report: Report) -> dict[str, Any]:
    place = Report.objects.undecided().filter(due_at__lt=report.due_at).count() + 1 if report.is_open else None
    return {
        "report": report,
        "decisions": list(report.decisions.all()),
        "sources": list(report.sources.all()),
        "photo_count": report.photos.count(),
        "queue_place": place,
        "usual_hours": settings.REVIEW_HOURS,
        "held_until": report.entry.held_until if report.entry else None,
    }


@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def my_report_ask(request: HttpRequest) -> HttpResponse:
    """Mail me my link again. The answer is the same whether we know the address or not."""
    form = LinkForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        email = form.cleaned_data["email"]
        reports = list(Report.objects.filter(reporter_email__iexact=email).order_by("-pk")[:50])
        if reports:
            letters.links(reports[0].reporter_email, reports, timezone.localdate().isoformat())
        return HttpResponseRedirect(f"{request.path}?sent", status=303)
    values = {"form": form, "sent": "sent" in request.GET, "mail": outbox.can_send()}
    return render(request, "sightings/my_report_ask.html", values, status=422 if form.errors else 200)


@require_GET
def about_moderation(request: HttpRequest) -> HttpResponse:
    """How long people wait, live, from the decision rows."""
    return render(request, "sightings/about_moderation.html", moderation.figures())
