"""Nothing private in any public byte: canaries are planted in every private field and searched for everywhere."""

import io
import re

import pytest
from django.core.management import call_command
from django.utils import timezone
from PIL import Image

from donations import references
from donations.models import Campaign, Gift
from hippolist.models import Entry, Letter, Picture, Release
from sightings import intake
from sightings.models import Photo, Report, SourceLink
from sightings.publishing import Shown, draft
from subscriptions.models import Subscriber
from tests.crawl import Crawl, fill, routes
from tests.factories import make_report, make_user, photo

pytestmark = pytest.mark.django_db
# Each stands in a private field only. Places are searched for in digits, exact and cut.
CANARIES = [
    *(b"-13.098765", b"31.787654", b"13.0987", b"31.7876", b"0987654", b"9876.54"),
    *(b"CANARYPLACE", b"CanaryReporter", b"canary.reporter@example.org", b"CANARYHIDDEN", b"CANARYPHOTO", b"CANARYEXIF"),
    *(b"canary.subscriber@example.org", b"CanaryDonor", b"canary.donor@example.org", b"CANARYMESSAGE", b"CANARYASK", b"canarymoderator"),
]


@pytest.fixture
def full_site():
    """A site with something private behind every public page."""
    moderator = make_user("canarymoderator", "Moderator")
    exif = Image.Exif()
    exif[0x010E] = "CANARYEXIF"
    for n in range(2):
        report = make_report(
            place="Luangwa River, CANARYPLACE",
            reporter_name="CanaryReporter",
            reporter_email="canary.reporter@example.org",
            credit="none",
            observed_time="16:12",
        )
        intake.keep_photo(photo(size=(900 + n, 600), name="CANARYPHOTO.jpg", exif=exif), report.client_id)
        Photo.objects.filter(report=None).update(report=report)
        SourceLink.objects.create(report=report, url="https://x.com/CANARYHIDDEN", canonical="x.com/CANARYHIDDEN", title="CANARYHIDDEN")
        report.ask(by=moderator, message="CANARYASK")
        report.answer(message="CANARYASK")
        public = {**draft(report), "title": "Two hippos", "place_name": "Luangwa River", "sources": []}
        report.verify(by=moderator, public=public, photos=[Shown(report.photos.get(), "A hippo")])
    waiting = make_report(place="CANARYPLACE", reporter_email="canary.reporter@example.org")
    first = Release.objects.create(number="2026.10", prepared_by=moderator)
    first.publish(by=moderator)
    entry, other = Entry.objects.order_by("pk")
    entry.revise(by=moderator, change="corrected", reason="Counted again", fields={"individual_count": 3})
    other.withdraw(by=moderator, reason="Taken back")
    Release.objects.create(number="2026.11", prepared_by=moderator).publish(by=moderator)
    Subscriber.objects.create(email="canary.subscriber@example.org", state="confirmed", confirmed_at=timezone.now())
    campaign = Campaign.objects.create(name="A boat", slug="boat", why="To count.", goal=10_000)
    pledge = Gift.objects.create(
        reference=references.new(),
        amount=2500,
        currency="EUR",
        campaign=campaign,
        name="CanaryDonor",
        email="canary.donor@example.org",
        message="CANARYMESSAGE",
    )
    return {"entry": entry, "waiting": waiting, "pledge": pledge}


def known(site) -> dict:
    """What stands for each parameter of a public route."""
    return {
        "<entry:pk>": lambda: [entry.code for entry in Entry.objects.all()],
        "<int:number>": lambda: ["1", "2"],
        "<release:number>": lambda: list(Release.objects.values_list("number", flat=True)),
        "releases/<release:number>/files/<str:name>": lambda: [
            f"releases/{release.number}/files/{file.name}" for release in Release.objects.all() for file in release.files.all()
        ],
        "<str:kind>": lambda: ["csv", "json"],
        "media/<str:name>": lambda: [f"media/{p.name}-{size}.webp" for p in Picture.objects.all() for size in (320, 800, 1600)],
        # Pages behind a token show their owner's data to their owner; here a stranger tries to reach them.
        "my-report/<str:token>/": lambda: ["my-report/1.0.AAAAAAAAAAAAAAAAAAAAAA/"],
        "subscribe/confirm/<str:token>/": lambda: ["subscribe/confirm/1.0.AAAAAAAAAAAAAAAAAAAAAA/"],
        "subscribe/settings/<str:token>/": lambda: ["subscribe/settings/1.0.AAAAAAAAAAAAAAAAAAAAAA/"],
        "unsubscribe/<str:token>/": lambda: ["unsubscribe/1.0.AAAAAAAAAAAAAAAAAAAAAA/"],
        "donate/pledge/<str:code>/": lambda: [f"donate/pledge/{site['pledge'].reference}/"],
    }


def test_no_public_byte_holds_anything_private(full_site):
    texts: dict[str, bytes] = {}

    def look(address: str, body: bytes, headers: dict[str, str]) -> None:
        everything = body + address.encode() + repr(headers).encode()
        texts[address] = everything
        found = [canary for canary in CANARIES if canary.lower() in everything.lower()]
        assert not found, f"{address} holds {found}"

    addresses = [f"/{address}" for route in routes() for address in fill(route, known(full_site))]
    languages = [f"/{code}/" for code in ("fr", "pt", "es", "sw")]
    statuses = Crawl(look).run([*addresses, *languages])
    assert not {address: status for address, status in statuses.items() if status >= 500}
    # No page links to nothing: what is filled in from the routes may miss, what the pages name must not.
    guessed = re.compile(r"AAAAAA|/releases/2026\.1[01]/HL-|/list/HL-\d{6}/r\d/")
    assert not {address for address, status in statuses.items() if status == 404 and not guessed.search(address)}
    # The search itself must be able to find: what is public stands in what was fetched.
    assert any(b"Luangwa River" in text for text in texts.values())
    assert sum(address.startswith("/media/") for address in texts) >= 6


def test_letters_hold_private_links_only_for_their_owner(full_site):
    for letter in Letter.objects.all():
        words = letter.subject + letter.text + letter.html + str(letter.headers)
        assert "13.0987" not in words
        assert "canarymoderator" not in words
        if letter.to != "canary.reporter@example.org":
            assert "my-report" not in words


def test_the_demo_fills_an_empty_site_and_is_taken_away_to_the_last_row(client):
    make_user("mara", "Moderator")
    kept = make_report()
    out = io.StringIO()
    call_command("demo", stdout=out)
    assert "40 entries in two releases" in out.getvalue()
    assert Entry.objects.count() == 40
    assert Report.objects.filter(demo=True).count() == 12
    page = client.get("/list/")
    assert "Demo data" in page.text
    assert "noindex" in page.text
    newest = Entry.objects.listed().newest_first().first()
    assert "Demo data" in client.get(newest.get_absolute_url()).text
    assert b"noindex" in client.get(newest.get_absolute_url()).content
    call_command("demo", if_empty=True)
    assert Entry.objects.count() == 40
    call_command("demo", remove=True, stdout=out)
    assert not Entry.objects.exists()
    assert not Release.objects.exists()
    assert not Picture.objects.exists()
    assert list(Report.objects.all()) == [kept]
    from django.apps import apps

    for model in apps.get_models():
        if any(field.name == "demo" for field in model._meta.get_fields()):
            assert not model.objects.filter(demo=True).exists(), model
