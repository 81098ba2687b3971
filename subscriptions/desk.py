"""The desk of subscriptions: announce a release, and see how the announcing goes."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hippolist.desk import Card
from hippolist.models import Release

from . import announcements
from .models import Announcement, Subscriber


def cards(request: HttpRequest) -> list[Card]:
    """The newest release while it is not announced yet, or the announcement while it runs or has trouble."""
    release = Release.objects.published().first()
    if release is None:
        return []
    return [card for card in release_cards(request, release) if card.tone or card.count]


def release_cards(request: HttpRequest, release: Release) -> list[Card]:
    if release.state != Release.State.PUBLISHED or not request.user.has_perm("subscriptions.view_announcement"):
        return []
    done = Announcement.objects.filter(release=release).select_related("release").first()
    if done:
        return [_progress_card(done)]
    return [_start_card(release)] if request.user.has_perm("subscriptions.add_announcement") else []


def _start_card(release: Release) -> Card:
    count = Subscriber.objects.addressable().count()
    text = ngettext("Announce release %(release)s to %(count)d subscriber", "Announce release %(release)s to %(count)d subscribers", count)
    url = reverse("admin:announce", args=[release.number])
    return Card(_("Stay informed"), text % {"release": release, "count": count}, url, _("See the letter first"), count)


def _progress_card(announcement: Announcement) -> Card:
    progress = announcements.progress(announcement)
    troubled = sum(progress.counts.get(state, 0) for state in announcements.TROUBLED)
    values = {"release": announcement.release, "done": progress.done, "all": progress.addressed}
    text = _("Release %(release)s: %(done)d of %(all)d letters are done") % values
    url = reverse("admin:subscriptions_announcement_change", args=[announcement.pk])
    return Card(_("Announcement"), text, url, _("See how it goes"), progress.open or None, "warn" if troubled else "")
