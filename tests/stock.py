"""Stock: rows beside the demo, so that every page of the site and each of its states has something to show.

Runs inside a site: `site.shell("from tests.stock import stock; stock()")` prints what stands for each parameter of an address.
"""

import json
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.test import RequestFactory
from django.utils import timezone

from hippolist import demo, licences, tokens
from hippolist.models import Entry, Letter, Picture, Release
from hippolist.places import public_place
from hippolist.vocabulary import Grid
from sightings import intake
from sightings.models import Authority, Reason, Report, SourceLink
from sightings.publishing import draft
from subscriptions import announcements
from subscriptions.models import Subscriber
from tests.factories import make_entry, make_gift, make_release, make_report, make_subscriber, photo

STAFF = "desk"
# What people really type: a word that cannot be broken, a table, code, an address longer than any phone.
HARD_STORY = """## Ein Flusspferd in der Donaudampfschifffahrtsgesellschaft

| where | when | how many |
|---|---|---|
| Luangwa-Zusammenfluss-Beobachtungsplattform | 2026-11-03 | 1 204 |

> A quote of somebody who saw it.

1. `a_piece_of_code_that_is_much_longer_than_a_phone_is_wide = True`
2. <https://news.example.org/2026/11/03/a-very-long-address-without-a-single-place-to-break-it/index.html>
"""
HARD_SOURCE = {
    "title": "Kiboko-aonekana-karibu-na-daraja-la-mto-Luangwa-asubuhi-ya-leo",
    "publisher": "The Independent Newspaper of the Lower Luangwa Valley",
    "date": "2026-11-03",
    "url": "https://news.example.org/2026/11/03/a-very-long-address-without-a-single-place-to-break-it/index.html",
    "archived_url": "https://archive.example.org/20261103/https://news.example.org/",
}


def stock() -> None:
    staff = User.objects.get(username=STAFF)
    rows = {**_entries(staff), **_reports(staff), **_people(staff), **_gifts(staff)}
    print(json.dumps({**rows, **_of_the_desk(staff)}))  # noqa: T201  (read by tests/pages.py)


def real() -> None:
    """The texts and drawings of the demo as entries that are none, in a release: search engines may find these."""
    for item in json.loads((demo.DATA / "entries.json").read_text(encoding="utf-8")):
        pictures = [demo._picture(picture) for picture in item["pictures"]]
        values = {name: item[name] for name in Entry.public_fields() if name in item and name not in {"pictures", "grid"}}
        place = public_place(item["latitude"], item["longitude"], Grid(item["grid"]), 30)
        entry = Entry.publish(by=None, **values, **place, pictures=pictures, license=licences.own())
        Picture.objects.bulk_create(Picture(name=p["name"], entry=entry, width=p["width"], height=p["height"]) for p in pictures)
    release = make_release(notes="The first release of this list.")
    print(json.dumps({"entry": Entry.objects.exclude(pictures=[]).last().code, "release": release.number}))  # noqa: T201


def _entries(staff: User) -> dict[str, Any]:
    listed = Entry.objects.listed()
    hard = make_entry(
        title="Donaudampfschifffahrtsgesellschaftskapitänsflusspferdbeobachtung " * 2, story=HARD_STORY, sources=[HARD_SOURCE]
    )
    gone = make_entry(title="Somebody's home")
    gone.withdraw(by=staff, reason="Taken back by the reporter", for_privacy=True)
    number = Release.objects.published().order_by("pk").last().number
    draft, _made = Release.objects.get_or_create(number=f"{number}.1", defaults={"notes": "In preparation.", "prepared_by": staff})
    return {
        "entry": listed.exclude(pictures=[]).filter(decimal_latitude__isnull=False).order_by("pk").first().code,
        "placeless": listed.filter(decimal_latitude=None).order_by("pk").first().code,
        "revised": listed.filter(revision_number__gt=1).order_by("pk").first().code,
        "withdrawn": Entry.objects.filter(state="withdrawn", withdrawn_for_privacy=False).order_by("pk").first().code,
        "hard": hard.code,
        "gone": gone.code,
        "entry_pk": hard.pk,
        "withdrawn_pk": Entry.objects.filter(state="withdrawn").order_by("pk").first().pk,
        "release": number,
        "draft_pk": draft.pk,
    }


def _reports(staff: User) -> dict[str, Any]:
    Authority.objects.get_or_create(country_code="ZM", defaults={"name": "Department of National Parks", "number": "+260 211 000 000"})
    full = make_report(place="Luangwa River, near-the-very-old-bridge-of-Mfuwe-Township", story=HARD_STORY, people_near=True)
    intake.keep_photo(photo(size=(900, 600)), full.client_id)
    intake.complete(full, [])
    SourceLink.objects.create(report=full, url=HARD_SOURCE["url"], canonical="hard", title=HARD_SOURCE["title"])
    asked, declined, withdrawn, read = (make_report(story=f"Report {n}") for n in range(4))
    asked.ask(by=staff, message="Was it on the left bank?\n\nA photo would help.")
    declined.decline(by=staff, reason=Reason.TOO_VAGUE, message="Which river was it?")
    withdrawn.withdraw()
    Report.objects.filter(pk=read.pk).update(how_known="read", latitude=None, longitude=None, place="", observed_year=None)
    verified, joined, erased = (make_report(story=f"Story {n}", credit="name") for n in range(3))
    verified.verify(by=staff, public={**draft(verified), "sources": []}, message="Thank you for the good photo.")
    Report.objects.filter(pk=joined.pk).update(joined_to=full)
    erased_token = erased.token
    erased.erase()
    named = {"my": full, "asked": asked, "declined": declined, "verified": verified, "joined": joined}
    tokens_of = {f"{name}_report": row.token for name, row in named.items()} | {
        "mailed_report": full.mail_token,
        "erased_report": erased_token,
    }
    return {**tokens_of, "withdrawn_report": withdrawn.token, "full_pk": full.pk, "asked_pk": asked.pk, "decided_pk": declined.pk}


def _people(staff: User) -> dict[str, str]:
    fresh = make_subscriber("fresh@example.org", "pending", letter_at=timezone.now(), link_counter=1)
    old = make_subscriber("old@example.org", "pending", letter_at=timezone.now() - timedelta(days=4), link_counter=1)
    member, left = make_subscriber("a-rather-long-name@mail.example.org"), make_subscriber("left@example.org", "left")
    first = Release.objects.published().order_by("pk").first()
    announcements.start(first, staff)
    Letter.objects.filter(kind="announcement").update(state="failed", error="550 no such user", attempts=3)
    return {
        "confirm": tokens.make("confirm", fresh.pk, 1),
        "lapsed": tokens.make("confirm", old.pk, 1),
        "confirmed": tokens.make("confirm", member.pk, 1),
        "settings": tokens.make("settings", member.pk),
        "left_settings": tokens.make("settings", left.pk),
        "unsubscribe": tokens.make("unsubscribe", member.pk),
        "left": tokens.make("unsubscribe", left.pk),
        "subscriber_pk": Subscriber.objects.order_by("pk").first().pk,
    }


def _gifts(staff: User) -> dict[str, Any]:
    once, monthly, arrived = make_gift(), make_gift(interval="monthly"), make_gift(name="Somebody with a long name")
    arrived.receive(by=staff, amount=2_500, on=timezone.localdate())
    return {
        "pledge": once.reference,
        "monthly": monthly.reference,
        "received": arrived.reference,
        "gift_pk": once.pk,
        "arrived_pk": arrived.pk,
    }


def _of_the_desk(staff: User) -> dict[str, Any]:
    """For each model of the admin: a row of it, and what the team may do with it."""
    request = RequestFactory().get("/admin/")
    request.user = staff
    found = {}
    for model, desk in admin.site._registry.items():
        row = model._default_manager.order_by("pk").first()
        may = [verb for verb in ("view", "add") if getattr(desk, f"has_{verb}_permission")(request)]
        found[model._meta.label_lower.replace(".", "_")] = {"pk": row and row.pk, "may": may}
    return {"letter_pk": Letter.objects.order_by("pk").first().pk, "desk": found}
