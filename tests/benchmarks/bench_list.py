"""How the list page grows: its CPU with many entries against few, both sides in turn, medians, as a ratio.

python tests/benchmarks/bench_list.py [--many 20000]
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
FEW, ROUNDS = 1_000, 7


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--many", type=int, default=20_000)
    many = options.parse_args().many
    client = _site()
    from hippolist.models import Entry

    pages = {"/list/": [], "/list/?country=ZM": [], "/list.csv": [], "/list/HL-000001/": []}
    took: dict[tuple[str, int], list[float]] = {}
    _fill(many)
    hidden = Entry.objects.filter(pk__gt=FEW)
    for _round in range(ROUNDS):
        for count in (FEW, many):
            # The same database on both sides: what is too many is withdrawn for a while.
            values = {"state": "withdrawn", "withdrawn_because": "bench"} if count == FEW else {"state": "listed", "withdrawn_because": ""}
            hidden.update(**values)
            for page in pages:
                took.setdefault((page, count), []).append(_cpu(client, page))
    for page in pages:
        few, lot = (statistics.median(took[page, count]) for count in (FEW, many))
        sys.stdout.write(f"{page:<22} {FEW}: {few * 1000:7.1f} ms   {many}: {lot * 1000:7.1f} ms   ratio {lot / few:.2f}\n")


def _site():
    os.environ["HIPPOLIST_DATA_DIR"] = tempfile.mkdtemp(prefix="bench-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    return Client()


def _fill(count: int) -> None:
    from hippolist.models import Entry, Revision
    from hippolist.places import public_place
    from hippolist.vocabulary import Grid

    fields = {"country_code": "ZM", "story": "Words " * 40, "year": 2026, "license": "https://creativecommons.org/licenses/by/4.0/"}
    for start in range(0, count, 2_000):
        entries = [
            Entry(title=f"Hippos {n}", **fields, **public_place(-15 + n % 997 / 500, 25 + n % 1009 / 200, Grid.FINE))
            for n in range(start, min(start + 2_000, count))
        ]
        Entry.objects.bulk_create(entries)
        Revision.objects.bulk_create(
            Revision(entry=entry, number=1, change="new", at=entry.created_at, listed=True, **entry.public_part()) for entry in entries
        )


def _cpu(client, page: str) -> float:
    began = time.process_time()
    answer = client.get(page)
    if answer.streaming:
        for _chunk in answer.streaming_content:
            pass
    answer.close()
    return time.process_time() - began


if __name__ == "__main__":
    main()
