"""The desk of the list: what waits for editors. Every app's desk.py offers cards for the admin index and for a release.

`cards(request)` answers a list of Card for the person who is logged in; `release_cards(request, release)` answers cards
for a published release ("Announce to 120 subscribers").
"""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import outbox
from .models import Letter, Release, Revision


@dataclass
class Card:
    title: str
    text: str
    url: str
    action: str
    count: int | None = None
    tone: str = ""


def cards(request: HttpRequest) -> list[Card]:
    return [*_release_card(request), *_letter_cards(request)]


def _release_card(request: HttpRequest) -> list[Card]:
    if not request.user.has_perm("hippolist.change_release"):
        return []
    waiting = Revision.objects.unreleased().count()
    text = ngettext("%d change since the last release", "%d changes since the last release", waiting) % waiting
    draft = Release.objects.filter(state=Release.State.DRAFT).first()
    if draft:
        url = reverse("admin:hippolist_release_change", args=[draft.pk])
        return [Card(_("Release %s in preparation") % draft, text, url, _("Go on"), waiting)]
    return [Card(_("Next release"), text, reverse("admin:hippolist_release_add"), _("Prepare a release"), waiting)]


def _letter_cards(request: HttpRequest) -> list[Card]:
    if not request.user.has_perm("hippolist.view_letter"):
        return []
    cards = []
    letters = reverse("admin:hippolist_letter_changelist")
    waiting = Letter.objects.filter(state__in=["queued", "deferred"]).count()
    if waiting and not outbox.can_send():
        text = _("Letters wait: no mail server is set. Set HIPPOLIST_EMAIL_URL.")
        cards.append(Card(_("Mail"), text, letters, _("See the letters"), waiting, "danger"))
    troubled = Letter.objects.filter(state__in=["failed", "uncertain"]).exclude(to="").count()
    if troubled:
        text = _("Letters that failed, or of which nobody knows whether they went out.")
        cards.append(Card(_("Mail"), text, f"{letters}?state__in=failed,uncertain", _("Settle them"), troubled, "warn"))
    return cards
