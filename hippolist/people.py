"""People: the letters that were written to an address: found, copied, erased.

Every app's people.py has `find(address)` and `erase(address)`, which answer lines of words for the operator, and
`export(address)`, which answers what JSON can hold. What goes through all apps is the command `erase`.
"""

from typing import Any

from django.db.models import Count

from . import outbox
from .models import Letter
from .models.letters import LetterQuerySet


def _to(address: str) -> LetterQuerySet:
    return Letter.objects.filter(to__iexact=address)


def find(address: str) -> list[str]:
    rows = _to(address).order_by("kind").values_list("kind").annotate(Count("pk"))
    return [f"Letters of the kind {kind}: {count}" for kind, count in rows]


def export(address: str) -> list[Any]:
    return list(_to(address).order_by("pk").values("kind", "to", "language", "subject", "text", "state", "created_at", "ended_at"))


def erase(address: str) -> list[str]:
    gone = outbox.forget(_to(address))
    words = "Letters: address and text of {} deleted; what still waited is not sent. The bare lines stay, so that none is sent again."
    return [words.format(gone)] if gone else []
