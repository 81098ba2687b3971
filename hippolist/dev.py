"""Development: the letters that would leave this machine, to click through. Only there with DEBUG."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_safe

from . import outbox
from .models import Letter
from .public import letter_page, private_page

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


urlpatterns = [
    path("mail/", mail, name="mail"),
    path("mail/<int:pk>/", letter, name="letter"),
    path("mail/<int:pk>/html/", letter_html, name="letter_html"),
]
