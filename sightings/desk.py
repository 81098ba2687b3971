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
    if not waiting:
        return [Card(_("Reports"), _("Nothing waits."), reverse("admin:sightings_report_changelist"), _("See all reports"), 0, "ok")]
    text = ngettext("%d is overdue.", "%d are overdue.", overdue) % overdue if overdue else _("None is overdue.")
    tone = "warn" if overdue else ""
    return [Card(_("Reports waiting"), text, reverse("admin:sightings_report_next"), _("Check the next one"), waiting, tone)]
