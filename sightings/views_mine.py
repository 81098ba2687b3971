"""The reporter's private page: where a report stands, and what its reporter may do with it. A GET changes nothing."""

from collections.abc import Callable
from typing import Any

import segno
from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hippolist import brakes, outbox, releases, tokens
from hippolist.models import Conflict
from hippolist.public import private_page, public_form

from . import amending, copies, erasing, letters, moderation, robots
from .forms import AnswerForm, LinkForm, ReportForm, SourceRows
from .models import Authority, Report
from .photos import LIMIT

# What an address says was done, and whether that is still true: an address may be kept for years.
DONE: dict[str, Callable[[Report], bool]] = {
    "answered": lambda report: report.state == Report.State.WAITING,
    "corrected": lambda report: report.state == Report.State.WAITING,
    "withdrawn": lambda report: report.state == Report.State.WITHDRAWN,
    "confirmed": lambda report: report.email_confirmed_at is not None,
}


@public_form
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def my_report(request: HttpRequest, token: str) -> HttpResponseBase:
    """All that stands behind the private link; what is asked for stands in the query, so that there is one link to keep."""
    report = _signed(token)
    if token not in {report.token, report.mail_token}:
        return render(request, "sightings/my_report_lapsed.html", {"report": report}, status=410)
    for name in ("correct", "erase"):
        if name in request.GET:
            return PAGES[name](request, report)
    if request.method == "POST":
        return _act(request, report, mailed=token == report.mail_token)
    page = next((PAGES[name] for name in PAGES if name in request.GET), _page)
    return page(request, report)


def _signed(token: str) -> Report:
    """The report that a link was made for, though the link may have lapsed since."""
    found = tokens.read("report", token) or tokens.read("report-mail", token)
    if not found:
        raise Http404
    return get_object_or_404(Report.objects.select_related("entry"), pk=found[0])


def _act(request: HttpRequest, report: Report, *, mailed: bool) -> HttpResponse:
    """Do what was asked for, then go to the page that says so; or show it again with what stands in the way."""
    form = AnswerForm(request.POST if "answer" in request.POST or request.FILES else None)
    try:
        done, refused = _do(request, report, form, mailed=mailed)
    except Conflict as conflict:
        report.refresh_from_db()
        return _page(request, report, status=409, form=form, problem=str(conflict))
    if done and not refused:
        return _back(request, done)
    return _page(request, report, status=422, form=AnswerForm() if done else form, refused=refused, done=done)


def _do(request: HttpRequest, report: Report, form: AnswerForm, *, mailed: bool) -> tuple[str, list[str]]:
    """The name of what was done, nothing where the form is wrong; and words for photos that were not taken."""
    if "confirm" in request.POST and mailed:
        report.confirm_email()
        return "confirmed", []
    if "withdraw" in request.POST:
        if report.state != Report.State.WITHDRAWN:
            report.withdraw()
        return "withdrawn", []
    files = request.FILES.getlist("photos")
    # Photos speak for themselves.
    form.fields["message"].required = not files
    if not form.is_valid():
        return "", []
    if files and brakes.too_many(request, "photos", robots.PHOTOS):
        return "", [_("Many photos came from your network within an hour. Please try again later.")]
    before = report.decisions.count()
    refused = amending.add(report, form.cleaned_data["message"], files)
    told = not refused or report.decisions.count() > before
    return "answered" if told else "", refused


def _back(request: HttpRequest, done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{request.path}?{done}", status=303)


def _page(request: HttpRequest, report: Report, *, status: int = 200, **context: Any) -> HttpResponse:
    done = next((name for name, is_true in DONE.items() if name in request.GET and is_true(report)), "")
    photos = list(report.photos.all())
    values = _where_it_stands(report) | {
        "form": AnswerForm(),
        "done": done,
        "decisions": list(report.decisions.all()),
        "sources": list(report.sources.all()),
        "photos": photos,
        "room": max(LIMIT - len(photos), 0),
        "unproven": bool(report.reporter_email) and not report.email_confirmed_at,
        "mailed": request.path == report.mail_path,
        "mail": bool(report.reporter_email) and outbox.can_send(),
        **context,
    }
    return render(request, "sightings/my_report.html", values, status=status)


def _receipt(request: HttpRequest, report: Report) -> HttpResponse:
    """What is to be kept, as long as nobody did anything with the report yet."""
    if report.state != Report.State.WAITING:
        return _page(request, report)
    url = settings.SITE_URL + report.private_path
    values = _where_it_stands(report) | {
        "private_url": url,
        # A held report may name a stranger's address: nothing is mailed, so nothing is promised.
        "mail": bool(report.reporter_email) and outbox.can_send() and not report.screening,
        "vague": report.findings.filter(check_id="vague").exists(),
        "authorities": Authority.in_order() if report.people_near else [],
        "qr": segno.make_qr(url, error="m").svg_inline(omitsize=True, border=2),
    }
    return render(request, "sightings/my_report_receipt.html", values)


def _where_it_stands(report: Report) -> dict[str, Any]:
    ahead = Report.objects.in_queue().filter(due_at__lt=report.due_at).count()
    entry = report.entry
    return {
        "report": report,
        "queue_place": ahead + 1 if report.is_open and not report.screening else None,
        "usual_hours": settings.REVIEW_HOURS,
        "expected": moderation.expected() if report.is_open else {},
        "releases": releases.holding(entry) if entry and not entry.is_gone else [],
    }


def _file(request: HttpRequest, report: Report) -> HttpResponse:
    """A text file to keep, since a tab is easily lost."""
    values = {"report": report, "private_url": settings.SITE_URL + report.private_path}
    response = render(request, "sightings/my_report_receipt.txt", values, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{report.reference}.txt"'
    return response


def _state(request: HttpRequest, report: Report) -> JsonResponse:
    """For the phone that it was sent from."""
    asked = report.state == Report.State.ASKED
    return JsonResponse({"reference": report.reference, "state": report.state, "words": _words(report), "questions": int(asked)})


def _words(report: Report) -> str:
    if report.waits_with_another:
        return _("It was joined to a report of somebody else that is being checked.")
    if report.entry and report.entry.held_until:
        return _("It is verified. Its page opens later, to protect the animals.")
    return {
        Report.State.WAITING: _("It is being checked."),
        Report.State.ASKED: _("We have a question for you."),
        Report.State.VERIFIED: _("It is verified and part of the Hippo List."),
        Report.State.DECLINED: _("We could not put it on the list."),
        Report.State.WITHDRAWN: _("You took it back."),
    }[Report.State(report.state)]


def _take(request: HttpRequest, report: Report) -> FileResponse:
    return FileResponse(copies.bundle(report), as_attachment=True, filename=f"{report.reference}.zip", content_type="application/zip")


def _correct(request: HttpRequest, report: Report) -> HttpResponse:
    """The fields as they were sent, to be corrected while nobody decided."""
    if request.method != "POST" and not report.is_open:
        return _page(request, report)
    form = _form_of(report, request.POST if request.method == "POST" else None)
    problem = ""
    if form.is_bound and form.is_valid():
        # Each new address gets a letter.
        moved = form.cleaned_data["reporter_email"] != report.reporter_email
        if moved and brakes.too_many(request, "address", robots.HOUR):
            return brakes.later(request)
        try:
            report.correct(form.cleaned_data, form.sources.cleaned)
            return _back(request, "corrected")
        except Conflict as conflict:
            problem = str(conflict)
    for _number, error in form.sources.errors:
        form.add_error(None, error)
    values = {"report": report, "form": form, "rows": form.sources.shown, "problem": problem}
    return render(request, "sightings/my_report_correct.html", values, status=409 if problem else 422 if form.is_bound else 200)


def _form_of(report: Report, data: QueryDict | None) -> ReportForm:
    """The form of a report, filled with what it holds; consent was given when it was sent."""
    initial = {name: getattr(report, name) for name in ReportForm.base_fields if hasattr(report, name)}
    form = ReportForm(data, photos=report.photos.count(), initial=initial)
    del form.fields["consent"]
    if data is None:
        form.sources = SourceRows(_rows(report))
    return form


def _rows(report: Report) -> QueryDict:
    data = QueryDict(mutable=True)
    for source in report.sources.order_by("pk"):
        for name in ("url", "title", "publisher", "date"):
            data.appendlist(f"source_{name}", str(getattr(source, name) or ""))
    return data


def _erase(request: HttpRequest, report: Report) -> HttpResponse:
    """First what goes and what stays, then one press."""
    if request.method == "POST" and "erase" in request.POST:
        report.erase()
        return HttpResponseRedirect(request.path, status=303)
    return render(request, "sightings/my_report_erase.html", {"report": report, "named": erasing.is_named(report)})


# By the word in the query.
PAGES: dict[str, Callable[[HttpRequest, Report], HttpResponseBase]] = {
    "correct": _correct,
    "erase": _erase,
    "new": _receipt,
    "file": _file,
    "state": _state,
    "take": _take,
}


@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def my_report_ask(request: HttpRequest) -> HttpResponse:
    """Mail me my link again. The answer is the same whether we know the address or not."""
    form = LinkForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        email = form.cleaned_data["email"]
        reports = list(Report.objects.filter(reporter_email__iexact=email, screening="").order_by("-pk")[:50])
        if reports:
            letters.links(reports[0].reporter_email, reports, timezone.localdate().isoformat())
        return HttpResponseRedirect(f"{request.path}?sent", status=303)
    values = {"form": form, "sent": "sent" in request.GET, "mail": outbox.can_send()}
    return render(request, "sightings/my_report_ask.html", values, status=422 if form.errors else 200)
