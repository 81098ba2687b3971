"""Template tags: dates, numbers and places in the words of the reader's language, and the maps."""

from datetime import date, datetime
from typing import Any

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal
from django import template
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from .. import countries, licences, maps, markdown
from ..models import Situation
from ..vocabulary import Grid

register = template.Library()


def _locale() -> Locale:
    # Hippo country writes 3 November, not November 3.
    language = (get_language() or "en").replace("-", "_")
    return Locale.parse("en_GB" if language == "en" else language)


@register.filter
def number(value: int | float | None) -> str:
    return "" if value is None else format_decimal(value, locale=_locale())


@register.filter
def longdate(value: date | datetime | None) -> str:
    """3 November 2026, in the order and words of the language."""
    return format_date(value, "long", locale=_locale()) if value else ""


@register.filter
def when(situation: Situation) -> str:
    """The date of a situation, as exact as it is known."""
    if not situation.year:
        return _("date unknown")
    day = date(situation.year, situation.month or 1, situation.day or 1)
    if situation.month and situation.day:
        return longdate(day)
    return format_skeleton("yMMMM", day, locale=_locale()) if situation.month else str(situation.year)


@register.filter
def country(code: str) -> str:
    return countries.name(code) if code else ""


@register.filter
def where(situation: Situation) -> str:
    """Place and country, or what is known of them."""
    return ", ".join(filter(None, [situation.place_name, country(situation.country_code)]))


@register.filter
def how_far(metres: int) -> str:
    """By how much a place may be off, in a round number that nobody takes for exact."""
    if metres >= 10_000:
        return _("about %s km") % number(round(metres / 1000))
    return _("about %s km") % number(max(round(metres / 1000, 1), 0.1))


@register.filter
def why_coarse(situation: Situation) -> str:
    """Why the place is not shown as exactly as it was reported."""
    if situation.grid != Grid.NONE:
        size = _("Rounded to a grid of %s° on purpose: exact places can put animals and people in danger.")
        return size % number(float(situation.grid))
    if situation.information_withheld:
        return _("The place is kept back: showing it could put animals or people in danger.")
    return ""


@register.filter
def licence_name(address: str) -> str:
    return licences.name(address)


@register.filter
def story(text: str) -> SafeString:
    """Markdown as harmless HTML."""
    return markdown.to_html(text)


@register.filter
def summary(text: str) -> str:
    """The first words of a story, without its marks."""
    words = markdown.to_text(text)
    return words if len(words) <= 160 else words[:159].rsplit(" ", 1)[0] + "…"


@register.inclusion_tag("hippolist/_map.html")
def list_map(cells: list[maps.Cell], asked: Any) -> dict[str, Any]:
    """The map of a list, and the same in words."""
    return {"drawing": maps.draw(cells), "cells": sorted(cells, key=lambda cell: -cell.count), "asked": asked}


@register.inclusion_tag("hippolist/_place_map.html")
def place_map(situation: Situation) -> dict[str, Any]:
    """The map of one entry: a circle as wide as its place is uncertain."""
    uncertainty = situation.coordinate_uncertainty_in_meters or 0
    drawing = maps.draw_one(situation.decimal_latitude, situation.decimal_longitude, uncertainty)
    return {"drawing": drawing, "situation": situation}


@register.simple_tag
def cell_address(cell: maps.Cell, query: str) -> str:
    """Where a circle leads: to its only entry, or to the list of those in its square."""
    if cell.only:
        return reverse("hippolist:entry", args=[cell.only])
    return f"{reverse('hippolist:list')}{query}{'&' if query else '?'}cell={cell.key}"


@register.filter
def situations(count: int) -> str:
    """4 situations, in the plural of the language."""
    return ngettext("%s situation", "%s situations", count) % number(count)


@register.filter
def coordinate(value: float) -> str:
    """Degrees for a table, no more exact than a cell of the map."""
    return format_decimal(round(value, 2), locale=_locale())


@register.filter
def svg(value: float) -> str:
    """A number inside an SVG: always with a point, whatever the language."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
