"""Discovery: an app joins in by having a module of an agreed name, so that nobody imports a sibling."""

from functools import cache
from importlib import import_module
from types import ModuleType

from django.apps import apps
from django.conf import settings
from django.utils.module_loading import module_has_submodule


@cache
def modules(name: str) -> tuple[ModuleType, ...]:
    """The module `name` (chores, letters, health, desk, people, demo) of each of our apps that has one."""
    configs = [apps.get_app_config(label) for label in settings.OUR_APPS]
    return tuple(import_module(f"{c.name}.{name}") for c in configs if c.module and module_has_submodule(c.module, name))
