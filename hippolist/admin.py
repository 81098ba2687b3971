"""The desk of the list: preparing and publishing releases, mending entries, settling letters."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from . import countries, releases
from .discovery import modules
from .forms import HiddenKey
from .models import Conflict, Entry, Letter, Picture, Release
from .privacy import tells_too_much
from .readonly import KeptForEver, ReadOnly
from .vocabulary import Change, Grid

LINES_SHOWN = 200


class ReleaseForm(forms.ModelForm):
    class Meta:
        model = Release
        fields = ["number", "notes"]

    def clean_number(self) -> str:
        number = self.cleaned_data["number"]
        if not re.fullmatch(r"\d{4}\.(0[1-9]|1[0-2])(\.[1-9]\d{0,2})?", number, re.ASCII):
            raise forms.ValidationError(_("Write it as year.month, for example %s.") % releases.next_number())
        if number[:7] > f"{timezone.localdate():%Y.%m}":
            raise forms.ValidationError(_("This month is still to come."))
        return number


@admin.register(Release)
class ReleaseAdmin(admin.ModelAdmin):
    form = ReleaseForm
    list_display = ["number", "state", "entry_count", "published_at"]
    list_filter = ["state"]
    change_form_template = "admin/hippolist/release/change_form.html"

    def has_change_permission(self, request: HttpRequest, obj: Release | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.is_draft)

    def has_view_permission(self, request: HttpRequest, obj: Release | None = None) -> bool:
        return super().has_view_permission(request, obj) or super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Release | None = None) -> bool:
        # Never many at once: a published release is for ever.
        return super().has_delete_permission(request, obj) and obj is not None and obj.is_draft

    def get_view_on_site_url(self, obj: Release | None = None) -> str | None:
        return None if obj is None or obj.is_draft else obj.get_absolute_url()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"number": releases.next_number()}

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context=None) -> HttpResponse:
        draft = Release.objects.drafts().first()
        if draft and self.has_add_permission(request):
            messages.info(request, _("Release %s is in preparation already. One is prepared at a time.") % draft)
            return redirect("admin:hippolist_release_change", draft.pk)
        return super().add_view(
            request, form_url, {**_preview(), "title": _("Prepare a release"), "show_save_and_add_another": False, **(extra_context or {})}
        )

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context=None) -> HttpResponse:
        release = Release.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
        shown = {}
        if release and not release.is_draft and "_publish" in request.POST:
            messages.info(request, _("Release %s is published already.") % release)
            return redirect("admin:hippolist_release_change", release.pk)
        if release and self.has_view_permission(request, release):
            shown = self._shown(request, release)
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    def _shown(self, request: HttpRequest, release: Release) -> dict[str, Any]:
        if release.is_draft:
            may_publish = request.user.has_perm("hippolist.publish_release")
            title = _("Release %s, in preparation") % release
            return {**_preview(), "may_publish": may_publish, "title": title, "show_save_and_add_another": False}
        offers = [module.release_cards for module in modules("desk") if hasattr(module, "release_cards")]
        cards = [card for offer in offers for card in offer(request, release)]
        return {"published": release, "files": release.current_files, "cards": cards, "title": _("Release %s") % release}

    def save_model(self, request: HttpRequest, obj: Release, form, change: bool) -> None:
        if not change:
            obj.prepared_by_id = request.user.pk
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Release, post_url_continue=None) -> HttpResponse:
        return redirect("admin:hippolist_release_change", obj.pk)

    def response_change(self, request: HttpRequest, obj: Release) -> HttpResponse:
        """What was typed is saved before it is published, by the same press of a button."""
        if "_publish" not in request.POST:
            return super().response_change(request, obj)
        return self._publish(request, obj)

    def _publish(self, request: HttpRequest, release: Release) -> HttpResponse:
        if not request.user.has_perm("hippolist.publish_release"):
            raise PermissionDenied
        try:
            release.publish(by=request.user)
        except Conflict as conflict:
            messages.error(request, str(conflict))
        else:
            self.log_change(request, release, _("published"))
            messages.success(request, _("Release %s is published. Nobody has been mailed yet.") % release)
        return redirect("admin:hippolist_release_change", release.pk)


def _preview() -> dict[str, Any]:
    """What a release published now would change, as far as one page can show it."""
    changes = releases.preview()
    ids = list(changes.entry_ids()[: LINES_SHOWN + 1])
    return {
        "counts": changes.counts(),
        "lines": changes.lines(ids[:LINES_SHOWN]),
        "has_more": len(ids) > LINES_SHOWN,
        "left_out": releases.would_leave_out(),
    }


class EntryForm(forms.ModelForm):
    """The public text. Saving makes a new revision, so it needs a reason that readers will see."""

    reason = forms.CharField(
        label=gettext_lazy("Why?"), max_length=300, help_text=gettext_lazy("Readers see it beside the change. No private details.")
    )
    publish_anyway = forms.BooleanField(
        label=gettext_lazy("I looked at it: publish this text as it is"),
        required=False,
        help_text=gettext_lazy("Only needed where something in the text could lead to an exact place or a person."),
    )
    # The revision that this form was opened on: somebody else's change must not be undone unseen.
    opened_on = forms.IntegerField(label="", widget=HiddenKey)
    country_code = forms.ChoiceField(label=gettext_lazy("Country"), required=False, choices=lambda: [("", "–"), *countries.choices()])

    class Meta:
        model = Entry
        fields = [
            *("title", "story", "language", "kind", "species", "individual_count", "life_stage", "condition", "how_known"),
            *("year", "month", "day", "country_code", "place_name", "checked", "license", "rights_holder", "recorded_by"),
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opened_on"].initial = self.instance.revision_number

    def clean_language(self) -> str:
        if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?", self.cleaned_data["language"]):
            raise forms.ValidationError(_("Write the language as two letters, for example en, fr or sw."))
        return self.cleaned_data["language"]

    def clean_year(self) -> int | None:
        year = self.cleaned_data["year"]
        if year is not None and not 1800 <= year <= timezone.localdate().year:
            raise forms.ValidationError(_("Give a year from 1800 to today."))
        return year

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if (values.get("month") and not values.get("year")) or (values.get("day") and not values.get("month")):
            self.add_error("year", _("A day needs its month, and a month its year."))
        elif not _is_date(values.get("year"), values.get("month"), values.get("day")):
            self.add_error("day", _("This day does not exist."))
        words = "\n".join(str(values.get(name) or "") for name in ("title", "story", "place_name", "checked", "reason"))
        if (found := tells_too_much(words)) and not values.get("publish_anyway"):
            told = _("This would be public: %s. Take it out, or tick that you looked at it.") % "; ".join(found)
            self.add_error("publish_anyway", told)
        now = Entry.objects.get(pk=self.instance.pk)
        if now.revision_number != values.get("opened_on"):
            raise forms.ValidationError(
                _("Somebody else changed this entry in the meantime, so your change was not saved. Load the page again and repeat it.")
            )
        return values


def _is_date(year: int | None, month: int | None, day: int | None) -> bool:
    try:
        forms.DateField().to_python(f"{year or 2000:04}-{month or 1:02}-{day or 1:02}")
    except forms.ValidationError:
        return False
    return True


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=gettext_lazy("Readers see it. No private details."),
    )


class WithdrawForm(ReasonForm):
    for_privacy = forms.BooleanField(
        label=gettext_lazy("Withdraw for privacy"),
        required=False,
        help_text=gettext_lazy(
            "The page then shows nothing but the reason. Otherwise it stays, marked as withdrawn. "
            "Files of releases that are out already still hold the entry."
        ),
    )

    def act(self, entry: Entry, *, by) -> None:
        entry.withdraw(by=by, **self.cleaned_data)


class RestoreForm(ReasonForm):
    def act(self, entry: Entry, *, by) -> None:
        entry.restore(by=by, **self.cleaned_data)


class CoarsenForm(ReasonForm):
    def __init__(self, entry: Entry, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        coarser = [(grid.value, grid.label) for grid in Grid if grid.rank > Grid(entry.grid).rank]
        self.fields["grid"] = forms.ChoiceField(label=_("Show the place on"), choices=coarser)
        self.order_fields(["grid", "reason"])

    def act(self, entry: Entry, *, by) -> None:
        entry.coarsen(by=by, grid=Grid(self.cleaned_data["grid"]), reason=self.cleaned_data["reason"])


VERBS: dict[str, Any] = {
    "withdraw": (gettext_lazy("Withdraw"), lambda entry, data: WithdrawForm(data)),
    "restore": (gettext_lazy("Put back on the list"), lambda entry, data: RestoreForm(data)),
    "coarsen": (gettext_lazy("Show the place less exactly"), CoarsenForm),
}


def verbs_for(entry: Entry) -> Iterable[str]:
    """What may be done to an entry as it stands."""
    if not entry.is_listed:
        return ["restore"]
    return ["withdraw", "coarsen"] if entry.has_place else ["withdraw"]


@admin.register(Entry)
class EntryAdmin(KeptForEver):
    form = EntryForm
    list_display = ["number", "title", "kind", "country_code", "date", "state"]
    list_display_links = ["number", "title"]
    list_filter = ["state", "kind", "species", "how_known", "grid", "demo"]
    search_fields = ["search_text"]
    search_help_text = gettext_lazy("Words of headline, place, country or story, or HL-000042")
    list_per_page = 50
    show_full_result_count = False
    change_form_template = "admin/hippolist/entry/change_form.html"
    fieldsets = [
        (None, {"fields": ["reason", "opened_on", "title", "story", "language", "publish_anyway"]}),
        (gettext_lazy("What"), {"fields": ["kind", "species", "individual_count", "life_stage", "condition", "how_known"]}),
        (gettext_lazy("When and where"), {"fields": [("year", "month", "day"), "country_code", "place_name"]}),
        (gettext_lazy("Whose and how checked"), {"fields": ["checked", "license", "rights_holder", "recorded_by"]}),
    ]

    @admin.display(description=gettext_lazy("number"), ordering="pk")
    def number(self, entry: Entry) -> str:
        return entry.code

    @admin.display(description=gettext_lazy("date"))
    def date(self, entry: Entry) -> str:
        return entry.event_date

    def has_change_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.is_listed)

    def has_view_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return super().has_view_permission(request, obj) or super().has_change_permission(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Entry | None = None):
        if self.has_change_permission(request, obj):
            return self.fieldsets
        return [(None, {"fields": ["state", "withdrawn_because", *EntryForm.Meta.fields]})]

    def get_search_results(self, request: HttpRequest, queryset, search_term: str):
        return queryset.known_to_hold(search_term[:200]), False

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context=None) -> HttpResponse:
        entry = Entry.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
        verbs = []
        if entry and request.user.has_perm("hippolist.change_entry"):
            verbs = [(verb, VERBS[verb][0]) for verb in verbs_for(entry)]
        try:
            return super().change_view(request, object_id, form_url, {"verbs": verbs, **(extra_context or {})})
        except Conflict as conflict:
            messages.error(request, str(conflict))
            return redirect("admin:hippolist_entry_change", object_id)

    def save_model(self, request: HttpRequest, obj: Entry, form: EntryForm, change: bool) -> None:
        # The form has written into obj; the change is measured against what stands.
        entry = Entry.objects.get(pk=obj.pk)
        fields = {name: form.cleaned_data[name] for name in EntryForm.Meta.fields}
        entry.revise(by=request.user, change=Change.CORRECTED, reason=form.cleaned_data["reason"], fields=fields)

    def get_urls(self) -> list[Any]:
        act = path("<int:pk>/act/<str:verb>/", self.admin_site.admin_view(self.act_view), name="hippolist_entry_act")
        return [act, *super().get_urls()]

    def act_view(self, request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        """One of the verbs, with its reason."""
        entry = get_object_or_404(Entry, pk=pk)
        if not request.user.has_perm("hippolist.change_entry"):
            raise PermissionDenied
        if verb not in verbs_for(entry):
            messages.error(request, _("This cannot be done to %s as it stands.") % entry.code)
            return redirect("admin:hippolist_entry_change", pk)
        title, make = VERBS[verb]
        form = make(entry, request.POST if request.method == "POST" else None)
        if form.is_valid() and self._act(request, entry, form, str(title)):
            return redirect("admin:hippolist_entry_change", pk)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "entry": entry, "form": form, "title": title}
        return render(request, "admin/hippolist/entry/act.html", context, status=422 if form.errors else 200)

    def _act(self, request: HttpRequest, entry: Entry, form: Any, title: str) -> bool:
        try:
            form.act(entry, by=request.user)
        except Conflict as conflict:
            messages.error(request, str(conflict))
            return False
        self.log_change(request, entry, title)
        messages.success(request, f"{entry.code}: {title}.")
        return True


@admin.register(Letter)
class LetterAdmin(ReadOnly):
    """Who was written to and how it went. What a letter says is not shown: its links are keys."""

    list_display = ["kind", "to", "subject", "state", "attempts", "error", "created_at", "ended_at"]
    list_filter = ["state", "bulk", "kind"]
    fields = ["kind", "to", "language", "subject", "state", "attempts", "error", "created_at", "next_try", "ended_at"]
    list_per_page = 50
    show_full_result_count = False
    actions = ["send_again", "leave_as_it_is"]

    @admin.action(description=gettext_lazy("Send again"), permissions=["settle"])
    def send_again(self, request: HttpRequest, queryset) -> None:
        count = Letter.objects.filter(pk__in=queryset.values("pk")).send_again()
        self._tell(request, ngettext("%d letter waits to be sent.", "%d letters wait to be sent.", count) % count, count)

    @admin.action(description=gettext_lazy("Do not send again: delete address and text"), permissions=["settle"])
    def leave_as_it_is(self, request: HttpRequest, queryset) -> None:
        count = Letter.objects.filter(pk__in=queryset.values("pk")).leave()
        self._tell(request, ngettext("%d letter is settled.", "%d letters are settled.", count) % count, count)

    def has_settle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("hippolist.change_letter")

    def _tell(self, request: HttpRequest, words: str, count: int) -> None:
        if count:
            messages.success(request, words)
        else:
            messages.warning(request, _("Only letters that failed or are uncertain can be settled."))


@admin.register(Picture)
class PictureAdmin(ReadOnly):
    list_display = ["name", "thumbnail", "entry", "width", "height", "removed_at"]
    list_select_related = ["entry"]
    list_per_page = 50

    @admin.display(description=gettext_lazy("picture"))
    def thumbnail(self, picture: Picture) -> str:
        if picture.removed_at:
            return "–"
        url = reverse("data:media", args=[f"{picture.name}-320.webp"])
        return format_html('<img src="{}" alt="" width="72" height="54" loading="lazy" class="desk-thumb">', url)
