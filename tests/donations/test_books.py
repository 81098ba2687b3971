"""The open books: every figure from the ledger, in a few queries."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from donations.books import Account, Line, books, totals
from donations.models import Movement
from tests.factories import make_campaign, make_gift

pytestmark = pytest.mark.django_db


def write(kind: str, amount: int, on: date | None = None, **fields) -> Movement:
    words = {"spending": {"purpose": "Server"}, "correction": {"reason": "Typed twice"}}.get(kind, {})
    return Movement.objects.create(kind=kind, amount=amount, on=on or timezone.localdate(), **{"currency": "EUR", **words, **fields})


def test_each_kind_stands_in_its_column_and_all_add_up():
    campaign = make_campaign()
    write("gift", 5000, gift=make_gift(), campaign=campaign)
    write("refund", -500)
    write("dispute", -300)
    write("dispute_won", 200)
    write("fee", -30)
    write("spending", -1000, campaign=campaign)
    write("bank_line", 70)
    write("correction", -40)
    (account,) = books()
    assert account.total == Line(gifts=5000, refunds=-600, fees=-30, spending=-1000, other=30)
    assert (account.total.came_in, account.total.spent, account.total.left) == (4430, 1030, 3400)
    assert account.campaigns[campaign.name] == Line(gifts=5000, spending=-1000)
    assert sum(line.left for line in account.months.values()) == account.total.left
    assert (account.promised, account.promises) == (2500, 1)


def test_the_books_take_few_queries_however_long_the_ledger_is(client, django_assert_max_num_queries):
    for days in range(0, 1500, 30):
        write("spending", -100, timezone.localdate() - timedelta(days=days), campaign=make_campaign(f"Campaign {days}"))
    with django_assert_max_num_queries(3):
        page = client.get("/donate/books/").content.decode()
    assert "Earlier" in page
    assert page.count('<rect class="bar bar--1"') >= 12


def test_the_donate_page_shows_the_totals_of_the_books(client):
    write("gift", 4321, gift=make_gift())
    write("gift", 1000, gift=make_gift())
    write("spending", -1000, make_gift().pledged_at.date())
    assert [account.total for account in totals()] == [account.total for account in books()]
    page = client.get("/donate/").content.decode()
    assert "€53.21" in page
    assert "€43.21" in page


def test_older_months_are_one_row_so_that_the_column_adds_up():
    for days in range(0, 900, 30):
        write("bank_line", 100, timezone.localdate() - timedelta(days=days))
    (account,) = books()
    rows = account.month_rows()
    assert len(rows) == 13
    assert sum(amounts[-1] for _name, amounts in rows) == account.total.left == 3000


def test_currencies_are_never_added_together(client):
    write("gift", 1000, gift=make_gift())
    write("gift", 2000, gift=make_gift(currency="JPY"), currency="JPY")
    page = client.get("/donate/books/").content.decode()
    assert [account.currency for account in books()] == ["EUR", "JPY"]
    assert "€10.00" in page
    assert "¥2,000" in page


def test_what_is_promised_is_shown_apart_from_what_arrived(client):
    make_gift()
    make_gift().receive(by=None, amount=7700, on=timezone.localdate())
    page = client.get("/donate/books/").content.decode()
    assert "Not in these figures: €25.00" in page
    assert "€77.00" in page
    assert not any(private in page for private in ("Canary Donor", "donor@example.org", "Canary message"))


def test_empty_books_say_so(client):
    page = client.get("/donate/books/").content.decode()
    assert "Nothing has come in or gone out yet" in page
    assert "books.csv" not in page


def test_the_books_speak_the_language_of_the_page(client):
    write("gift", 123450, gift=make_gift())
    assert "1\u202f234,50\xa0€" in client.get("/fr/donate/books/").content.decode()


def test_the_file_holds_the_same_figures(client):
    campaign = make_campaign()
    write("gift", 5000, date(2026, 3, 5), gift=make_gift(), campaign=campaign)
    write("fee", -30, date(2026, 3, 6), campaign=campaign)
    write("spending", -1000, date(2026, 2, 1))
    write("gift", 300, date(2026, 3, 1), gift=make_gift(currency="JPY"), currency="JPY")
    answer = client.get("/donate/books.csv")
    assert answer["Content-Type"].startswith("text/csv")
    assert list(csv.reader(io.StringIO(answer.content.decode()))) == [
        ["month", "currency", "campaign", "gifts", "refunds", "fees", "spending", "other", "left"],
        ["2026-02", "EUR", "", "0.00", "0.00", "0.00", "-10.00", "0.00", "-10.00"],
        ["2026-03", "EUR", campaign.slug, "50.00", "0.00", "-0.30", "0.00", "0.00", "49.70"],
        ["2026-03", "JPY", "", "300", "0", "0", "0", "0", "300"],
    ]


def test_the_chart_draws_what_came_in_beside_what_left_over_twelve_months():
    account = Account(
        "EUR", months={date(2026, 3, 1): Line(gifts=10_000, spending=-2_500, fees=-2_500), date(2026, 4, 1): Line(gifts=1, refunds=-5)}
    )
    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC)):
        chart = account.chart()
    came_in, spent = (one.values for one in chart.series)
    assert len(came_in) == 12
    assert [value for value in came_in if value] == [10_000]
    assert [value for value in spent if value] == [5_000]
    assert came_in.index(10_000) == spent.index(5_000) == 3


def test_a_column_that_never_held_anything_is_left_out():
    account = Account("EUR", months={date(2026, 1, 1): Line(gifts=5, refunds=-5), date(2026, 2, 1): Line(refunds=5)})
    assert account.columns() == ["gifts", "refunds", "spending", "left"]
