"""Forms: what donors type, and what the treasurer types."""

import uuid
from datetime import date, timedelta
from typing import Any

from crispy_forms.bootstrap import InlineRadios
from crispy_forms.layout import Field, Fieldset, Layout
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from hippolist import outbox
from hippolist.forms import HiddenKey, PublicForm

from . import money
from .models import Campaign, Gift, Movement

# Suggestions, in times of the smallest gift: €10, €20, €50 and €100 where it is €2.
STEPS = (5, 10, 25, 50)


def methods() -> list[tuple[str, str]]:
    """The ways to pay that this site has. Cards join when they are built."""
    return [(Gift.Method.BANK.value, str(Gift.Method.BANK.label))]


class AmountInput(forms.TextInput):
    """Suggestions and the field for any other amount have the same name, so any of them answers as `amount`."""

    def value_from_datadict(self, data, files, name):
        values = data.getlist(name) if hasattr(data, "getlist") else [data.get(name)]
        typed = [value.strip() for value in values if value and value.strip()]
        return list(dict.fromkeys(typed))


class AmountField(forms.Field):
    """What was typed, as it was typed: it becomes money once the currency is known."""

    widget = AmountInput
    default_error_messages = {"required": _("Choose an amount, or type one.")}

    def clean(self, value: list[str]) -> str:
        super().clean(value)
        if len(value) > 1:
            words = _("You chose %(one)s and typed %(other)s. Which one do you mean? Leave only that one.")
            raise ValidationError(words, params={"one": value[0], "other": value[-1]})
        return value[0]


class DonateForm(PublicForm):
    client_id = forms.CharField(max_length=100, required=False, widget=forms.HiddenInput)
    amount = AmountField(label=_("Amount"))
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    interval = forms.ChoiceField(label=_("How often"), required=False, choices=Gift.Interval.choices, widget=forms.RadioSelect)
    method = forms.ChoiceField(label=_("How you pay"), required=False, widget=forms.RadioSelect)
    campaign = forms.CharField(label=_("What for"), required=False, widget=forms.RadioSelect)
    name = forms.CharField(label=_("Your name"), max_length=100, required=False)
    email = forms.EmailField(label=_("Your e-mail"), max_length=320, required=False)
    show_name = forms.BooleanField(label=_("You may name me in public as a donor"), required=False)
    message = forms.CharField(label=_("A message to the team"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, campaigns: list[Campaign], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.campaigns = campaigns
        self._offer_choices()
        self.helper.layout = _layout()
        if not self.is_bound:
            self.initial = {"client_id": uuid.uuid4().hex, "interval": Gift.Interval.ONCE.value, "campaign": "", **self.initial}

    def _offer_choices(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["currency"].choices = [(code, code) for code in settings.CURRENCIES]
        fields["method"].choices = methods()
        for name in ("currency", "method"):
            if len(fields[name].choices) == 1:
                fields[name].widget = forms.HiddenInput()
        fields["campaign"].widget.choices = [("", _("Where it is needed most")), *((c.slug, c.name) for c in self.campaigns)]
        if not self.campaigns:
            fields["campaign"].widget = forms.HiddenInput()
        for name in ("currency", "method", "interval", "campaign"):
            fields[name].say_optional = False
        fields["amount"].help_text = self.limits()
        fields["email"].widget.attrs |= {"autocomplete": "email"}
        fields["name"].widget.attrs |= {"autocomplete": "name"}
        fields["email"].help_text = _mail_words()

    def limits(self) -> str:
        values = {"least": self._round(settings.MIN_GIFT), "most": self._round(settings.MAX_GIFT)}
        return _("From %(least)s to %(most)s.") % values

    def suggestions(self) -> list[dict[str, Any]]:
        amounts = [settings.MIN_GIFT * step for step in STEPS]
        chosen = self["amount"].value() or []
        return [
            {"value": amount, "label": self._round(amount), "chosen": str(amount) in chosen}
            for amount in amounts
            if amount <= settings.MAX_GIFT
        ]

    def own_amount(self) -> str:
        """What was typed into the field for any other amount."""
        suggested = {str(suggestion["value"]) for suggestion in self.suggestions()}
        return next((value for value in self["amount"].value() or [] if value not in suggested), "")

    def _round(self, amount: int) -> str:
        """A whole number of the first currency; with several to choose from, the number alone."""
        if len(settings.CURRENCIES) > 1:
            return str(amount)
        currency = settings.CURRENCIES[0]
        return money.format_round(amount * 10 ** money.exponent(currency), currency, get_language() or "en")

    def clean_currency(self) -> str:
        return self.cleaned_data["currency"] or settings.CURRENCIES[0]

    def clean_method(self) -> str:
        return self.cleaned_data["method"] or methods()[0][0]

    def clean_interval(self) -> str:
        return self.cleaned_data["interval"] or Gift.Interval.ONCE

    def clean_campaign(self) -> Campaign | None:
        slug = self.cleaned_data["campaign"]
        if not slug:
            return None
        found = next((campaign for campaign in self.campaigns if campaign.slug == slug), None)
        if found:
            return found
        if Campaign.objects.filter(slug=slug).exists():
            raise ValidationError(_("This campaign is not running now. Choose another one, or “Where it is needed most”."))
        raise ValidationError(_("We do not know this campaign. Choose another one, or “Where it is needed most”."))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        currency, campaign = cleaned.get("currency"), cleaned.get("campaign")
        if currency and "amount" in cleaned:
            self._clean_money(cleaned, currency)
        if currency and campaign and campaign.currency != currency:
            words = _("This campaign collects %(currency)s. Choose that currency, or “Where it is needed most”.")
            self.add_error("campaign", ValidationError(words, params={"currency": campaign.currency}))
        return cleaned

    def _clean_money(self, cleaned: dict[str, Any], currency: str) -> None:
        unit = 10 ** money.exponent(currency)
        try:
            cleaned["amount"] = money.parse(cleaned["amount"], currency)
        except money.NotAnAmount as error:
            self.add_error("amount", str(error))
            return
        language = get_language() or "en"
        if cleaned["amount"] < settings.MIN_GIFT * unit:
            least = money.format_round(settings.MIN_GIFT * unit, currency, language)
            self.add_error("amount", ValidationError(_("The smallest gift is %(least)s."), params={"least": least}))
        elif cleaned["amount"] > settings.MAX_GIFT * unit:
            most = money.format_round(settings.MAX_GIFT * unit, currency, language)
            words = _("The biggest gift here is %(most)s. For more, please write to us first.")
            self.add_error("amount", ValidationError(words, params={"most": most}))


def _layout() -> Layout:
    amount = Field("amount", template="donations/_amount.html")
    return Layout(
        "client_id",
        Fieldset(_("Your gift"), amount, "currency", InlineRadios("interval"), "method", "campaign"),
        Fieldset(_("About you"), "name", "email", "show_name", "message"),
    )


def _mail_words() -> str:
    if outbox.can_send():
        return gettext("For a mail with the account and the reference, and one when your gift has arrived. Nothing else is sent there.")
    return gettext("We cannot send mail at the moment. The next page shows all that you need.")


def _currency_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in settings.CURRENCIES])


def _day_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class ReceiveForm(forms.Form):
    """The treasurer saw the money on the bank statement."""

    amount = forms.CharField(label=_("Amount that arrived"), max_length=40, widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    on = forms.DateField(label=_("Day on the bank statement"), widget=_day_input())

    def __init__(self, *args: Any, gift: Gift, **kwargs: Any) -> None:
        self.gift = gift
        super().__init__(*args, **kwargs)
        self.initial = {"amount": money.plain(gift.amount, gift.currency), "on": timezone.localdate()}

    def clean_amount(self) -> int:
        return _minor(self.cleaned_data["amount"], self.gift.currency)

    def clean_on(self) -> date:
        return not_in_the_future(self.cleaned_data["on"])


class CampaignForm(forms.ModelForm):
    """A campaign; the goal is typed in units of its currency, not in cents."""

    goal = forms.CharField(label=_("Goal"), max_length=40, help_text=_("In whole money, for example 5000 or 2500.50."))

    class Meta:
        model = Campaign
        fields = ["name", "slug", "why", "currency", "goal", "starts", "ends"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A second, hidden field for the default would be named by the error of the first.
        self.fields["starts"].show_hidden_initial = False
        if self.instance.pk and "goal" in self.fields:
            self.initial["goal"] = money.plain(self.instance.goal, self.instance.currency)
        if "currency" in self.fields:
            self.fields["currency"] = _currency_field()

    def clean_goal(self) -> int:
        return _minor(self.cleaned_data["goal"], self.cleaned_data.get("currency") or self.instance.currency)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends < starts:
            self.add_error("ends", _("The last day must not be before the first."))
        return cleaned


class SpendingForm(forms.ModelForm):
    """Money that left, typed as a positive amount. It cannot be changed afterwards, so it says what it was for."""

    key = forms.CharField(
        label="",
        max_length=100,
        widget=HiddenKey,
        error_messages={"unique": _("This spending was written down already. Nothing was added.")},
    )
    amount = forms.CharField(label=_("Amount that left"), max_length=40, help_text=_("Without a minus, for example 12.50."))
    on = forms.DateField(label=_("Day"), widget=_day_input())
    campaign = forms.ModelChoiceField(Campaign.objects.all(), label=_("Campaign"), required=False)
    purpose = forms.CharField(label=_("What for"), max_length=200, help_text=_("Everybody can read this on the books page."))

    class Meta:
        model = Movement
        fields = ["key", "currency", "amount", "on", "purpose", "campaign"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"] = _currency_field()
        self.initial.setdefault("key", f"form:{uuid.uuid4().hex}")
        self.initial.setdefault("on", timezone.localdate())

    def clean_amount(self) -> int:
        return -_minor(self.cleaned_data["amount"], self.cleaned_data.get("currency") or settings.CURRENCIES[0])

    def clean_on(self) -> date:
        return not_in_the_future(self.cleaned_data["on"])


def not_in_the_future(day: date) -> date:
    # Members of the team east of Greenwich are a day ahead.
    if day > (timezone.now() + timedelta(hours=14)).date():
        raise ValidationError(_("This day is still to come."))
    if day.year < 2000:
        raise ValidationError(_("This day is too long ago. Check the year."))
    return day


def _minor(text: str, currency: str) -> int:
    try:
        return money.parse(text, currency)
    except money.NotAnAmount as error:
        raise ValidationError(str(error)) from error
