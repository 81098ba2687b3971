"""Filters: which part of the list an address asks for; the same words work on the page, the files, the feed and the map."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from . import countries, maps
from .models import Entry
from .models.entries import EntryQuerySet
from .vocabulary import Condition, Kind, Species

FIRST_YEAR = 1800
SORTS = [("", _("Newest on the list first")), ("oldest", _("Oldest on the list first"))]


def _any(choices: Sequence[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    return [("", _("Any")), *choices]


class ListFilter(forms.Form):
    """The query string of the list. Names that are not here are ignored, values that make no sense are named."""

    q = forms.CharField(label=_("Search for"), max_length=200, required=False)
    country = forms.CharField(label=_("Country"), required=False, widget=forms.Select)
    year = forms.IntegerField(label=_("Year"), required=False, min_value=FIRST_YEAR, widget=forms.TextInput)
    species = forms.ChoiceField(label=_("Species"), required=False, choices=_any(Species.choices))
    kind = forms.ChoiceField(label=_("What happened"), required=False, choices=_any(Kind.choices))
    condition = forms.ChoiceField(label=_("Condition of the animal"), required=False, choices=_any(Condition.choices))
    sort = forms.ChoiceField(label=_("Order"), required=False, choices=SORTS)
    cell = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)

    use_required_attribute = False
    say_optional = False

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.fields["q"].widget.input_type = "search"
        # A number field would drop what it cannot read, and with it what was typed.
        self.fields["year"].widget.attrs["inputmode"] = "numeric"

    def clean_country(self) -> str:
        code = self.cleaned_data["country"].upper()
        if code and not countries.is_known(code):
            raise forms.ValidationError(_("We do not know this country. Choose one of the list."))
        return code

    def clean_year(self) -> int | None:
        year = self.cleaned_data["year"]
        if year and year > timezone.localdate().year:
            raise forms.ValidationError(_("This year has not come yet."))
        return year

    def clean_cell(self) -> str:
        key = self.cleaned_data["cell"]
        try:
            self._square = maps.square(key) if key else {}
        except ValueError as error:
            raise forms.ValidationError(_("This square of the map does not exist.")) from error
        return key

    @property
    def newest_first(self) -> bool:
        return self.cleaned_data["sort"] != "oldest"

    def entries(self) -> EntryQuerySet:
        """The listed entries that fit. Only for a form that is valid."""
        asked = self.cleaned_data
        same = {"year": asked["year"], "country_code": asked["country"], **{name: asked[name] for name in ("species", "kind", "condition")}}
        found = Entry.objects.listed().known_to_hold(asked["q"])
        return found.filter(**{name: value for name, value in same.items() if value}, **self._square)

    @property
    def is_active(self) -> bool:
        """Whether anything is left out by it."""
        return any(value for name, value in self.data.items() if name in self.fields and name != "sort")

    @cached_property
    def query(self) -> str:
        """The filter alone as a query string, for links to other forms of the same list. Starts with ? or is empty."""
        kept = QueryDict(mutable=True)
        kept.update({name: self.data[name] for name in self.fields if self.data.get(name)})
        return f"?{kept.urlencode()}" if kept else ""

    def offer_countries(self, codes: list[str]) -> None:
        """Offer the countries that have entries, and the one that was asked for."""
        chosen = self.data.get("country", "").upper()
        found = {*codes, chosen} if countries.is_known(chosen) else set(codes)
        self.fields["country"].widget.choices = _any(countries.choices(codes=sorted(found)))

    @property
    def asks_more(self) -> bool:
        """Whether a field that is folded away holds something."""
        return any(self.data.get(name) for name in ("year", "species", "kind", "condition", "sort"))
