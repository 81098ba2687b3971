"""Chores of donations: pledges that nobody paid are given up and forgotten."""

from datetime import timedelta

from .models import Gift

HOUR = 3600
PATIENCE = timedelta(days=60)


def expire_pledges() -> int:
    return Gift.objects.expire(older_than=PATIENCE)


CHORES = {"expire_pledges": (HOUR, expire_pledges)}
