"""The desk of subscriptions: who is subscribed and why, and announcing a release: preview, start, progress."""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hippolist import outbox
from hippolist.models import Conflict, Release
from hippolist.public import letter_page
from hippolist.readonly import ReadOnly

from . import announcements, letters
from .models import Announcement, Consent, Subscriber

TROUBLED_SHOWN = 100


@admin.register(Subscriber)
class SubscriberAdmin(ReadOnly):
    list_display = ["email", "state", "language", "asked_at", "confirmed_at", "left_at"]
    list_filter = ["state", "language"]
    search_fields = ["email"]
    exclude = ["link_counter"]


@admin.register(Consent)
class ConsentAdmin(ReadOnly):
    list_display = ["subscriber", "wording", "page", "asked_at", "confirmed_at", "ended_at", "ended_how"]
    list_filter = ["wording"]
    list_select_related = ["subscriber"]
    raw_id_fields = ["subscriber"]


@admin.register(Announcement)
class AnnouncementAdmin(ReadOnly):
    """A release is announced from its page on the desk; the list here leads to how it went."""

    list_display = ["release", "started_at", "started_by", "addressed"]
    list_select_related = ["release", "started_by"]

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("of/<str:number>/", wrap(self.preview), name="announce"),
            path("of/<str:number>/letter/", wrap(self.letter), name="announce_letter"),
            path("of/<str:number>/start/", wrap(require_POST(self.start)), name="announce_start"),
            *super().get_urls(),
        ]

    def preview(self, request: HttpRequest, number: str) -> HttpResponse:
        """The letter as it will go out, to how many, and the one button."""
        release = self._release(request, number)
        if done := Announcement.objects.filter(release=release).first():
            return HttpResponseRedirect(reverse("admin:subscriptions_announcement_change", args=[done.pk]))
        context = {
            "title": _("Announce release %s") % release,
            "release": release,
            "mail": letters.preview(release, get_language() or "en"),
            "count": Subscriber.objects.addressable().count(),
            "can_send": outbox.can_send(),
        }
        return self._page(request, "preview", context)

    def letter(self, request: HttpRequest, number: str) -> HttpResponse:
        release = self._release(request, number)
        return letter_page(letters.preview(release, get_language() or "en").html)

    def start(self, request: HttpRequest, number: str) -> HttpResponse:
        release = self._release(request, number)
        try:
            announcement = announcements.start(release, by=request.user)
        except Conflict as conflict:
            messages.error(request, str(conflict))
            return HttpResponseRedirect(reverse("admin:announce", args=[number]))
        return HttpResponseRedirect(reverse("admin:subscriptions_announcement_change", args=[announcement.pk]))

    def change_view(self, request: HttpRequest, object_id: str, form_url="", extra_context=None) -> HttpResponse:
        """How the announcement goes; the page loads itself again while letters wait."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = Announcement.objects.select_related("release", "started_by")
        if not unquote(object_id).isdecimal():
            raise Http404
        announcement = get_object_or_404(found, pk=unquote(object_id))
        context = {
            "title": _("Announcement of release %s") % announcement.release,
            "announcement": announcement,
            "progress": announcements.progress(announcement),
            "troubled": announcements.troubled(announcement)[:TROUBLED_SHOWN],
            "can_send": outbox.can_send(),
        }
        return self._page(request, "progress", context)

    def _release(self, request: HttpRequest, number: str) -> Release:
        if not request.user.has_perm("subscriptions.add_announcement"):
            raise PermissionDenied
        return get_object_or_404(Release.objects.published(), number=number)

    def _page(self, request: HttpRequest, name: str, context: dict) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/subscriptions/announcement/{name}.html", context)
