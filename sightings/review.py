"""Review: the form under which a moderator decides one report."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hippolist import countries
from hippolist.models import Conflict
from hippolist.privacy import tells_too_much
from hippolist.vocabulary import Condition, Grid, Kind, LifeStage, Species

from . import letters, publishing
from .forms import EARLIEST, tomorrow
from .models import Photo, Reason, Report, SourceLink

PUBLIC = (
    *("title", "story", "kind", "species", "individual_count", "life_stage", "condition"),
    *("year", "month", "day", "country_code", "place_name", "grid"),
)


class ReviewForm(forms.Form):
    """Verify (with the public text), ask, or decline. Only what the pressed button needs is required."""

    title = forms.CharField(label=gettext_lazy("Headline"), max_length=200, required=False)
    story = forms.CharField(label=gettext_lazy("Public story (Markdown)"), required=False, widget=forms.Textarea(attrs={"rows": 8}))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices)
    species = forms.ChoiceField(label=gettext_lazy("Species"), choices=Species.choices)
    individual_count = forms.IntegerField(label=gettext_lazy("How many"), min_value=0, max_value=100_000, required=False)
    life_stage = forms.ChoiceField(label=gettext_lazy("Age"), choices=LifeStage.choices)
    condition = forms.ChoiceField(label=gettext_lazy("Condition"), choices=Condition.choices)
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=1800, max_value=2200, required=False)
    month = forms.IntegerField(label=gettext_lazy("Month"), min_value=1, max_value=12, required=False)
    day = forms.IntegerField(label=gettext_lazy("Day"), min_value=1, max_value=31, required=False)
    country_code = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    place_name = forms.CharField(label=gettext_lazy("Place name that everybody may know"), max_length=200, required=False)
    grid = forms.ChoiceField(label=gettext_lazy("Public place"))
    sources_shown = forms.MultipleChoiceField(label=gettext_lazy("Sources to show"), required=False, widget=forms.CheckboxSelectMultiple)
    photos_shown = forms.MultipleChoiceField(label=gettext_lazy("Photos to publish"), required=False, widget=forms.CheckboxSelectMultiple)
    publish_anyway = forms.BooleanField(label=gettext_lazy("I looked at it: publish this text as it is"), required=False)
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=[("", "–"), *Reason.choices], required=False)
    message = forms.CharField(
        label=gettext_lazy("Message to the reporter"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, report: Report, data=None) -> None:
        self.report = report
        draft = publishing.draft(report)
        super().__init__(data, initial={**draft, **self._shown_by_default()})
        finest = publishing.finest_grid(report, report.kind, report.species)
        choices: dict[str, list[tuple[str, Any]]] = {
            "grid": [choice for choice in Grid.choices if Grid(choice[0]).rank >= finest.rank],
            "country_code": [("", _("none, not tied to a place")), *countries.choices()],
            "sources_shown": [(str(s.pk), str(s)) for s in self.sources],
            "photos_shown": [(str(p.pk), str(p)) for p in self.publishable],
        }
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = offered
        for photo in self.publishable:
            self.fields[f"alt_{photo.pk}"] = forms.CharField(
                label=_("What it shows, for people who cannot see it"),
                initial=_("Photo: %s") % draft["title"],
                max_length=300,
                required=False,
            )

    @cached_property
    def sources(self) -> list[SourceLink]:
        # What was joined to this report brings its sources along.
        return list(SourceLink.objects.filter(Q(report=self.report) | Q(report__joined_to=self.report)).order_by("pk"))

    @cached_property
    def photos(self) -> list[Photo]:
        return list(self.report.photos.all())

    @property
    def publishable(self) -> list[Photo]:
        return self.photos if self.report.photo_use == "publish" else []

    def _shown_by_default(self) -> dict[str, Any]:
        sources = [str(source.pk) for source in publishing.sources_to_show(self.report)]
        return {"sources_shown": sources, "photos_shown": [str(p.pk) for p in self.publishable]}

    @property
    def verb(self) -> str:
        return self.data.get("verb", "")

    @property
    def photo_rows(self) -> list[dict[str, Any]]:
        ticked = self["photos_shown"].value() or []
        return [{"photo": p, "alt": self[f"alt_{p.pk}"], "ticked": str(p.pk) in ticked} for p in self.publishable]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.verb == "verify":
            self._clean_verify(values)
            self._clean_photos(values)
        elif self.verb == "ask" and not values.get("message", "").strip():
            self.add_error("message", _("Write the question."))
        elif self.verb == "decline" and not values.get("reason"):
            self.add_error("reason", _("Choose a reason: the reporter is told."))
        elif self.verb == "join" and not self.report.same_entry:
            raise ValidationError(_("The reporter named no entry."))
        elif self.verb not in {"ask", "decline", "join"}:
            raise ValidationError(_("Press verify, ask or decline."))
        return values

    def _clean_verify(self, values: dict[str, Any]) -> None:
        if not values.get("title"):
            self.add_error("title", _("An entry needs a headline."))
        if (values.get("day") and not values.get("month")) or (values.get("month") and not values.get("year")):
            self.add_error("year", _("A day needs its month, a month its year."))
        elif not (day := _first_day(values)):
            self.add_error("day", _("There is no such day."))
        elif day > tomorrow():
            self.add_error("year", _("This date is still to come."))
        if values.get("grid") not in {None, "", Grid.NONE} and not values.get("country_code"):
            self.add_error("country_code", _("A place needs its country."))
        if values.get("kind") and values.get("grid"):
            finest = publishing.finest_grid(self.report, values["kind"], values.get("species", ""))
            if Grid(values["grid"]).rank < finest.rank:
                self.add_error("grid", _("For this kind and species, the finest is: %s") % finest.label)
        if (found := tells_too_much(self._public_words(values))) and not values.get("publish_anyway"):
            words = _("This would be public: %s. Take it out, or tick that you looked at it.") % "; ".join(found)
            self.add_error("publish_anyway", words)

    def _clean_photos(self, values: dict[str, Any]) -> None:
        for photo in self.publishable:
            if str(photo.pk) in values.get("photos_shown", []) and not values.get(f"alt_{photo.pk}"):
                self.add_error(f"alt_{photo.pk}", _("Say in a few words what the photo shows, or untick it."))

    def _public_words(self, values: dict[str, Any]) -> str:
        """Everything that would be public in words: text, descriptions of photos, and the sources that are ticked."""
        words = [str(values.get(name) or "") for name in ("title", "story", "place_name")]
        words += [str(values.get(f"alt_{photo.pk}") or "") for photo in self.publishable]
        for source in self.sources:
            if str(source.pk) in values.get("sources_shown", []):
                words += [source.title, source.publisher, source.url]
        return "\n".join(words)

    def decide(self, *, by) -> None:
        """Do what the pressed button says. Raises Conflict where somebody was faster."""
        values = self.cleaned_data
        if self.verb == "ask":
            ask(self.report, by=by, message=values["message"])
        elif self.verb == "join":
            join(self.report, by=by, message=values["message"])
        elif self.verb == "decline":
            decline(self.report, by=by, reason=Reason(values["reason"]), message=values["message"])
        else:
            self.report.verify(by=by, public=self.public(), photos=self._photos(), message=values["message"])

    def public(self) -> dict[str, Any]:
        values = {name: self.cleaned_data[name] for name in PUBLIC}
        ticked = set(self.cleaned_data["sources_shown"])
        return values | {"sources": [publishing.cited(s) for s in self.sources if str(s.pk) in ticked]}

    def _photos(self) -> list[publishing.Shown]:
        ticked = set(self.cleaned_data["photos_shown"])
        chosen = [photo for photo in self.publishable if str(photo.pk) in ticked]
        return [publishing.Shown(photo, self.cleaned_data[f"alt_{photo.pk}"]) for photo in chosen]


def ask(report: Report, *, by, message: str) -> None:
    with transaction.atomic():
        report.ask(by=by, message=message)
        letters.asked(report, message)


def join(report: Report, *, by, message: str) -> None:
    """One more witness of an entry; the reporter is told which."""
    assert report.same_entry
    with transaction.atomic():
        report.join(report.same_entry, by=by, message=message)
        letters.verified(report, report.same_entry, message)
        publishing.take_along(report, report.same_entry, by=by)


def let_in(report: Report, *, by) -> bool:
    """Let a held report into the queue, and send the letter that was held back with it. Whether this did it."""
    try:
        with transaction.atomic():
            report.let_in(by=by)
            letters.received(report)
    except Conflict:
        return False
    return True


def decline(report: Report, *, by, reason: Reason, message: str) -> None:
    with transaction.atomic():
        report.decline(by=by, reason=reason, message=message)
        letters.declined(report, reason, message)


def _first_day(values: dict[str, Any]) -> date | None:
    """The first day that a date, as far as it is known, can mean; None where there is no such day."""
    try:
        return date(values.get("year") or EARLIEST, values.get("month") or 1, values.get("day") or 1)
    except ValueError:
        return None
