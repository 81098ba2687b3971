"""Brakes: how many requests of one kind come from one network, counted right and forgotten the next day."""

import hashlib
import hmac
import ipaddress
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from .models import Salt, Tally


class Count(NamedTuple):
    """Requests of one network: in this hour, and today, this one included."""

    hour: int
    day: int


def network_of(address: str) -> str:
    """An IPv4 address, or the /64 that one IPv6 customer has. What is no address is one network of its own."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    mapped = getattr(found, "ipv4_mapped", None)
    if found.version == 4 or mapped:
        return str(mapped or found)
    return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))


def count(purpose: str, address: str) -> Count:
    """Count one request. One atomic statement, so that any number of processes miscount by none."""
    now = timezone.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    words = f"{purpose}\0{network_of(address)}".encode()
    network = hmac.new(Salt.of(now.date()).encode(), words, hashlib.sha256).hexdigest()[:32]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO hippolist_tally (network, hour, count) VALUES (%s, %s, 1) "
            "ON CONFLICT (network, hour) DO UPDATE SET count = hippolist_tally.count + 1 RETURNING count",
            [network, connection.ops.adapt_datetimefield_value(hour)],
        )
        this_hour = cursor.fetchone()[0]
    # The hash is another one tomorrow, so all its rows are of today.
    today = Tally.objects.filter(network=network).aggregate(n=Sum("count"))["n"]
    return Count(this_hour, today)


def too_many(request: HttpRequest, purpose: str, most: int) -> bool:
    """Count a request; whether its network made more than `most` of them in this hour."""
    return settings.LIMITS and count(purpose, request.client_address).hour > most  # type: ignore[attr-defined]  # set by ProxyMiddleware


def later(request: HttpRequest) -> HttpResponse:
    """429: a page for people, JSON for scripts that ask for it."""
    headers = {"Retry-After": str(seconds_to_next_hour()), "Cache-Control": "no-store"}
    if "application/json" in request.headers.get("Accept", ""):
        words = _("A lot came from your connection in a short time. What you sent is kept on this device and goes out later.")
        return JsonResponse({"error": words}, status=429, headers=headers)
    return HttpResponse(render_to_string("429.html", request=request), status=429, headers=headers)


def seconds_to_next_hour() -> int:
    now = timezone.now()
    return 3600 - now.minute * 60 - now.second


def forget() -> int:
    """Delete what is older than today; a request under way at midnight may still count under yesterday's name."""
    today = timezone.now().date()
    Salt.objects.filter(day__lt=today).delete()
    return Tally.objects.filter(hour__lt=timezone.now() - timedelta(days=1)).delete()[0]
