"""Pages of subscribers: ask, confirm, change, leave. A GET never changes anything: mail programs follow every link."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_http_methods

from hippolist import outbox, tokens
from hippolist.public import framed, private_page, public_form

from . import asking
from .forms import SubscribeForm, WishesForm, wishes_of
from .models import Subscriber

read_or_post = require_http_methods(["GET", "HEAD", "POST"])


@public_form
@read_or_post
def subscribe(request: HttpRequest) -> HttpResponseBase:
    """The form. With ?embed it stands in a partner's frame and answers there."""
    view = framed(_subscribe) if "embed" in request.GET else _subscribe
    return view(request)


def _subscribe(request: HttpRequest) -> HttpResponse:
    embed = "embed" in request.GET
    if request.method != "POST":
        if "sent" in request.GET:
            return _page(request, "thanks", embed=embed)
        form = SubscribeForm(initial={"language": translation.get_language()})
        return _page(request, "subscribe", embed=embed, form=form)
    form = SubscribeForm(request.POST)
    if not form.is_valid():
        return _page(request, "subscribe", status=422, embed=embed, form=form)
    values = form.cleaned_data
    page = request.path + ("?embed" if embed else "")
    asking.ask(values["email"], language=values["language"], countries=values["countries"], page=page)
    return HttpResponseRedirect(f"{request.path}?{'embed&' if embed else ''}sent", status=303)


@private_page
@public_form
@read_or_post
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the confirmation letter: one button. A lapsed one offers a new link."""
    subscriber, counter = _subscriber("confirm", token)
    if subscriber.state == Subscriber.State.CONFIRMED:
        return _page(request, "confirmed", subscriber=subscriber, already="done" not in request.GET)
    if subscriber.state == Subscriber.State.PENDING and subscriber.link_is_fresh(counter):
        if request.method != "POST":
            return _page(request, "confirm", subscriber=subscriber)
        asking.confirm(subscriber)
        return _back(request, "done")
    if request.method == "POST" and "new_link" in request.POST:
        asking.ask(subscriber.email, **wishes_of(subscriber), page="lapsed link")
        return _back(request, "mailed")
    return _page(request, "lapsed", status=410, subscriber=subscriber, mailed="mailed" in request.GET)


@private_page
@public_form
@read_or_post
def settings_page(request: HttpRequest, token: str) -> HttpResponse:
    """Language, countries, and the way out."""
    subscriber, _counter = _subscriber("settings", token)
    if request.method != "POST":
        form = WishesForm(initial=wishes_of(subscriber))
        return _page(request, "settings", subscriber=subscriber, form=form, saved="saved" in request.GET)
    if "leave" in request.POST:
        subscriber.leave()
        return _back(request, "saved")
    if "rejoin" in request.POST:
        subscriber.rejoin(page="settings")
        return _back(request, "saved")
    form = WishesForm(request.POST)
    if not form.is_valid():
        return _page(request, "settings", status=422, subscriber=subscriber, form=form)
    subscriber.wish(**form.cleaned_data)
    with translation.override(subscriber.language):
        return HttpResponseRedirect(reverse("subscriptions:settings", args=[token]) + "?saved", status=303)


@private_page
@public_form
@read_or_post
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The way out: a page with one button for people, one POST for mail programs (RFC 8058), always 200.

    A signed token whose person is erased already is answered like any other: they are out.
    """
    found = tokens.read("unsubscribe", token)
    if not found:
        raise Http404
    subscriber = Subscriber.objects.filter(pk=found[0]).first()
    rejoined = False
    if subscriber and request.method == "POST":
        if "rejoin" in request.POST:
            rejoined = subscriber.rejoin(page="unsubscribe") or subscriber.state == Subscriber.State.CONFIRMED
        else:
            subscriber.leave()
    with translation.override(subscriber.language if subscriber else settings.LANGUAGE_CODE):
        # This address has no language of its own, so there is nothing to switch.
        response = _page(request, "unsubscribe", subscriber=subscriber, rejoined=rejoined, languages=[])
        response["Content-Language"] = translation.get_language()
    return response


def _subscriber(purpose: str, token: str) -> tuple[Subscriber, int]:
    """The subscriber of a signed link, with the counter of the link."""
    found = tokens.read(purpose, token)
    if not found:
        raise Http404
    return get_object_or_404(Subscriber, pk=found[0]), found[1]


def _back(request: HttpRequest, word: str) -> HttpResponse:
    """To the same page, which then says what was done: without a cookie, a word in the address has to."""
    return HttpResponseRedirect(f"{request.path}?{word}", status=303)


def _page(request: HttpRequest, name: str, status: int = 200, **context) -> HttpResponse:
    base = "frame.html" if context.get("embed") else "base.html"
    context = {"base": base, "can_send": outbox.can_send(), **context}
    return render(request, f"subscriptions/{name}.html", context, status=status)
