"""Books: what came in, what it cost and what was spent, computed from the ledger and from nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hippolist import charts

from . import money
from .models import Gift, Movement

SHOWN_MONTHS = 12
COLUMNS: dict[str, str] = {
    Movement.Kind.GIFT: "gifts",
    Movement.Kind.REFUND: "refunds",
    Movement.Kind.DISPUTE: "refunds",
    Movement.Kind.DISPUTE_WON: "refunds",
    Movement.Kind.FEE: "fees",
    Movement.Kind.SPENDING: "spending",
    Movement.Kind.BANK_LINE: "other",
    Movement.Kind.CORRECTION: "other",
}
HEADS = {
    "gifts": _("Gifts"),
    "refunds": _("Refunds"),
    "fees": _("Fees"),
    "spending": _("Spending"),
    "other": _("Other"),
    "left": pgettext_lazy("money", "Left"),
}
NAMES = ("gifts", "refunds", "fees", "spending", "other")


@dataclass
class Line:
    """One row of the books in minor units; what left is negative."""

    gifts: int = 0
    refunds: int = 0
    fees: int = 0
    spending: int = 0
    other: int = 0

    def add(self, column: str, amount: int) -> None:
        setattr(self, column, getattr(self, column) + amount)

    def join(self, line: "Line") -> None:
        for name in NAMES:
            self.add(name, getattr(line, name))

    @property
    def left(self) -> int:
        return sum(getattr(self, name) for name in NAMES)

    @property
    def came_in(self) -> int:
        """What was given and stayed."""
        return self.gifts + self.refunds + self.other

    @property
    def spent(self) -> int:
        """What left for the work and for fees, as a positive number."""
        return -(self.spending + self.fees)


@dataclass
class Account:
    """The books of one currency: in all, by month and by campaign. `promised` is what was pledged and did not arrive yet."""

    currency: str
    total: Line = field(default_factory=Line)
    months: dict[date, Line] = field(default_factory=dict)
    campaigns: dict[str, Line] = field(default_factory=dict)
    promised: int = 0
    promises: int = 0

    def columns(self) -> list[str]:
        """What the tables show: a column in which nothing ever stood is left out."""
        lines = self.months.values()
        return [name for name in HEADS if name in ("gifts", "spending", "left") or any(getattr(line, name) for line in lines)]

    def heads(self) -> list[str]:
        return [str(HEADS[name]) for name in self.columns()]

    def month_rows(self) -> list[tuple[str, list[int]]]:
        """The newest months, and all earlier ones in one row, so that the columns add up."""
        months = sorted(self.months, reverse=True)
        rows = [(date_format(month, "M\u00a0Y"), self.months[month]) for month in months[:SHOWN_MONTHS]]
        if len(months) > SHOWN_MONTHS:
            earlier = Line()
            for month in months[SHOWN_MONTHS:]:
                earlier.join(self.months[month])
            rows.append((gettext("Earlier"), earlier))
        return self._cells(rows)

    def campaign_rows(self) -> list[tuple[str, list[int]]]:
        """The campaigns that most was given to; what belongs to none comes last."""
        lines = sorted(self.campaigns.items(), key=lambda pair: (not pair[0], -pair[1].gifts))
        return self._cells([(name or gettext("Where it is needed most"), line) for name, line in lines])

    def total_cells(self) -> list[int]:
        return self._cells([("", self.total)])[0][1]

    def _cells(self, rows: list[tuple[str, "Line"]]) -> list[tuple[str, list[int]]]:
        names = self.columns()
        return [(head, [getattr(line, name) for name in names]) for head, line in rows]

    def chart(self) -> charts.Columns:
        """What came in beside what left, both at least 0, in each of the last twelve months."""
        months = charts.months_until(timezone.localdate(), SHOWN_MONTHS)
        lines = [self.months.get(month, Line()) for month in months]
        came_in = charts.Series(gettext("came in"), [max(line.came_in, 0) for line in lines])
        spent = charts.Series(gettext("was spent, fees included"), [max(line.spent, 0) for line in lines])
        return charts.Columns([date_format(month, "M\u00a0Y") for month in months], [came_in, spent])


def books() -> list[Account]:
    """One account for each currency that money moved in or is promised in. Two queries, however long the ledger is."""
    accounts: dict[str, Account] = {}
    for currency, month, campaign, kind, amount in _rows("campaign__name"):
        account = accounts.setdefault(currency, Account(currency))
        for line in (
            account.total,
            account.months.setdefault(month, Line()),
            account.campaigns.setdefault(campaign or "", Line()),
        ):
            line.add(COLUMNS[kind], amount)
    for row in Gift.objects.promised():
        account = accounts.setdefault(row["currency"], Account(row["currency"]))
        account.promised, account.promises = row["promised"], row["gifts"]
    return [accounts[currency] for currency in sorted(accounts)]


def rows_for_csv() -> Iterator[list[str]]:
    """The same as lines of a file, one for each month, currency and campaign, in major units."""
    yield ["month", "currency", "campaign", *NAMES, "left"]
    lines: dict[tuple[str, str, str], Line] = {}
    for currency, month, campaign, kind, amount in _rows("campaign__slug"):
        lines.setdefault((f"{month:%Y-%m}", currency, campaign or ""), Line()).add(COLUMNS[kind], amount)
    for (year_month, currency, campaign), line in sorted(lines.items()):
        amounts = [getattr(line, name) for name in NAMES] + [line.left]
        yield [year_month, currency, campaign, *(money.plain(amount, currency) for amount in amounts)]


def totals() -> list[Account]:
    """Only the sum of each currency, without months and campaigns."""
    accounts: dict[str, Account] = {}
    sums = Movement.objects.order_by().values_list("currency", "kind").annotate(total=Sum("amount"))
    for currency, kind, amount in sums:
        accounts.setdefault(currency, Account(currency)).total.add(COLUMNS[kind], amount)
    return [accounts[currency] for currency in sorted(accounts)]


def _rows(campaign: str) -> Iterator[tuple[str, date, str | None, str, int]]:
    # By day and not by month: SQLite would call Python for the month of every single line.
    sums = Movement.objects.order_by().values_list("currency", "on", campaign, "kind").annotate(total=Sum("amount"))
    for currency, day, name, kind, amount in sums.iterator():
        yield currency, day.replace(day=1), name, kind, amount
