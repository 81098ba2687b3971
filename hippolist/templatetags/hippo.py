"""Template tags: dates, numbers and places in the words of the reader's language, and the maps."""

from datetime import date, datetime
from typing import Any

from babel.dates import format_date, format_skeleton, format_timedelta
from babel.numbers import format_decimal
from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import basemaps, countries, licences, maps, markdown
from ..languages import locale
from ..models import Picture, Situation
from ..vocabulary import Grid

register = template.Library()


@register.filter
def number(value: int | float | None) -> str:
    return "" if value is None else format_decimal(value, locale=locale())


@register.filter
def longdate(value: date | datetime | None) -> str:
    """3 November 2026, in the order and words of the language."""
    return format_date(value, "long", locale=locale()) if value else ""


@register.filter
def dated(value: datetime) -> SafeString:
    """The day, and in words how long ago that was."""
    ago = format_timedelta(value - timezone.now(), add_direction=True, locale=locale())
    return format_html('<time datetime="{}">{}</time> <span class="ago">({})</span>', f"{value:%Y-%m-%d}", longdate(value), ago)


@register.filter
def when(situation: Situation) -> str:
    """The date of a situation, as exact as it is known."""
    if not situation.year:
        return _("date unknown")
    day = date(situation.year, situation.month or 1, situation.day or 1)
    if situation.month and situation.day:
        return longdate(day)
    return month(day) if situation.month else str(situation.year)


@register.filter
def month(day: date) -> str:
    return format_skeleton("yMMMM", day, locale=locale())


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


@register.simple_tag
def srcset(picture: dict[str, Any]) -> str:
    """The renditions of a public picture with their true widths, so that a browser takes no more than it shows."""
    longest = max(picture["width"], picture["height"])
    sizes = [size for size in reversed(Picture.SIZES[:-1]) if size < longest] + [longest]
    found = []
    for size in sizes:
        file = next(rendition for rendition in reversed(Picture.SIZES) if rendition >= size)
        address = reverse("data:media", args=[f"{picture['name']}-{file}.webp"])
        found.append(f"{address} {max(round(picture['width'] * size / longest), 1)}w")
    return ", ".join(found)


@register.inclusion_tag("hippolist/_map.html")
def list_map(cells: list[maps.Cell], asked: Any) -> dict[str, Any]:
    """The map of a list, and the same in words."""
    drawing = maps.draw(cells)
    # The inset is as small as a stamp: its coast and lakes stand in the page, and no second map is loaded for it.
    inset = [layer for layer in basemaps.whole(drawing.inset.base) if layer[0] != "r"] if drawing and drawing.inset else []
    return {"drawing": drawing, "inset_layers": inset, "cells": sorted(cells, key=lambda cell: -cell.count), "asked": asked}


@register.inclusion_tag("hippolist/_place_map.html")
def place_map(situation: Situation) -> dict[str, Any]:
    """The map of one entry: a circle as wide as its place is uncertain."""
    uncertainty = situation.coordinate_uncertainty_in_meters or 0
    drawing = maps.draw_one(situation.decimal_latitude, situation.decimal_longitude, uncertainty)
    layers = basemaps.part(drawing.base, drawing.x, drawing.y, drawing.width, drawing.height)
    return {"drawing": drawing, "layers": layers, "situation": situation}


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
    return format_decimal(round(value, 2), locale=locale())


@register.filter
def svg(value: float) -> str:
    """A number inside an SVG: always with a point, whatever the language."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
