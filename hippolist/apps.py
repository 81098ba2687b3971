"""The app `hippolist`: what is published, and what the whole site shares."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class HippoListConfig(AppConfig):
    name = "hippolist"
    verbose_name = "Hippo List"

    def ready(self) -> None:
        from . import guards

        # Every migration that rebuilds a table on SQLite drops its triggers, so they are laid anew each time.
        post_migrate.connect(guards.install, dispatch_uid="guards")
