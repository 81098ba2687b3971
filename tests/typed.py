"""Typed: every text in the database that a person wrote or a code was made for, so that it is not taken for a word of ours.

Runs inside a site: `site.shell("from tests.typed import tell; tell()")` prints them.
"""

import json
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models

from hippolist import markdown
from tests.words import tidy


def tell() -> None:
    found = {tidy(text) for text in _texts()}
    print(json.dumps(sorted(text for text in found if len(text) > 2)))  # noqa: T201  (read by the test)


def _texts() -> Iterator[str]:
    for name in (*settings.OUR_APPS, "auth"):
        for model in apps.get_app_config(name).get_models():
            # A choice is a word of ours, and so is the text of a letter; its subject is shown in the language of who gets it.
            fields = (
                [field.name for field in model._meta.fields if _is_free(field)]
                if model._meta.model_name != "letter"
                else ["to", "error", "subject"]
            )
            for row in model._default_manager.values(*fields) if fields else ():
                for value in row.values():
                    yield from _pieces(value)


def _is_free(field: models.Field) -> bool:
    return isinstance(field, (models.CharField, models.TextField, models.JSONField, models.SlugField)) and not field.choices


def _pieces(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        # Whole, as its words, line by line, and as the queue cuts a long place.
        yield from (value, markdown.to_text(value), *value.splitlines(), value[:60])
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _pieces(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _pieces(inner)
