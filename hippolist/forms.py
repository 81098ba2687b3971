"""Forms: what every public form shares."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.validators import validate_email
from django.http import QueryDict
from django.utils.encoding import punycode


class AddressField(forms.EmailField):
    """An address in the one form that we keep: domain in small letters, as the mail system writes it."""

    def clean(self, value: str) -> str:
        address = super().clean(value)
        name, at, domain = address.rpartition("@")
        address = f"{name}{at}{punycode(domain.lower()).lower()}"
        # Letters that only look like Latin ones (ı, K) would make two people of one, or one of two.
        if not address.isascii():
            raise forms.ValidationError(self.error_messages.get("invalid", validate_email.message), code="invalid")
        return address


class HiddenKey(forms.HiddenInput):
    """A hidden field in the admin, which draws a label for each: that label must not point at what nobody sees."""

    def id_for_label(self, id_: str) -> str:
        return ""


class PublicForm(forms.Form):
    """A form that acts on no cookie. U+0000 is taken out: SQLite keeps it, PostgreSQL refuses it, nobody types it."""

    data: QueryDict

    def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(without_nul(data), *args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True


def without_nul(data: QueryDict | None) -> QueryDict | None:
    if data is None:
        return None
    clean = QueryDict(mutable=True)
    for name, values in data.lists():
        clean.setlist(name, [value.replace("\0", "") for value in values])
    return clean
