"""Forms of subscribers: an address and a yes; later what comes first in their letter."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hippolist import countries
from hippolist.forms import AddressField, PublicForm

from .models import Subscriber


class WishesForm(PublicForm):
    """How the letters should be."""

    language = forms.ChoiceField(label=_("Language of the letters"), choices=settings.LANGUAGES, required=False)
    countries = forms.MultipleChoiceField(
        label=_("Countries that come first in the letter"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["countries"]
        field.choices = countries.choices()
        # Offered are the countries with hippos; taken, and kept, is any, since news comes from others too.
        chosen = [code for code in self.initial.get("countries", []) if code not in countries.HIPPO_COUNTRIES]
        field.widget.choices = countries.choices(codes=[*countries.HIPPO_COUNTRIES, *chosen])

    def clean_language(self) -> str:
        return self.cleaned_data["language"] or get_language() or settings.LANGUAGE_CODE


class SubscribeForm(WishesForm):
    email = AddressField(
        label=_("E-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        error_messages={"invalid": _("This does not look like an e-mail address. Check it for typing mistakes.")},
    )
    consent = forms.BooleanField(
        label=_("Yes, mail me each new release of the Hippo List. I can stop at any time, with a link in each letter."),
        error_messages={"required": _("Tick this box, so that we may write to you.")},
    )
    field_order = ["email", "language", "countries", "consent"]


def wishes_of(subscriber: Subscriber) -> dict:
    return {"language": subscriber.language, "countries": subscriber.countries}
