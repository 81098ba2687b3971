"""Bank: the account that gifts go to, and the picture that banking apps read."""

import re
from dataclasses import dataclass

import segno
from django.conf import settings
from django.utils.translation import gettext as _

from hippolist import bank

from . import money, references

BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")


@dataclass(frozen=True)
class Account:
    holder: str
    iban: str
    bic: str
    details: tuple[str, ...]

    @property
    def grouped_iban(self) -> str:
        return " ".join(re.findall(".{1,4}", self.iban))


def account() -> Account | None:
    """Where money may be sent; None while the site was not told, so that nobody ever sees a made-up account."""
    holder = settings.BANK["holder"]
    details = _lines(settings.BANK["details"])
    iban = bank.code("iban") if bank.iban_fits(bank.code("iban")) else ""
    if not holder or not (iban or details):
        return None
    bic = bank.code("bic") if iban and BIC.fullmatch(bank.code("bic")) else ""
    return Account(holder, iban, bic, details)


def problem() -> str:
    """What the treasurer must still set, in words; empty where all is well."""
    if bank.code("iban") and not bank.iban_fits(bank.code("iban")):
        return _("HIPPOLIST_BANK_IBAN has a typing mistake: its check digits do not fit.")
    if bank.code("bic") and not BIC.fullmatch(bank.code("bic")):
        return _("HIPPOLIST_BANK_BIC has a typing mistake: it must have 8 or 11 letters and digits.")
    if not account():
        return _("Set HIPPOLIST_BANK_HOLDER, and HIPPOLIST_BANK_IBAN or HIPPOLIST_BANK_DETAILS. Until then nobody can donate.")
    return ""


def _lines(text: str) -> tuple[str, ...]:
    # An environment file has no real line breaks: \n written out counts as one.
    return tuple(line.strip() for line in text.replace("\\n", "\n").splitlines() if line.strip())


def epc_text(account: Account, amount: int, reference: str) -> str:
    """What the QR code says: the lines of the EPC069-12 guideline, version 002, `amount` in cents of EUR.

    Service tag, version, character set (1 = UTF-8), identification, BIC, name, IBAN, amount, purpose, structured
    remittance, unstructured remittance.
    """
    lines = ["BCD", "002", "1", "SCT", account.bic, account.holder[:70], account.iban]
    lines += [f"EUR{money.plain(amount, 'EUR')}", "", "", references.grouped(reference)]
    return "\n".join(lines)


def qr_svg(account: Account, amount: int, reference: str) -> str:
    """The code as SVG for a page. The guideline asks for error correction M."""
    code = segno.make_qr(epc_text(account, amount, reference), error="m", boost_error=False, encoding="utf-8")
    return code.svg_inline(omitsize=True, scale=4)
