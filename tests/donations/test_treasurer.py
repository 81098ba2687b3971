"""The treasurer: confirms what arrived, runs campaigns, writes down spending, and changes nothing afterwards."""

import re
from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from donations import desk, references
from donations.models import Campaign, Gift, Movement
from hippolist.models import Letter
from tests.factories import make_campaign, make_gift, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def treasurer(client):
    user = make_user("till", "Treasurer")
    client.force_login(user)
    return user


def page_of(gift: Gift) -> str:
    return reverse("admin:donations_gift_change", args=[gift.pk])


def confirm(client, gift: Gift, **fields):
    values = {"amount": "25.00", "on": f"{timezone.localdate():%Y-%m-%d}"}
    return client.post(reverse("admin:donations_gift_receive", args=[gift.pk]), {**values, **fields}, follow=True)


def test_from_the_pledge_to_the_books(client, treasurer):
    """A donor pledges, the treasurer confirms, the goal bar moves, and the books say so."""
    campaign = make_campaign(goal=10_000)
    pledged = client.post("/donate/", {"amount": "25", "campaign": campaign.slug, "email": "a@example.org", "name": "Ana"})
    assert "€0.00</strong> of €100 has arrived" in client.get("/donate/").content.decode()
    gift = Gift.objects.get()
    assert [letter.kind for letter in Letter.objects.all()] == ["pledge"]

    page = client.get(page_of(gift)).content.decode()
    assert 'value="25.00"' in page
    assert f'value="{timezone.localdate():%Y-%m-%d}"' in page
    answer = confirm(client, gift, amount="24,50")
    assert "€24.50 for" in answer.content.decode()

    movement = Movement.objects.get()
    assert (movement.kind, movement.amount, movement.campaign, movement.by) == ("gift", 2450, campaign, treasurer)
    assert "€24.50</strong> of €100 has arrived (24&nbsp;%)" in client.get("/donate/").content.decode()
    books = client.get("/donate/books/").content.decode()
    assert "€24.50" in books
    assert campaign.name in books
    assert "It has arrived" in client.get(pledged["Location"]).content.decode()
    thanks = Letter.objects.get(kind="gift_received")
    assert thanks.to == "a@example.org"
    assert "€24.50" in thanks.text
    assert "not a tax receipt" in thanks.text
    assert "http://testserver/donate/books/" in thanks.html


def test_a_goal_adds_up_what_arrived_for_it_in_its_currency(django_assert_num_queries):
    campaign, other = make_campaign(), make_campaign("Another")
    today = timezone.localdate()
    for amount in (1000, 2000):
        make_gift(campaign=campaign).receive(by=None, amount=amount, on=today)
        make_gift(campaign=campaign, amount=amount)
    make_gift(campaign=other).receive(by=None, amount=77, on=today)
    make_gift(campaign=campaign, currency="CHF").receive(by=None, amount=9999, on=today)
    Movement.objects.create(kind="refund", amount=-500, currency="EUR", on=today, campaign=campaign)
    Movement.objects.create(kind="spending", amount=-900, currency="EUR", on=today, campaign=campaign, purpose="Server")
    with django_assert_num_queries(1):
        sums = {c.name: (c.received, c.promised, c.percent) for c in Campaign.objects.with_sums()}
    assert sums == {"A second server": (2500, 3000, 25), "Another": (77, 0, 0)}


def test_confirming_twice_counts_once_and_says_so(client, treasurer):
    gift = make_gift()
    confirm(client, gift)
    answer = confirm(client, gift, amount="99")
    assert "This gift was confirmed already." in answer.content.decode()
    assert Movement.objects.get().amount == 2500
    assert Letter.objects.filter(kind="gift_received").count() == 1
    assert "Yes, it arrived" not in client.get(page_of(gift)).content.decode()


def test_a_monthly_gift_arrives_every_month_but_once_a_day(client, treasurer):
    gift = make_gift(interval="monthly")
    today = timezone.localdate()
    confirm(client, gift, on=f"{today - timedelta(days=30):%Y-%m-%d}")
    confirm(client, gift)
    answer = confirm(client, gift)
    assert "written down for this day already" in answer.content.decode()
    assert Movement.objects.count() == Letter.objects.filter(kind="gift_received").count() == 2
    page = client.get(page_of(gift)).content.decode()
    assert "Yes, it arrived" in page
    assert f"{today:%Y-%m-%d} €25.00" in page


def test_money_for_a_lapsed_pledge_still_counts_without_a_letter(client, treasurer):
    gift = make_gift(pledged_at=timezone.now() - timedelta(days=90))
    Gift.objects.expire(older_than=timedelta(days=60))
    confirm(client, gift)
    gift.refresh_from_db()
    assert gift.state == "received"
    assert Movement.objects.count() == 1
    assert not Letter.objects.filter(kind="gift_received").exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"amount": "1,234"}, "Do you mean 1234 or 1.23?"),
        ({"amount": "0"}, "The amount must be more than zero."),
        ({"amount": ""}, "This field is required."),
        ({"on": "2999-01-01"}, "This day is still to come."),
        ({"on": "soon"}, "Enter a valid date."),
    ],
)
def test_a_mistyped_confirmation_comes_back_and_counts_nothing(client, treasurer, fields, words):
    gift = make_gift()
    answer = confirm(client, gift, **fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Movement.objects.exists()


def test_only_who_may_confirm_sees_and_does_it(client):
    gift = make_gift()
    client.force_login(make_user("mod", "Moderator"))
    assert client.get(page_of(gift)).status_code == 403
    assert confirm(client, gift).status_code == 403
    assert not Movement.objects.exists()
    client.logout()
    assert "login" in confirm(client, gift).redirect_chain[0][0]


def test_a_gift_is_neither_made_nor_changed_nor_deleted_by_hand(client):
    gift = make_gift()
    client.force_login(make_user("boss", is_superuser=True))
    assert client.get(reverse("admin:donations_gift_add")).status_code == 403
    assert client.post(page_of(gift), {"amount": 1}).status_code == 403
    assert client.post(reverse("admin:donations_gift_delete", args=[gift.pk]), {"post": "yes"}).status_code == 403
    assert client.get(reverse("admin:donations_gift_receive", args=[gift.pk])).status_code == 200


def test_gifts_are_found_by_reference_in_any_spelling_amount_or_name(client, treasurer):
    gift = make_gift(amount=1234, name="Ana")
    make_gift(amount=9900, name="Bo")
    spelled = references.grouped(gift.reference)
    for term in (spelled, spelled.lower(), spelled.replace("0", "o").replace("1", "l"), gift.reference[:6], "12.34", "12,34", "ana"):
        page = client.get(reverse("admin:donations_gift_changelist"), {"q": term}).content.decode()
        assert spelled in page, term
        assert "1 gift" in page, term
    assert "0 gifts" in client.get(reverse("admin:donations_gift_changelist"), {"q": "77"}).content.decode()


def test_the_goal_of_a_campaign_is_typed_in_money(client, treasurer):
    add, today = reverse("admin:donations_campaign_add"), timezone.localdate()
    values = {"name": "Maps", "slug": "maps", "why": "Better maps.", "currency": "EUR", "goal": "2.500,50", "starts": today}
    assert client.post(add, values).status_code == 302
    campaign = Campaign.objects.get()
    assert campaign.goal == 250_050
    change = reverse("admin:donations_campaign_change", args=[campaign.pk])
    assert 'value="2500.50"' in client.get(change).content.decode()
    assert client.post(change, {**values, "goal": "3000", "currency": "USD"}).status_code == 302
    campaign.refresh_from_db()
    assert (campaign.goal, campaign.currency) == (300_000, "EUR")
    assert "€3,000.00" in client.get(reverse("admin:donations_campaign_changelist")).content.decode()
    for wrong, words in (
        ({"goal": "3,000"}, "Do you mean 3000 or 3.00?"),
        ({"ends": today - timedelta(days=1)}, "The last day must not be before the first."),
    ):
        assert words in client.post(change, {**values, **wrong}).content.decode()


def spend(client, **fields):
    add = reverse("admin:donations_movement_add")
    key = re.search(r'name="key" value="([^"]+)"', client.get(add).content.decode())[1]
    values = {"key": key, "amount": "12,50", "currency": "EUR", "on": f"{timezone.localdate():%Y-%m-%d}", "purpose": "Server, one month"}
    return client.post(add, {**values, **fields}, follow=True)


def test_spending_is_typed_positive_and_written_down_as_what_left(client, treasurer):
    answer = spend(client)
    movement = Movement.objects.get()
    assert (movement.kind, movement.amount, movement.purpose, movement.by) == ("spending", -1250, "Server, one month", treasurer)
    assert "-€12.50 is in the books." in answer.content.decode()
    assert "Server, one month" in client.get("/donate/").content.decode()


def test_the_same_spending_form_twice_is_one_line(client, treasurer):
    spend(client, key="form:one")
    answer = spend(client, key="form:one")
    assert "This spending was written down already." in answer.content.decode()
    assert Movement.objects.count() == 1


@pytest.mark.parametrize("fields", [{"purpose": ""}, {"amount": "-5"}, {"amount": "x"}, {"on": "2999-01-01"}, {"currency": "USD"}])
def test_spending_without_purpose_or_amount_is_not_written_down(client, treasurer, fields):
    assert spend(client, **fields).status_code == 200
    assert not Movement.objects.exists()


def test_the_ledger_is_only_read(client):
    client.force_login(make_user("boss", is_superuser=True))
    spend(client)
    movement = Movement.objects.get()
    page = reverse("admin:donations_movement_change", args=[movement.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"amount": "1"}).status_code == 403
    assert client.post(reverse("admin:donations_movement_delete", args=[movement.pk]), {"post": "yes"}).status_code == 403
    listed = client.get(reverse("admin:donations_movement_changelist")).content.decode()
    assert "Add spending" in listed
    assert "-€12.50" in listed
    assert "delete_selected" not in listed


def cards_of(user):
    request = RequestFactory().get("/admin/")
    request.user = user
    return desk.cards(request)


def test_the_desk_counts_pledges_for_who_may_confirm_them(treasurer):
    assert cards_of(treasurer) == []
    make_gift()
    make_gift()
    (card,) = cards_of(treasurer)
    assert card.count == 2
    assert card.url.endswith("?state__exact=pledged")
    assert cards_of(make_user("mod", "Moderator")) == []


def test_the_desk_says_what_to_set_before_anybody_can_give(treasurer, settings):
    settings.BANK = {"holder": "", "iban": "", "bic": "", "details": ""}
    (card,) = cards_of(treasurer)
    assert "HIPPOLIST_BANK_HOLDER" in card.text
    assert card.tone == "warn"
