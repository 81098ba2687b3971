"""The desk of donations: pledges that wait for money, and what is missing before anybody can give."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hippolist.desk import Card

from . import bank
from .models import Gift


def cards(request: HttpRequest) -> list[Card]:
    if not request.user.has_perm("donations.receive_gift"):
        return []
    return [*_problem_card(), *_pledge_card()]


def _problem_card() -> list[Card]:
    words = bank.problem()
    return [Card(_("Bank account for donations"), words, reverse("donations:donate"), _("See the page"), tone="warn")] if words else []


def _pledge_card() -> list[Card]:
    waiting = Gift.objects.pledged().count()
    if not waiting:
        return []
    text = ngettext("%d pledge whose money you have not seen yet.", "%d pledges whose money you have not seen yet.", waiting) % waiting
    url = reverse("admin:donations_gift_changelist") + "?state__exact=pledged"
    return [Card(_("Pledges"), text, url, _("Confirm what arrived"), waiting)]
