"""What donors see: the donate page, the pledge with the account to pay to, and the open books."""

import csv

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from hippolist import outbox
from hippolist.public import private_page, public_form

from . import bank, references
from .books import books, rows_for_csv, totals
from .forms import DonateForm
from .models import Campaign, Gift, Movement

SHOWN_CAMPAIGNS = 12
# What anybody who sees a reference may see of its gift: no name, no mail, no message.
SHOWN_OF_GIFT = ("reference", "amount", "currency", "interval", "state", "received_at", "pledged_at")


@public_form
def donate(request: HttpRequest) -> HttpResponse:
    if not bank.account():
        return render(request, "donations/closed.html", status=422 if request.method == "POST" else 200)
    campaigns = list(Campaign.objects.running().with_sums()[:SHOWN_CAMPAIGNS])
    asked = {name: request.GET[name] for name in ("interval", "campaign") if name in request.GET}
    form = DonateForm(request.POST if request.method == "POST" else None, campaigns=campaigns, initial=asked)
    if form.is_bound and form.is_valid():
        return _to_the_pledge(Gift.pledge(language=get_language() or "en", **form.cleaned_data))
    response = render(
        request,
        "donations/donate.html",
        {"form": form, "campaigns": campaigns, "accounts": totals(), "spent": Movement.objects.spending().select_related("campaign")[:5]},
        status=422 if form.is_bound else 200,
    )
    # The form carries a number of its own, so no two visitors may get the same copy; going back keeps what was typed.
    response["Cache-Control"] = "private, no-cache"
    return response


def _to_the_pledge(gift: Gift) -> HttpResponse:
    response = redirect("donations:pledge", gift.reference)
    response.status_code = 303
    response["Location"] += "?new"
    return response


@require_safe
@private_page
def pledge(request: HttpRequest, code: str) -> HttpResponse:
    reference = references.read(code)
    if not reference:
        raise Http404
    gift = get_object_or_404(Gift.objects.select_related("campaign"), reference=reference)
    account = bank.account() if gift.is_awaited else None
    has_code = gift.currency == "EUR" and gift.interval == Gift.Interval.ONCE
    is_new = "new" in request.GET and gift.state == Gift.State.PLEDGED
    context = {
        "gift": {name: getattr(gift, name) for name in SHOWN_OF_GIFT},
        "campaign": gift.campaign.name if gift.campaign else "",
        "state": gift.get_state_display(),
        "account": account,
        "qr": bank.qr_svg(account, gift.amount, gift.reference) if account and account.iban and has_code else "",
        "is_new": is_new,
        "mail_comes": is_new and bool(gift.email) and outbox.can_send(),
        "contact": settings.CONTACT_EMAIL,
    }
    return render(request, "donations/pledge.html", context)


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "donations/thanks.html")


@require_safe
def books_page(request: HttpRequest) -> HttpResponse:
    return render(request, "donations/books.html", {"accounts": books()})


@require_safe
def books_csv(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="hippolist-books.csv"'
    csv.writer(response).writerows(rows_for_csv())
    return response
