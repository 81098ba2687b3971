"""Factories: plain functions that make what a test needs."""

import io
import uuid
from typing import Any

from django.contrib.auth.models import Group, User
from django.utils import timezone
from django.utils.text import slugify
from PIL import Image

from donations.models import Campaign, Gift
from hippolist import licences, places
from hippolist.models import Entry, Release
from hippolist.releases import next_number
from hippolist.vocabulary import Grid
from sightings import intake
from sightings.models import Report
from subscriptions.models import WORDING, Subscriber


def make_user(name: str = "mara", *roles: str, **fields: Any) -> User:
    user = User.objects.create_user(name, password="a long test password", is_staff=True, **fields)
    user.groups.set(Group.objects.filter(name__in=roles))
    assert user.groups.count() == len(roles), f"a role of {roles} does not exist"
    return user


def make_report(**fields: Any) -> Report:
    """A waiting report of two hippos at Mfuwe, checked as intake does."""
    values: dict[str, Any] = {
        "place": "Luangwa River near Mfuwe",
        "latitude": -13.098765,
        "longitude": 31.787654,
        "country_code": "ZM",
        "observed_year": 2026,
        "observed_month": 11,
        "observed_day": 3,
        "count": 2,
        "story": "Two hippos stood in the shallow water beside the bridge.",
        "reporter_name": "Canary Reporter",
        "reporter_email": "reporter@example.org",
    }
    report = Report.objects.create(**{**values, **fields})
    intake.check(report)
    return report


def photo(colour: str = "teal", size: tuple[int, int] = (640, 480), kind: str = "JPEG", name: str = "hippo.jpg", **save: Any) -> io.BytesIO:
    """A picture file with something in it that a hash can tell from another."""
    image = Image.new("RGB", size, colour)
    image.paste("white", (size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2))
    file = io.BytesIO()
    image.save(file, kind, **save)
    file.seek(0)
    file.name = name
    return file


def report_form(**fields: Any) -> dict[str, Any]:
    """What a browser posts for a plain report."""
    values = {
        "client_id": str(uuid.uuid4()),
        "how_known": "saw",
        "place": "Luangwa River near Mfuwe",
        "observed_year": "2026",
        "story": "Two hippos stood in the shallow water beside the bridge.",
        "consent": "on",
    }
    return {name: value for name, value in {**values, **fields}.items() if value is not None}


def make_entry(latitude: Any = "-13.098765", longitude: Any = "31.787654", grid: str = Grid.FINE, by: Any = None, **fields: Any) -> Entry:
    """An entry on the list: two hippos at Mfuwe on 3 November 2026. Latitude None: not tied to a place."""
    values: dict[str, Any] = {
        "title": "Two hippos at the bridge",
        "story": "They stood in the **shallow** water.",
        "individual_count": 2,
        "year": 2026,
        "month": 11,
        "day": 3,
        "country_code": "ZM",
        "place_name": "Luangwa River near Mfuwe",
        "license": licences.own(),
        **places.public_place(latitude, longitude, Grid(grid), 30),
    }
    return Entry.publish(by=by, **{**values, **fields})


def make_release(number: str = "", by: Any = None, **fields: Any) -> Release:
    """A published release of the list as it stands."""
    release = Release.objects.create(number=number or next_number(), **fields)
    release.publish(by=by)
    return release


def make_campaign(name: str = "A second server", **fields: Any) -> Campaign:
    """A running campaign with a goal of €100."""
    values = {"slug": slugify(name), "why": "So that the list answers quickly.", "goal": 10_000}
    return Campaign.objects.create(name=name, **{**values, **fields})


def make_gift(**fields: Any) -> Gift:
    """A pledge of €25 by somebody who left a name and an address."""
    values = {"amount": 2_500, "currency": "EUR", "name": "Canary Donor", "email": "donor@example.org", "message": "Canary message"}
    return Gift.pledge(**{**values, **fields})


def make_subscriber(email: str = "ana@example.org", state: str = "confirmed", **fields: Any) -> Subscriber:
    """An address that pressed the button, and the line that proves it."""
    times: dict[str, Any] = {"pending": {}, "confirmed": {"confirmed_at": timezone.now()}, "left": {"left_at": timezone.now()}}[state]
    subscriber = Subscriber.objects.create(email=email, state=state, **{**times, **fields})
    subscriber.consents.create(wording=WORDING, page="/subscribe/", confirmed_at=subscriber.confirmed_at)
    return subscriber
