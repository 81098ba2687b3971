"""Robots: what makes us look a report over before it joins the queue. None is ever dropped: a person may be behind it."""

import time

from django.http import QueryDict

from .models import Screening

# The field that people do not see and programs fill.
TRAP = "more_about_you"
SECONDS = 3
# Reports of one network in one hour and in one day, past which the next are looked over first.
HOUR, DAY = 10, 40
# Requests of one network in one hour past which we say: later.
REPORTS, PHOTOS, NEAR = 300, 1_200, 600


def screening(data: QueryDict) -> str:
    """Why a posted report is looked over first; nothing where it is not. A form of any age is fine, and so is one that tells none."""
    if data.get(TRAP, "").strip():
        return Screening.TRAP
    opened = data.get("opened", "")
    # ASCII digits only, few enough for a number of seconds.
    known = opened.isascii() and opened.isdecimal() and len(opened) < 12
    return Screening.FAST if known and time.time() - int(opened) < SECONDS else ""


def opened() -> int:
    """When the form was opened, in seconds and rounded down to the hour, so that it stays one page for every cache.

    Only a hint: people whose form is older pass, which all but those of the first seconds of an hour are; a program that
    makes up a time of its own does not.
    """
    return int(time.time()) // 3600 * 3600
