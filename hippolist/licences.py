"""Licences: what a record's licence is called, and whether a release of this site may hold it."""

import re

from django.conf import settings

CC = "https://creativecommons.org/"
NAMES = {"cc0": "CC0 1.0", "by": "CC BY 4.0", "by-nc": "CC BY-NC 4.0"}
ADDRESSES = {
    "cc0": f"{CC}publicdomain/zero/1.0/",
    "by": f"{CC}licenses/by/4.0/",
    "by-nc": f"{CC}licenses/by-nc/4.0/",
}
# What may stand in a release under each licence: never more than its own licence gives.
_ALLOWED = {"cc0": ["cc0"], "by": ["cc0", "by"], "by-nc": ["cc0", "by", "by-nc"]}
_VERSIONS = {"cc0": ["1.0"], "by": ["1.0", "2.0", "2.5", "3.0", "4.0"], "by-nc": ["1.0", "2.0", "2.5", "3.0", "4.0"]}
_TEXT = re.compile(r"cc[ _-]?by(?P<parts>(?:[ _-](?:nc|sa|nd))*)[ _-]?v?(?P<version>\d)?[._]?(?P<minor>\d)?", re.IGNORECASE)


def own() -> str:
    """The address of the licence under which this site publishes what people report to it."""
    return ADDRESSES[settings.DATA_LICENSE]


def parse(text: str) -> str:
    """The canonical address of a Creative Commons licence named in any usual way; other words come back as they are.

    >>> parse("CC_BY_4_0"), parse("http://creativecommons.org/licenses/by-nc/4.0/legalcode")
    ('https://creativecommons.org/licenses/by/4.0/', 'https://creativecommons.org/licenses/by-nc/4.0/')
    """
    text = text.strip()
    if found := re.search(r"creativecommons\.org/licenses/([a-z-]+)/(\d\.\d)", text, re.IGNORECASE):
        return f"{CC}licenses/{found[1].lower()}/{found[2]}/"
    if re.search(r"publicdomain/zero|\bcc[ _-]?0|\bcc[ _-]?zero", text, re.IGNORECASE):
        return ADDRESSES["cc0"]
    if found := _TEXT.fullmatch(text):
        parts = re.sub(r"[ _]", "-", found["parts"].lower())
        return f"{CC}licenses/by{parts}/{found['version'] or 4}.{found['minor'] or 0}/"
    return text


def allowed(licence: str) -> list[str]:
    """Addresses of every licence whose records may stand in a release under `licence` (cc0, by or by-nc)."""
    addresses = []
    for family in _ALLOWED[licence]:
        for version in _VERSIONS[family]:
            addresses.append(f"{CC}publicdomain/zero/1.0/" if family == "cc0" else f"{CC}licenses/{family}/{version}/")
    return addresses


def name(address: str) -> str:
    """Short words for a licence: CC BY 4.0."""
    if address == ADDRESSES["cc0"]:
        return NAMES["cc0"]
    if found := re.search(r"/licenses/([a-z-]+)/(\d\.\d)", address):
        return f"CC {found[1].upper()} {found[2]}"
    return address
