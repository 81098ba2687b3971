"""The account: never a made-up one, and the code for banking apps says what the guideline asks for."""

import pytest

from donations import bank, references

REFERENCE = references.new()


def told(settings, **values):
    settings.BANK = {"holder": "", "iban": "", "bic": "", "details": "", **values}


def test_the_epc_code_has_the_lines_of_the_guideline():
    account = bank.Account("Friends of Hippo List", "DE02120300000000202051", "BYLADEM1001", ())
    lines = bank.epc_text(account, 1250, REFERENCE).split("\n")
    assert lines == [
        "BCD",  # service tag
        "002",  # version, in which the BIC may be left out
        "1",  # character set: UTF-8
        "SCT",  # identification: SEPA credit transfer
        "BYLADEM1001",  # BIC of the beneficiary's bank
        "Friends of Hippo List",  # name of the beneficiary, up to 70 characters
        "DE02120300000000202051",  # account of the beneficiary, without spaces
        "EUR12.50",  # amount, with a point
        "",  # purpose
        "",  # structured remittance: empty, since the other one is used
        references.grouped(REFERENCE),  # unstructured remittance, up to 140 characters
    ]


def test_the_epc_code_stays_within_its_limits():
    account = bank.Account("Ä" * 120, "MT84MALT011000012345MTLCAST001S", "", ())
    text = bank.epc_text(account, 99_999_999_999, REFERENCE)
    assert len(text.encode()) <= 331
    assert len(text.split("\n")[5]) == 70
    assert text.split("\n")[4] == ""
    assert "EUR999999999.99" in text


def test_the_code_is_drawn_without_anything_the_page_forbids():
    account = bank.Account("Friends of Hippo List", "DE02120300000000202051", "", ())
    svg = bank.qr_svg(account, 1250, REFERENCE)
    assert svg.startswith("<svg viewBox")
    assert "style=" not in svg
    assert "xmlns" not in svg


def test_an_iban_is_shown_in_groups_however_it_was_set(settings):
    told(settings, holder="Friends", iban="de02 1203 0000 0000 2020 51", bic="byladem1001")
    account = bank.account()
    assert account.grouped_iban == "DE02 1203 0000 0000 2020 51"
    assert account.bic == "BYLADEM1001"
    assert bank.problem() == ""


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"holder": "Friends"},
        {"iban": "DE02120300000000202051"},
        {"details": "Mobile money 0977"},
        {"holder": "Friends", "iban": "DE03120300000000202051"},
        {"holder": "Friends", "iban": "DE02"},
    ],
)
def test_half_an_account_or_a_mistyped_one_is_none_and_somebody_is_told(settings, values):
    told(settings, **values)
    assert bank.account() is None
    assert "HIPPOLIST_BANK_" in bank.problem()


def test_free_lines_serve_where_there_is_no_iban(settings):
    told(settings, holder="Friends", details="Mobile money 0977 123456\\nBranch Mfuwe\n\n")
    account = bank.account()
    assert account.details == ("Mobile money 0977 123456", "Branch Mfuwe")
    assert account.iban == ""
    assert bank.problem() == ""


def test_a_mistyped_bic_is_named_and_left_out(settings):
    told(settings, holder="Friends", iban="DE02120300000000202051", bic="BYLA")
    assert bank.account().bic == ""
    assert "HIPPOLIST_BANK_BIC" in bank.problem()
