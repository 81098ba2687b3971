"""Giving: from the donate page to the pledge with the account."""

import html
import re
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from donations import chores, references
from donations.models import Gift
from hippolist.models import Letter
from tests.factories import make_campaign, make_gift, make_user

pytestmark = pytest.mark.django_db
PRIVATE = ("Canary Donor", "donor@example.org", "Canary message")


def give(client, **fields):
    return client.post("/donate/", {"amount": "25", **fields})


def test_the_plainest_post_is_a_pledge(client):
    answer = give(client)
    gift = Gift.objects.get()
    assert answer.status_code == 303
    assert answer["Location"] == f"/donate/pledge/{gift.reference}/?new"
    assert (gift.amount, gift.currency, gift.interval, gift.method, gift.state) == (2500, "EUR", "once", "bank", "pledged")
    assert not Letter.objects.exists()


def test_a_pledge_keeps_what_the_donor_told_and_writes_one_letter_in_their_language(client):
    campaign = make_campaign()
    fields = {"interval": "monthly", "campaign": campaign.slug, "name": "Amélie", "email": "a@example.org", "show_name": "on"}
    answer = client.post("/fr/donate/", {"amount": "12,50", "message": "Merci", **fields})
    gift = Gift.objects.get()
    assert answer["Location"].startswith("/fr/donate/pledge/")
    assert (gift.amount, gift.interval, gift.campaign, gift.name, gift.show_name) == (1250, "monthly", campaign, "Amélie", True)
    letter = Letter.objects.get()
    assert (letter.kind, letter.to, letter.language) == ("pledge", "a@example.org", "fr")
    for text in (letter.text, html.unescape(letter.html)):
        assert references.grouped(gift.reference) in text
        assert "DE02 1203 0000 0000 2020 51" in text
        assert "12,50\xa0€" in text
        assert f"http://testserver/fr/donate/pledge/{gift.reference}/" in text
    assert references.grouped(gift.reference) in letter.subject


def test_the_pledge_page_shows_what_to_send_and_nothing_private(client):
    gift = make_gift(campaign=make_campaign())
    answer = client.get(f"/donate/pledge/{gift.reference}/")
    page = answer.content.decode()
    for shown in (references.grouped(gift.reference), "€25.00", "DE02 1203 0000 0000 2020 51", "BYLADEM1001", "A second server", "pledged"):
        assert shown in page
    assert '<svg viewBox="0 0 ' in page
    assert not any(private in page for private in PRIVATE)
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]
    assert "Thank you for your pledge" not in page
    assert not answer.cookies


@pytest.mark.parametrize(
    ("email", "can_send", "words"),
    [
        ("donor@example.org", True, "All of this also comes to you by mail."),
        ("donor@example.org", False, "No mail comes"),
        ("", True, "No mail comes"),
    ],
)
def test_the_first_view_promises_a_mail_only_where_one_comes(client, settings, email, can_send, words):
    settings.DEBUG = can_send
    gift = make_gift(email=email)
    page = client.get(f"/donate/pledge/{gift.reference}/?new").content.decode()
    assert "Thank you for your pledge!" in page
    assert words in page


def test_the_form_promises_no_mail_where_none_can_be_sent(client, settings):
    settings.DEBUG = True
    assert "For a mail with the account" in client.get("/donate/").content.decode()
    settings.DEBUG = False
    assert "We cannot send mail at the moment" in client.get("/donate/").content.decode()


def test_any_spelling_of_a_reference_answers_and_a_mistake_is_not_found(client):
    reference = make_gift().reference
    for typed in (reference.lower(), references.grouped(reference), reference.replace("0", "O").replace("1", "l")):
        assert client.get(f"/donate/pledge/{typed}/").status_code == 200
    wrong = ("0" if reference[0] != "0" else "1") + reference[1:]
    assert client.get(f"/donate/pledge/{wrong}/").status_code == 404
    assert client.get(f"/donate/pledge/{references.new()}/").status_code == 404
    assert client.post(f"/donate/pledge/{reference}/").status_code == 405


def test_the_code_for_banking_apps_is_only_for_single_gifts_in_euro(client, settings):
    settings.CURRENCIES = ["EUR", "CHF"]
    assert '<div class="qr"' in client.get(f"/donate/pledge/{make_gift().reference}/").content.decode()
    for fields in ({"interval": "monthly"}, {"currency": "CHF"}):
        assert '<div class="qr"' not in client.get(f"/donate/pledge/{make_gift(**fields).reference}/").content.decode()
    settings.BANK = {"holder": "Friends", "iban": "", "bic": "", "details": "Mobile money 0977"}
    page = client.get(f"/donate/pledge/{make_gift().reference}/").content.decode()
    assert '<div class="qr"' not in page
    assert "Mobile money 0977" in page


def test_a_double_click_is_one_pledge_and_one_letter(client):
    fields = {"client_id": uuid.uuid4().hex, "email": "a@example.org"}
    first, second = give(client, **fields), give(client, **fields)
    assert first["Location"] == second["Location"]
    assert Gift.objects.count() == Letter.objects.count() == 1
    assert Gift.objects.get().client_id != fields["client_id"]


def test_going_back_and_changing_the_amount_is_another_pledge(client):
    fields = {"client_id": uuid.uuid4().hex}
    assert give(client, **fields)["Location"] != give(client, **fields, amount="50")["Location"]
    assert sorted(Gift.objects.values_list("amount", flat=True)) == [2500, 5000]


def test_two_visitors_never_get_the_same_form(client):
    numbers = [re.search(r'name="client_id" value="(\w+)"', client.get("/donate/").content.decode())[1] for _ in range(2)]
    assert numbers[0] != numbers[1]
    assert client.get("/donate/")["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("amounts", "minor"),
    [(["10"], 1000), (["10", ""], 1000), (["", "40"], 4000), (["40"], 4000), (["10", "10"], 1000), (["", "12,5"], 1250)],
)
def test_suggestions_and_the_own_amount_answer_under_one_name(client, amounts, minor):
    assert client.post("/donate/", {"amount": amounts}).status_code == 303
    assert Gift.objects.get().amount == minor


def test_a_suggestion_and_another_amount_at_once_are_asked_back(client):
    answer = client.post("/donate/", {"amount": ["10", "40"]})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "You chose 10 and typed 40" in page
    assert re.search(r'value="10"\s+checked', page)
    assert 'value="40"' in page


BAD = [
    ({"amount": ""}, "Choose an amount, or type one."),
    ({"amount": "1,234"}, "Do you mean 1234 or 1.23?"),
    ({"amount": "١٢"}, "Please use the digits 0 to 9."),
    ({"amount": "1e9"}, "Use only digits"),
    ({"amount": "-5"}, "The amount must be more than zero."),
    ({"amount": "NaN"}, "Use only digits"),
    ({"amount": "1.99"}, "The smallest gift is €2."),
    ({"amount": "10000.01"}, "The biggest gift here is €10,000."),
    ({"currency": "USD"}, "USD is not one of the available choices"),
    ({"interval": "daily"}, "daily is not one of the available choices"),
    ({"method": "card"}, "card is not one of the available choices"),
    ({"campaign": "over"}, "This campaign is not running now."),
    ({"campaign": "unheard"}, "We do not know this campaign."),
    ({"campaign": "francs"}, "This campaign collects CHF."),
    ({"email": "donor@"}, "Enter a valid email address."),
    ({"name": "x" * 101}, "at most 100 characters"),
]


@pytest.mark.parametrize(("fields", "words"), BAD)
def test_bad_input_comes_back_with_words_and_everything_typed(client, fields, words):
    yesterday = timezone.localdate() - timedelta(days=1)
    make_campaign("Over", starts=yesterday, ends=yesterday)
    make_campaign("Francs", currency="CHF")
    answer = give(client, **{"message": "Keep these words", "email": "kept@example.org", **fields})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert 'class="error-summary"' in page
    assert "Keep these words" in page
    assert not Gift.objects.exists()


def test_a_null_character_is_taken_out(client):
    give(client, message="a\0b")
    assert Gift.objects.get().message == "ab"


def test_another_site_cannot_post_the_form(client):
    assert client.post("/donate/", {"amount": "25"}, headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_a_site_of_several_currencies_asks_which(client, settings):
    settings.CURRENCIES = ["KES", "JPY"]
    page = client.get("/donate/").content.decode()
    assert '<select name="currency"' in page
    give(client, amount="500", currency="JPY")
    assert (Gift.objects.get().amount, Gift.objects.get().currency) == (500, "JPY")


def test_running_campaigns_stand_on_the_page_with_their_goal(client, django_assert_max_num_queries):
    today = timezone.localdate()
    for number in range(5):
        make_campaign(f"Running {number}", ends=today)
    make_campaign("Over", starts=today - timedelta(days=9), ends=today - timedelta(days=1))
    make_campaign("Still to come", starts=today + timedelta(days=1))
    gift = make_gift(campaign=make_campaign("Nearly there", goal=3000))
    gift.receive(by=make_user(), amount=2500, on=today)
    make_gift(campaign=gift.campaign, amount=700)
    with django_assert_max_num_queries(5):
        page = client.get("/donate/").content.decode()
    assert "Running 4" in page
    assert "Over" not in page
    assert "Still to come" not in page
    assert "<strong>€25.00</strong> of €30 has arrived (83&nbsp;%)" in page
    assert "€7.00 more is pledged" in page
    assert re.search(r'<progress class="progress"\s+value="83"\s+max="100"', page)


def test_an_address_may_name_the_campaign(client):
    campaign = make_campaign()
    assert re.search(rf'value="{campaign.slug}"[^>]*checked', client.get(f"/donate/?campaign={campaign.slug}").content.decode())


@pytest.mark.parametrize("iban", ["", "DE03120300000000202051"])
def test_without_an_account_donations_are_not_open_and_no_account_is_shown(client, settings, iban):
    settings.BANK = {"holder": "Friends", "iban": iban, "bic": "", "details": ""}
    page = client.get("/donate/").content.decode()
    assert "Donations are not open yet" in page
    assert 'name="amount"' not in page
    assert "IBAN" not in page
    assert give(client).status_code == 422
    assert not Gift.objects.exists()


@pytest.mark.parametrize(("interval", "shown"), [("once", False), ("monthly", True)])
def test_who_has_paid_is_not_asked_to_pay_again(client, interval, shown):
    gift = make_gift(interval=interval)
    gift.receive(by=None, amount=2500, on=timezone.localdate())
    page = client.get(f"/donate/pledge/{gift.reference}/?new").content.decode()
    assert "received" in page
    assert ("DE02 1203" in page) == shown
    assert "Thank you for your pledge" not in page


def test_the_thank_you_page_knows_nothing_of_anybody(client):
    make_gift()
    answer = client.get("/donate/thanks/")
    assert answer.status_code == 200
    assert "Thank you for your gift" in answer.content.decode()
    assert answer["Cache-Control"].startswith("public")


def test_a_pledge_that_nobody_pays_lapses_and_its_donor_is_forgotten(client):
    old = make_gift(client_id="once", show_name=True, pledged_at=timezone.now() - timedelta(days=61))
    young = make_gift(pledged_at=timezone.now() - timedelta(days=59))
    paid = make_gift(pledged_at=timezone.now() - timedelta(days=61))
    paid.receive(by=make_user(), amount=2500, on=timezone.localdate())
    assert chores.CHORES["expire_pledges"][1]() == 1
    assert chores.expire_pledges() == 0
    for gift in (old, young, paid):
        gift.refresh_from_db()
    assert (old.state, old.name, old.email, old.message, old.show_name, old.client_id) == ("expired", "", "", "", False, None)
    assert (young.state, young.name) == ("pledged", "Canary Donor")
    assert (paid.state, paid.email) == ("received", "donor@example.org")
    assert "This pledge has lapsed" in client.get(f"/donate/pledge/{old.reference}/").content.decode()
