"""Forms: what reporters type, and what is asked back."""

import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.forms.utils import ErrorDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hippolist import licences, outbox
from hippolist.forms import AddressField, PublicForm
from hippolist.vocabulary import Condition, HowKnown, Kind, LifeStage, Species

from . import coordinates
from .models import Certainty, Credit, PhotoUse

EARLIEST = 1800
SOURCES = 3
_is_url = URLValidator(schemes=["http", "https"])


def choice(values, label, **kwargs) -> forms.ChoiceField:
    """A choice that may be left out: then the first value of the table counts."""
    return forms.ChoiceField(choices=values.choices, label=label, required=False, initial=values.values[0], **kwargs)


class ReportForm(PublicForm):
    """The fields of a report. Left out, a choice takes its first value; a value that is not in the table is refused."""

    how_known = choice(HowKnown, gettext_lazy("How do you know?"), widget=forms.RadioSelect)
    kind = choice(Kind, gettext_lazy("What was it?"))
    place = forms.CharField(
        label=gettext_lazy("Where was it?"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("A river, lake, village or park. A rough place is fine."),
    )
    latitude = forms.CharField(label=gettext_lazy("Latitude"), max_length=300, required=False)
    longitude = forms.CharField(label=gettext_lazy("Longitude"), max_length=300, required=False)
    certainty = choice(Certainty, gettext_lazy("How sure are you of the place?"))
    observed_day = forms.IntegerField(label=gettext_lazy("Day"), min_value=1, max_value=31, required=False)
    observed_month = forms.IntegerField(label=gettext_lazy("Month"), min_value=1, max_value=12, required=False)
    observed_year = forms.IntegerField(label=gettext_lazy("Year"), required=False)
    observed_time = forms.TimeField(
        label=gettext_lazy("Time"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    species = choice(Species, gettext_lazy("Which hippo?"))
    count = forms.IntegerField(label=gettext_lazy("How many?"), min_value=0, max_value=100_000, required=False)
    life_stage = choice(LifeStage, gettext_lazy("Young or adult?"))
    condition = choice(Condition, gettext_lazy("How did they look?"))
    people_near = forms.BooleanField(
        label=gettext_lazy("People are in danger there (we cannot send help: call for help first)"), required=False
    )
    story = forms.CharField(
        label=gettext_lazy("What happened?"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("In your own words and your own language. Leave out names of other people."),
    )
    photo_use = choice(PhotoUse, gettext_lazy("What may we do with the photos?"), widget=forms.RadioSelect)
    reporter_name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=150, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    reporter_email = AddressField(
        label=gettext_lazy("Your e-mail"),
        max_length=320,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=gettext_lazy(
            "We use it only for letters about this report: that it came, questions, and what was decided. We never publish it."
        ),
    )
    credit = choice(Credit, gettext_lazy("Shall we name you?"), widget=forms.RadioSelect)
    consent = forms.BooleanField(error_messages={"required": gettext_lazy("We need your consent to use the report. Tick the box.")})

    def __init__(self, data=None, *args: Any, photos: int = 0, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        if data is not None:
            self._spread_pasted()
        self.photos = photos
        self.sources = SourceRows(self.data if data is not None else None)
        self.fields["consent"].label = _(
            "You may publish what I report under the licence %(licence)s, without my name unless I asked for it."
        ) % {"licence": licences.NAMES[settings.DATA_LICENSE]}
        if not outbox.can_send():
            self.fields["reporter_email"].help_text = _("We cannot send mail at the moment: keep the private link that you get next.")
        for name in ("observed_day", "observed_month", "observed_year", "count"):
            self.fields[name].widget.attrs["inputmode"] = "numeric"
        for name in ("latitude", "longitude"):
            self.fields[name].widget.attrs["inputmode"] = "decimal"
        for name, field in self.fields.items():
            # A choice has an answer already; of place, date and story most people need one.
            field.say_optional = name in {"reporter_name", "reporter_email"}  # type: ignore[attr-defined]

    def _spread_pasted(self) -> None:
        """Both numbers, or a link of a maps app, pasted into one field: each number goes where it belongs."""
        if self.data.get("longitude", "").strip():
            return
        for name in ("latitude", "place"):
            if pair := coordinates.parse(self.data.get(name, "")):
                self.data["latitude"], self.data["longitude"] = map(str, pair)
                return

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name, field in self.fields.items():
            # A choice left out takes the first value of its table.
            if isinstance(field, forms.ChoiceField) and self.cleaned_data.get(name) == "":
                self.cleaned_data[name] = field.initial

    def clean_latitude(self) -> float | None:
        return _degrees(self.cleaned_data["latitude"], "latitude", _("Latitude goes from -90 to 90. Example: -13.1"))

    def clean_longitude(self) -> float | None:
        return _degrees(self.cleaned_data["longitude"], "longitude", _("Longitude goes from -180 to 180. Example: 31.78"))

    def clean_observed_year(self) -> int | None:
        year = self.cleaned_data["observed_year"]
        if year is not None and not EARLIEST <= year <= tomorrow().year:
            raise ValidationError(_("Give a year from 1800 to today, for example %(year)s.") % {"year": timezone.now().year})
        return year

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        self._check_date(values)
        self._check_place(values)
        self._check_substance(values)
        return values

    def _check_date(self, values: dict[str, Any]) -> None:
        year, month, day = (values.get(f"observed_{part}") for part in ("year", "month", "day"))
        if {"observed_year", "observed_month", "observed_day"} & set(self.errors):
            return
        if day and not month:
            self.add_error("observed_month", _("Give the month too, or leave the day empty."))
        elif month and not year:
            self.add_error("observed_year", _("Give the year too."))
        elif year and month:
            try:
                first = date(year, month, day or 1)
            except ValueError:
                self.add_error("observed_day", _("There is no such day in that month."))
                return
            if first > tomorrow():
                self.add_error("observed_day" if day else "observed_month", _("This date is still to come. Did you mean last year?"))

    def _check_place(self, values: dict[str, Any]) -> None:
        latitude, longitude = values.get("latitude"), values.get("longitude")
        if (latitude is None) != (longitude is None) and not {"latitude", "longitude"} & set(self.errors):
            missing = "latitude" if latitude is None else "longitude"
            self.add_error(missing, _("Give both numbers, or neither."))

    def _check_substance(self, values: dict[str, Any]) -> None:
        if not (values.get("story") or self.photos or self.sources.any_given):
            self.add_error("story", _("Tell us in a few words, add a photo, or give a link: one of the three is enough."))
        if values.get("how_known") == HowKnown.READ:
            if not self.sources.any_given:
                self.add_error("how_known", _("Give the link of what you read."))
            return
        if not values.get("place") and values.get("latitude") is None and not {"place", "latitude"} & set(self.errors):
            self.add_error("place", _("Say where it was: a river, lake, village or park, or a point on the map."))
        if not values.get("observed_year") and "observed_year" not in self.errors:
            self.add_error("observed_year", _("Say when it was. The year alone is enough."))

    def unjudged(self) -> None:
        """Say nothing of what is missing yet: the form was not sent, only its map was touched."""
        self._errors = ErrorDict()
        self.sources.errors = []

    def is_valid(self) -> bool:
        return super().is_valid() and not self.sources.errors


class SourceRows:
    """The repeated source fields: what was typed, row by row, and what is wrong with it."""

    def __init__(self, data) -> None:
        lists = [data.getlist(f"source_{part}") if data is not None else [] for part in ("url", "title", "publisher", "date")]
        length = min(max(map(len, lists), default=0), 20)
        columns = [[*values[:length], *[""] * (length - len(values))] for values in lists]
        typed = [dict(zip(("url", "title", "publisher", "date"), row, strict=True)) for row in zip(*columns, strict=True)]
        self.rows = [{key: value.strip() for key, value in row.items()} for row in typed]
        while self.rows and not any(self.rows[-1].values()):
            self.rows.pop()
        # Pairs of the row's number and what is wrong with it.
        self.errors: list[tuple[int, str]] = []
        self.cleaned = [self._clean(number, row) for number, row in enumerate(self.rows, 1) if any(row.values())]

    @property
    def any_given(self) -> bool:
        return any(row["url"] for row in self.rows)

    @property
    def shown(self) -> list[dict[str, Any]]:
        """What the form shows: all that was typed, and empty rows up to three."""
        empty = {"url": "", "title": "", "publisher": "", "date": ""}
        return [*self.rows, *[empty] * max(1, SOURCES - len(self.rows))]

    def _clean(self, number: int, row: dict[str, str]) -> dict[str, Any]:
        url = row["url"]
        if url and not re.match(r"[a-z][a-z0-9+.-]*:", url, re.IGNORECASE):
            url = f"https://{url}"
        try:
            _is_url(url)
            if len(url) > 1000 or "@" in urlsplit(url).netloc:
                raise ValidationError("too long")
        except ValidationError:
            row["error"] = _("Link %(number)d is not an address of a web page. Copy it from the browser's address line.") % {
                "number": number
            }
            self.errors.append((number, row["error"]))
        return {"url": url, "title": row["title"][:300], "publisher": row["publisher"][:200], "date": self._date(number, row)}

    def _date(self, number: int, row: dict[str, str]) -> date | None:
        if not row["date"]:
            return None
        try:
            found = date.fromisoformat(row["date"])
        except ValueError:
            found = None
        if not found or not found.year >= EARLIEST or found > tomorrow():
            row["error"] = _("Write the date of link %(number)d as a day up to today, for example 2026-10-31, or leave it empty.") % {
                "number": number
            }
            self.errors.append((number, row["error"]))
        return found


class FactsForm(PublicForm):
    """What the browser read in a photo: the camera's own day and time, and where it stood."""

    taken = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
    latitude = forms.FloatField(min_value=-90, max_value=90, required=False)
    longitude = forms.FloatField(min_value=-180, max_value=180, required=False)


class LinkForm(PublicForm):
    """Mail me my link again."""

    email = AddressField(label=gettext_lazy("Your e-mail"), max_length=320, widget=forms.EmailInput(attrs={"autocomplete": "email"}))


class AnswerForm(PublicForm):
    """The reporter's answer to a question."""

    message = forms.CharField(label=gettext_lazy("Your message"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 5}), strip=True)


def _degrees(text: str, axis: str, words: str) -> float | None:
    """Degrees in any notation that people write."""
    if not text.strip():
        return None
    try:
        return coordinates.parse_one(text, axis)
    except ValueError:
        raise ValidationError(words) from None


def whole_date(year: int | None, month: int | None, day: int | None) -> date | None:
    """The day, where it is wholly known and exists."""
    try:
        return date(year, month, day) if year and month and day else None
    except ValueError:
        return None


def tomorrow() -> date:
    """The latest day that anybody on earth can call tomorrow."""
    return (timezone.now() + timedelta(hours=14, days=1)).date()
