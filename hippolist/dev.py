"""Development: the letters that would leave this machine, and each part of the look in each state. Only there with DEBUG."""

import re
from datetime import date

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_safe

from . import charts, maps, outbox
from .context import languages
from .filters import ListFilter
from .forms import AddressField, PublicForm
from .models import Letter
from .public import letter_page, private_page

ERRORS = [400, 403, 404, 410, 413, 422, 429, 500, 503, 507]
LINK = re.compile(r"https?://[^\s<>\"]+")


@private_page
@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    return render(request, "hippolist/dev/mail.html", {"letters": outbox.shown(), "languages": []})


@private_page
@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter as its reader gets it: text, HTML, headers and every link in it."""
    found = get_object_or_404(Letter, pk=pk)
    words = outbox.mail_of(found)
    links = list(dict.fromkeys(LINK.findall(words.text))) if words else []
    context = {"letter": found, "mail": words, "links": links, "languages": []}
    return render(request, "hippolist/dev/letter.html", context)


@require_safe
def letter_html(request: HttpRequest, pk: int) -> HttpResponse:
    words = outbox.mail_of(get_object_or_404(Letter, pk=pk))
    return letter_page(words.html if words else "")


class PartsForm(PublicForm):
    """One control of each kind."""

    words = forms.CharField(label="A line of text", help_text="The hint stands between label and control.")
    email = AddressField(label="An address", required=False)
    story = forms.CharField(label="A long text", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    number = forms.IntegerField(label="A number", required=False, min_value=1)
    day = forms.DateField(label="A day", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    one = forms.ChoiceField(label="One of some", choices=[("a", "First"), ("b", "Second")], required=False)
    radio = forms.ChoiceField(label="One of two", choices=[("a", "First"), ("b", "Second")], initial="a", widget=forms.RadioSelect)
    some = forms.MultipleChoiceField(
        label="Some of these", choices=[("a", "First"), ("b", "Second")], required=False, widget=forms.CheckboxSelectMultiple
    )
    file = forms.FileField(label="A file", required=False)
    consent = forms.BooleanField(label="Yes, I agree")


@require_safe
def parts(request: HttpRequest) -> HttpResponse:
    """Each part of docs/looks.md in each state, so that a change of the look is seen everywhere at once."""
    months = charts.months_until(date(2026, 11, 1), 12)
    counts = [0, 2, 5, 3, 8, 13, 21, 17, 9, 11, 4, 1]
    spots = [(-13.1, 31.8, 14), (-1.3, 36.8, 3), (6.2, -75.6, 2), (-24.9, 31.6, 1)]
    cells = [maps.Cell(0, 0, 1, count, latitude, longitude, 1600, only=None) for latitude, longitude, count in spots]
    context = {
        "form": PartsForm(),
        "wrong": PartsForm(QueryDict("email=not+an+address&number=-1&radio=a"), auto_id="wrong_%s"),
        "chart": charts.Columns([f"{month:%b}" for month in months], [charts.Series("one", counts), charts.Series("two", counts[::-1])]),
        "empty_chart": charts.Columns(["Jan"], [charts.Series("one", [0])]),
        "counts": counts,
        "rows": [("Kenya", 21), ("Zambia", 13), ("Colombia", 2)],
        "cells": cells,
        "asked": ListFilter(QueryDict()),
        "tones": ["", "good", "warn", "danger"],
        "drawings": ["calf", "letter", "gift", "empty", "lost", "asleep", "peek"],
        "statuses": ERRORS,
        "page": {"has_others": True, "before": 9, "after": 3},
        "languages": languages(request),
    }
    return render(request, "hippolist/dev/parts.html", context)


@require_safe
def error(request: HttpRequest, status: int) -> HttpResponse:
    """The page of an error, as visitors see it."""
    if status not in ERRORS:
        raise Http404
    return render(request, f"{status}.html", status=status)


urlpatterns = [
    path("parts/", parts, name="parts"),
    path("parts/errors/<int:status>/", error, name="error"),
    path("mail/", mail, name="mail"),
    path("mail/<int:pk>/", letter, name="letter"),
    path("mail/<int:pk>/html/", letter_html, name="letter_html"),
]
