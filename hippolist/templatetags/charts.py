"""Tags that draw charts: columns by month, a ranking, a goal bar, a sparkline. Each stands beside, or is, a table of the same figures."""

from collections.abc import Sequence
from typing import Any

from django import template

from .. import charts

register = template.Library()


@register.inclusion_tag("hippolist/charts/_columns.html")
def columns(chart: charts.Columns, label: str, top: str) -> dict[str, Any]:
    """`label` says in one sentence what is drawn, `top` what the upper line stands for."""
    return {"chart": chart, "label": label, "top": top}


@register.inclusion_tag("hippolist/charts/_ranking.html")
def ranking(rows: Sequence[tuple[str, int]], title: str, head: str, counted: str) -> dict[str, Any]:
    """A table of names and counts, largest first, each with its bar."""
    most = max((count for _name, count in rows), default=1)
    lines = [{"name": name, "count": count, "width": round(100 * count / most, 1)} for name, count in rows]
    return {"lines": lines, "title": title, "head": head, "counted": counted}


@register.inclusion_tag("hippolist/charts/_goal.html")
def goal_bar(percent: int, words_id: str) -> dict[str, Any]:
    """How far a goal is reached; the element with the id `words_id` says it in words."""
    return {"percent": percent, "words_id": words_id}


@register.inclusion_tag("hippolist/charts/_sparkline.html")
def sparkline(values: Sequence[float], label: str) -> dict[str, Any]:
    """A line of some 120 by 32 pixels, without a scale: only for figures that stand in words beside it."""
    return {"path": charts.line(values, 120, 30), "label": label, "drawn": len(values) > 1}
