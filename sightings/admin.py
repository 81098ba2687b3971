"""The moderation queue: waiting reports oldest first, one review screen, and verifying many at once."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hippolist import countries
from hippolist.models import Conflict
from hippolist.projection import best_map
from hippolist.readonly import KeptForEver

from . import bulk, review
from .models import Authority, Finding, Photo, Report
from .photos import Refused
from .review import ReviewForm


class StateFilter(admin.SimpleListFilter):
    """Waiting reports unless somebody asks for others: the queue is what this page is for."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [*Report.State.choices, ("held", _("look over first")), ("all", _("all"))]

    def choices(self, changelist):
        for value, label in self.lookup_choices:
            selected = (self.value() or Report.State.WAITING) == value
            yield {"selected": selected, "query_string": changelist.get_query_string({"state": value}), "display": label}

    def queryset(self, request, queryset):
        value = self.value() or Report.State.WAITING
        if value in {Report.State.WAITING, "held"}:
            return queryset.waiting() if value == Report.State.WAITING else queryset.held()
        return queryset if value == "all" else queryset.filter(state=value)


@admin.register(Report)
class ReportAdmin(KeptForEver):
    list_display = ["reference", "thumbnail", "what", "where", "age", "noticed"]
    list_filter = [StateFilter, "kind", "species", "how_known", "language"]
    search_fields = ["reference", "place", "story", "occurrence_id"]
    search_help_text = gettext_lazy("Reference, place or words of the story")
    ordering = ["due_at", "pk"]
    list_per_page = 50
    show_full_result_count = False
    actions = ["verify_many", "let_in"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        return super().get_queryset(request).prefetch_related("findings", "photos")

    @admin.display(description=gettext_lazy("photo"))
    def thumbnail(self, report: Report) -> str:
        first = next(iter(report.photos.all()), None)
        if not first:
            return "–"
        url = reverse("admin:sightings_report_photo", args=[report.pk, first.pk])
        return format_html('<img src="{}" alt="" width="72" height="54" loading="lazy" class="desk-thumb">', url)

    @admin.display(description=gettext_lazy("what"))
    def what(self, report: Report) -> str:
        what = f"{report.get_kind_display()}, {report.get_species_display()}"
        return format_html("<strong>{}</strong> {}", _("People in danger."), what) if report.people_near else what

    @admin.display(description=gettext_lazy("where"))
    def where(self, report: Report) -> str:
        return ", ".join(filter(None, [report.place[:60], report.country_code])) or "–"

    @admin.display(description=gettext_lazy("waits for"), ordering="due_at")
    def age(self, report: Report) -> str:
        return timesince(report.sent_at, depth=1)

    @admin.display(description=gettext_lazy("noticed"))
    def noticed(self, report: Report) -> str:
        doubts = [finding for finding in report.findings.all() if finding.severity != Finding.Severity.OK]
        return ngettext("%d point", "%d points", len(doubts)) % len(doubts) if doubts else "–"

    def get_urls(self) -> list[Any]:
        photo = path("<int:pk>/photo/<int:photo_pk>/", self.admin_site.admin_view(self.photo), name="sightings_report_photo")
        after = path("next/", self.admin_site.admin_view(self.next_due), name="sightings_report_next")
        return [photo, after, *super().get_urls()]

    def photo(self, request: HttpRequest, pk: int, photo_pk: int) -> FileResponse:
        """A private photo, for people who may see reports; `?full` is the original as it came."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        photo = get_object_or_404(Photo, pk=photo_pk, report=pk)
        if "full" in request.GET:
            if not photo.original:
                raise Http404
            return FileResponse(photo.original.open("rb"), as_attachment=True, filename=photo.name or "photo")
        return FileResponse(photo.preview.open("rb"), content_type="image/webp")

    def next_due(self, request: HttpRequest) -> HttpResponse:
        """Go to the report that is due next; to the queue when nothing waits."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        report = Report.objects.waiting().due_first().exclude(pk=_number(request.GET.get("after"))).first()
        if report:
            return redirect("admin:sightings_report_change", report.pk)
        messages.success(request, _("Nothing waits. Thank you!"))
        return redirect("admin:sightings_report_changelist")

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Reports"), **(extra_context or {})})

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context=None) -> HttpResponse:
        """The review screen."""
        report = get_object_or_404(Report.objects.select_related("entry", "like_entry", "same_entry", "joined_to"), pk=_number(object_id))
        if not self.has_view_permission(request, report):
            raise PermissionDenied
        form = ReviewForm(report, request.POST if request.method == "POST" else None)
        status = 200
        if request.method == "POST":
            if not self.has_change_permission(request, report):
                raise PermissionDenied
            status = 422
            if form.is_valid():
                if self._decide(request, report, form):
                    return redirect(f"{reverse('admin:sightings_report_next')}?after={report.pk}")
                status = 409
        return render(request, "admin/sightings/report/review.html", self._review(request, report, form), status=status)

    def _decide(self, request: HttpRequest, report: Report, form: ReviewForm) -> bool:
        try:
            form.decide(by=request.user)
        except Conflict as conflict:
            messages.error(request, str(conflict))
            report.refresh_from_db()
            return False
        except Refused:
            messages.error(request, _("One of the photos cannot be opened any more. Untick it and verify again."))
            return False
        asked = _("The question about %s is on its way.")
        if not report.reporter_email:
            asked = _("The question about %s stands on the reporter's private page. They gave no e-mail, so they may never see it.")
        held = bool(report.entry and report.entry.held_until)
        listed = _("%s is verified, and will be shown in time.") if held else _("%s is on the list.")
        joined = _("%s has one more witness.")
        words = {"verify": listed, "ask": asked, "decline": _("%s is declined."), "join": joined}
        name = report.entry.code if report.entry else report.reference
        messages.success(request, words[form.verb] % name)
        return True

    def _review(self, request: HttpRequest, report: Report, form: ReviewForm) -> dict[str, Any]:
        base = point = None
        if report.latitude is not None and report.longitude is not None:
            base = best_map(report.latitude, report.longitude)
            point = base.to_svg(report.latitude, report.longitude)
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": report.reference,
            "report": report,
            "form": form,
            "findings": report.findings.all(),
            "joined": report.joined.undecided(),
            "decisions": report.decisions.select_related("by"),
            "base": base,
            "point": point,
            "corner": (point[0] - 80, point[1] - 60) if point else None,
            "may_decide": self.has_change_permission(request, report) and report.is_open,
            "waiting": Report.objects.waiting().count(),
        }

    @admin.action(description=gettext_lazy("These are from people: into the queue"), permissions=["change"])
    def let_in(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        done = sum(review.let_in(report, by=request.user) for report in queryset)
        messages.success(request, ngettext("%d report joined the queue.", "%d reports joined the queue.", done) % done)

    @admin.action(description=gettext_lazy("Verify the chosen reports…"), permissions=["change"])
    def verify_many(self, request: HttpRequest, queryset: QuerySet[Report]) -> HttpResponse | None:
        """First a page that says what will happen; then each report by itself, so that one failure stops none."""
        ready, left = bulk.sort_out(queryset)
        if "confirmed" not in request.POST:
            context = {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Verify many reports"),
                "ready": ready,
                "left": left,
                "selected": request.POST.getlist("_selected_action"),
                "select_across": request.POST.get("select_across", "0"),
            }
            return TemplateResponse(request, "admin/sightings/report/verify_many.html", context)
        done = bulk.verify(ready, by=request.user)
        messages.success(request, ngettext("%d report is on the list.", "%d reports are on the list.", done) % done)
        if left:
            messages.warning(request, ngettext("%d was left for a closer look.", "%d were left for a closer look.", len(left)) % len(left))
        return None


class AuthorityForm(forms.ModelForm):
    class Meta:
        model = Authority
        fields = ["country_code", "name", "number"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = self.fields["country_code"].label
        self.fields["country_code"] = forms.ChoiceField(label=label, choices=[("", "–"), *countries.choices()])


@admin.register(Authority)
class AuthorityAdmin(admin.ModelAdmin):
    form = AuthorityForm
    list_display = ["country", "name", "number"]

    @admin.display(description=gettext_lazy("country"), ordering="country_code")
    def country(self, authority: Authority) -> str:
        return authority.country


def _number(text: str | None) -> int:
    """A row number from an address; 0, which is no row, for anything else."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0
