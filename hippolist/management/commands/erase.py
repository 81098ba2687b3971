"""manage.py erase: show, copy or delete all that the site holds of one address."""

import json
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from hippolist.discovery import modules
from hippolist.forms import AddressField


class Command(BaseCommand):
    help = (
        "Show what the site holds of one address, in every part of it, and delete it after you typed yes. "
        "What the law or the public list keeps is named, with the reason."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("address", help="For example ana@example.org")
        parser.add_argument("--export", metavar="FILE", help="Write all that is held to a new file, as JSON, and delete nothing.")
        parser.add_argument("--yes", action="store_true", help="Do not ask before deleting.")

    def handle(self, *, address: str, export: str, yes: bool, **options) -> None:
        try:
            address = AddressField().clean(address)
        except ValidationError as error:
            raise CommandError(f"{address} is no e-mail address.") from error
        if not self._show(address):
            self.stdout.write(f"Nothing is held of {address}.")
        elif export:
            self._export(address, Path(export))
        elif yes or self._agreed():
            self._erase(address)
        else:
            self.stdout.write("Nothing was deleted.")

    def _show(self, address: str) -> bool:
        held = {_app(people): people.find(address) for people in modules("people")}
        for app, lines in held.items():
            self.stdout.write(f"{app}: {len(lines) or 'nothing'}")
            self.stdout.writelines(f"  {line}" for line in lines)
        return any(held.values())

    def _export(self, address: str, path: Path) -> None:
        held = {_app(people): people.export(address) for people in modules("people")}
        try:
            # For the operator's eyes only, and never over a file that is there.
            path.touch(mode=0o600, exist_ok=False)
            path.write_text(json.dumps(held, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}. Nothing was deleted.") from error
        self.stdout.write(f"Written to {path}. Nothing was deleted. Photos are in the copy that each report's private page offers.")

    def _agreed(self) -> bool:
        self.stdout.write("This cannot be undone. Type yes to delete all of it:")
        try:
            return input().strip().lower() == "yes"
        except EOFError:
            return False

    def _erase(self, address: str) -> None:
        # All or nothing: half a person erased is a promise broken.
        with transaction.atomic():
            lines = [line for people in modules("people") for line in people.erase(address)]
        self.stdout.writelines(lines)
        self.stdout.write(f"Done. Copies of {address} in backups go when these grow old.")


def _app(people) -> str:
    return people.__name__.partition(".")[0]
