"""Proof: how often endurance tests repeat, from one place, and where their figures are written down."""

import os
from datetime import UTC, datetime
from pathlib import Path

FULL = bool(os.environ.get("HIPPOLIST_PROOF"))
BOOK = Path(__file__).resolve().parent.parent / "docs" / "reliability.md"


def count(full: int) -> int:
    """The whole count under `make proof`, a tenth under `make test`."""
    return full if FULL else full // 10


def record(figure: str) -> None:
    """Write a figure of a full run into docs/reliability.md, with its day and database."""
    if FULL:
        database = "PostgreSQL" if os.environ.get("HIPPOLIST_DATABASE_URL") else "SQLite"
        with BOOK.open("a", encoding="utf-8") as book:
            book.write(f"| {datetime.now(UTC):%Y-%m-%d} | make proof | {database} | {figure} |\n")
