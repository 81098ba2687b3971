"""manage.py import_reports: take in a list that somebody else kept."""

import sys
from pathlib import Path

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from sightings import bulk, intake, territory
from sightings.models import Report
from sightings.records import BadRow, Record, Unreadable, read, rows

BATCH = 200


class Command(BaseCommand):
    help = (
        "Import a CSV file with Darwin Core column names as waiting reports. A second run adds nothing: rows are known by "
        "occurrenceID, else gbifID, else references. Bad rows are named by line and reason; the others are taken."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path, help="The CSV file, UTF-8.")
        parser.add_argument("--as-entries", action="store_true", help="Verify what raises no doubt, so that it joins the list at once.")
        parser.add_argument("--dry-run", action="store_true", help="Only say what would happen.")
        parser.add_argument("--by", help="Username of the moderator who answers for --as-entries; else the entries say that nobody looked.")

    def handle(self, *, file: Path, as_entries: bool, dry_run: bool, by: str | None, **options) -> None:
        user = self._user(by) if by else None
        self.counts = {"added": 0, "known": 0, "bad": 0, "listed": 0}
        self.seen: set[str] = set()
        self.size = file.stat().st_size if file.exists() else 0
        try:
            with file.open(encoding="utf-8-sig", newline="") as lines:
                self._import(lines, user, as_entries=as_entries, dry_run=dry_run)
        except FileNotFoundError:
            raise CommandError(f"There is no file {file}.") from None
        except UnicodeDecodeError:
            raise CommandError(f"{file} is not UTF-8. Save it as “CSV UTF-8” and try again; what was added so far stays.") from None
        self._sum_up(as_entries, dry_run)

    def _user(self, name: str) -> User:
        found = User.objects.filter(username=name, is_active=True).first()
        if not found:
            raise CommandError(f"Nobody active of the team is called {name}.")
        return found

    def _import(self, lines, user, *, as_entries: bool, dry_run: bool) -> None:
        batch: list[Record] = []
        try:
            for line, row in rows(lines):
                batch += self._read(line, row)
                if len(batch) == BATCH:
                    self._take(batch, user, as_entries=as_entries, dry_run=dry_run)
                    batch = []
                    self._progress(lines)
        except Unreadable as error:
            self.counts["bad"] += 1
            self.stderr.write(str(error))
        self._take(batch, user, as_entries=as_entries, dry_run=dry_run)

    def _read(self, line: int, row: dict[str, str]) -> list[Record]:
        try:
            return [read(line, row)]
        except BadRow as bad:
            self.counts["bad"] += 1
            self.stderr.write(f"line {line} {bad}")
            return []

    def _take(self, batch: list[Record], user, *, as_entries: bool, dry_run: bool) -> None:
        known = set(Report.objects.filter(import_key__in=[r.key for r in batch]).values_list("import_key", flat=True))
        fresh = []
        for record in batch:
            if record.key in known or record.key in self.seen:
                self.counts["known"] += 1
            else:
                self.seen.add(record.key)
                fresh.append(record)
        self.counts["added"] += len(fresh)
        if dry_run:
            return
        with transaction.atomic():
            reports = [self._add(record) for record in fresh]
        if as_entries:
            ready, left = bulk.sort_out(reports)
            self.counts["listed"] += bulk.verify(ready, by=user)
            for report, why in left:
                self.stderr.write(f"{report.import_key} waits for a closer look: {why}")

    def _add(self, record: Record) -> Report:
        values = record.values
        country = values["given_country_code"]
        if values["latitude"] is not None:
            country, _stands = territory.settle(values["latitude"], values["longitude"], country)
        report = Report.objects.create(**values, country_code=country, import_key=record.key)
        link = values["references"]
        intake.complete(report, [{"url": link}] if link.startswith(("http://", "https://")) else [])
        return report

    def _progress(self, lines) -> None:
        if sys.stderr.isatty() and self.size:
            share = min(lines.buffer.tell() / self.size, 1)
            self.stderr.write(f"\r{'█' * round(share * 30):<30} {share:4.0%}", ending="")

    def _sum_up(self, as_entries: bool, dry_run: bool) -> None:
        verb = "would be added" if dry_run else "added"
        words = [f"{self.counts['added']} {verb}", f"{self.counts['known']} were there already", f"{self.counts['bad']} bad"]
        if as_entries and not dry_run:
            words.append(f"{self.counts['listed']} on the list")
        self.stdout.write(", ".join(words) + ".")
