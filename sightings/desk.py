"""The desk of reports: what waits for moderators."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hippolist.desk import Card

from .models import Report


def cards(request: HttpRequest) -> list[Card]:
    if not request.user.has_perm("sightings.view_report"):
        return []
    waiting = Report.objects.waiting().count()
    overdue = Report.objects.waiting().filter(due_at__lt=timezone.now()).count()
    if held := Report.objects.held().count():
        words = ngettext("%d report is to be looked over first.", "%d reports are to be looked over first.", held) % held
        queue = reverse("admin:sightings_report_changelist")
        return [*_waiting(waiting, overdue), Card(_("Held for screening"), words, f"{queue}?state=held", _("Look them over"), held, "warn")]
    return _waiting(waiting, overdue)


def _waiting(waiting: int, overdue: int) -> list[Card]:
    if not waiting:
        return [Card(_("Reports"), _("Nothing waits."), reverse("admin:sightings_report_changelist"), _("See all reports"), 0, "ok")]
    text = ngettext("%d is overdue.", "%d are overdue.", overdue) % overdue if overdue else _("None is overdue.")
    tone = "warn" if overdue else ""
    return [Card(_("Reports waiting"), text, reverse("admin:sightings_report_next"), _("Check the next one"), waiting, tone)]
