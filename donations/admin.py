"""The treasurer's desk: confirming what arrived, running campaigns, writing down what was spent."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hippolist.models import Conflict

from . import money, references
from .forms import CampaignForm, ReceiveForm, SpendingForm
from .models import Campaign, Gift, Movement


def _money(minor: int, currency: str) -> str:
    return money.format_money(minor, currency, get_language() or "en")


class NeverDeleted(admin.ModelAdmin):
    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Gift)
class GiftAdmin(NeverDeleted):
    """Gifts are read here; the one thing to do is to confirm that the money arrived."""

    list_display = ["code", "sum", "interval", "state", "campaign", "pledged_at"]
    list_filter = ["state", "interval", "campaign"]
    list_select_related = ["campaign"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["name", "email"]
    search_help_text = _("A reference in any spelling, an amount, a name or an e-mail.")
    fields = ["code", "sum", "interval", "method", "state", "campaign", "name", "email", "show_name", "message"]
    fields += ["language", "pledged_at", "received_at", "arrived"]
    readonly_fields = ["code", "sum", "arrived"]
    change_form_template = "admin/donations/gift/change_form.html"

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) or _may_receive(request)

    def has_module_permission(self, request):
        return super().has_module_permission(request) or _may_receive(request)

    @admin.display(description=_("reference"), ordering="reference")
    def code(self, gift):
        return references.grouped(gift.reference)

    @admin.display(description=_("amount"), ordering="amount")
    def sum(self, gift):
        return _money(gift.amount, gift.currency)

    @admin.display(description=_("what arrived"))
    def arrived(self, gift):
        lines = [f"{m.on:%Y-%m-%d} {_money(m.amount, m.currency)}" for m in gift.movements.order_by("on")[:100]]
        return ", ".join(lines) or "–"

    def get_search_results(self, request, queryset, search_term):
        found, has_doubles = super().get_search_results(request, queryset, search_term)
        return found | queryset.filter(_like_reference(search_term) | _like_amount(search_term)), has_doubles

    def get_urls(self):
        receive = self.admin_site.admin_view(self.receive_view)
        return [path("<int:pk>/receive/", receive, name="donations_gift_receive"), *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        gift = self.get_object(request, object_id)
        form = ReceiveForm(gift=gift) if gift and gift.is_awaited and _may_receive(request) else None
        return super().change_view(request, object_id, form_url, {"receive_form": form, **(extra_context or {})})

    def receive_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not _may_receive(request):
            raise PermissionDenied
        gift = get_object_or_404(Gift, pk=pk)
        form = ReceiveForm(request.POST if request.method == "POST" else None, gift=gift)
        if form.is_bound and form.is_valid():
            self._receive(request, gift, form)
            return redirect("admin:donations_gift_change", pk)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "gift": gift, "receive_form": form, "title": str(gift)}
        return render(request, "admin/donations/gift/receive.html", context, status=422 if form.is_bound else 200)

    def _receive(self, request: HttpRequest, gift: Gift, form: ReceiveForm) -> None:
        try:
            movement = gift.receive(by=request.user, amount=form.cleaned_data["amount"], on=form.cleaned_data["on"])
        except Conflict as conflict:
            messages.warning(request, str(conflict))
            return
        words = _("%(sum)s for %(gift)s is in the books.")
        if gift.email:
            words = _("%(sum)s for %(gift)s is in the books, and a mail of thanks is on its way.")
        messages.success(request, words % {"sum": _money(movement.amount, movement.currency), "gift": gift})


def _may_receive(request: HttpRequest) -> bool:
    return request.user.has_perm("donations.receive_gift")


def _like_reference(term: str) -> Q:
    """A whole reference as anybody may write it, or a part of one that is long enough to mean something."""
    part = references.tidied(term)
    return Q(reference__contains=part) if len(part) >= 4 else Q(pk=None)


def _like_amount(term: str) -> Q:
    found = Q(pk=None)
    for currency in Gift.objects.order_by().values_list("currency", flat=True).distinct():
        try:
            found |= Q(currency=currency, amount=money.parse(term, currency))
        except money.NotAnAmount:
            continue
    return found


@admin.register(Campaign)
class CampaignAdmin(admin.ModelAdmin):
    form = CampaignForm
    list_display = ["name", "aim", "arrived", "starts", "ends"]
    prepopulated_fields = {"slug": ["name"]}

    def get_queryset(self, request):
        return Campaign.objects.with_sums()

    def get_readonly_fields(self, request, obj=None):
        # What was given in one currency cannot count towards a goal in another.
        return ["currency"] if obj else []

    @admin.display(description=_("goal"), ordering="goal")
    def aim(self, campaign):
        return _money(campaign.goal, campaign.currency)

    @admin.display(description=_("received"))
    def arrived(self, campaign):
        return _money(campaign.received, campaign.currency)


@admin.register(Movement)
class MovementAdmin(NeverDeleted):
    """The ledger. It is only read, and spending added; a mistake is corrected by a new line, never by a change."""

    form = SpendingForm
    list_display = ["on", "kind", "sum", "gift", "campaign", "purpose", "by"]
    list_filter = ["kind", "currency", "campaign"]
    list_select_related = ["gift", "campaign", "by"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["purpose", "reason", "gift__reference"]

    def has_change_permission(self, request, obj=None):
        return False

    @admin.display(description=_("amount"), ordering="amount")
    def sum(self, movement):
        return _money(movement.amount, movement.currency)

    def get_fields(self, request, obj=None):
        if obj:
            return ["on", "kind", "sum", "gift", "campaign", "purpose", "reason", "by", "at"]
        return ["key", "amount", "currency", "on", "purpose", "campaign"]

    def get_readonly_fields(self, request, obj=None):
        return self.get_fields(request, obj) if obj else []

    def add_view(self, request, form_url="", extra_context=None):
        words = {"title": _("Add spending"), "show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, {**words, **(extra_context or {})})

    def save_model(self, request, obj, form, change):
        obj.kind, obj.by = Movement.Kind.SPENDING, request.user
        super().save_model(request, obj, form, change)

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, _("%(sum)s is in the books.") % {"sum": _money(obj.amount, obj.currency)})
        return redirect(reverse("admin:donations_movement_changelist"))
