"""manage.py demo: fill the site with made-up data, or take exactly that away."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from hippolist import demo
from hippolist.discovery import modules
from hippolist.models import Entry


class Command(BaseCommand):
    help = "Fill an empty site with a made-up list, reports, subscribers and gifts, all marked as demo. --remove takes them away."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--remove", action="store_true", help="Take away exactly what the demo brought.")
        parser.add_argument("--if-empty", action="store_true", help="Do nothing where the list has entries already.")

    def handle(self, *, remove: bool, if_empty: bool, **options) -> None:
        if remove:
            for module in reversed(modules("demo")):
                self.stdout.write(f"  removed: {module.remove()}")
            return
        if Entry.objects.exists():
            if if_empty:
                return
            raise CommandError("The list is not empty. The demo only fills an empty site, so that nothing real is mixed with it.")
        # All or nothing: half a demo could neither be finished nor be told from a real list.
        with transaction.atomic():
            by = demo.user()
            for module in modules("demo"):
                self.stdout.write(f"  demo: {module.load(by)}")
