"""The whole story over HTTP: report, check, list, release, mail, pledge; by a team of four, and by one person alone."""

import re
import uuid

import pytest

pytest.importorskip("httpx", reason="pip install -r requirements-dev.txt")

from tests.factories import photo
from tests.processes import link_in, post, text_of, until

pytestmark = pytest.mark.journey
TEAMS = {
    "four": {"moderator": ["Moderator"], "editor": ["Editor"], "treasurer": ["Treasurer"]},
    "one": {"solo": []},
}


@pytest.fixture(scope="module", params=TEAMS)
def team(request, site):
    """Who does what: the name of somebody for each role, with a logged-in browser."""
    for name, roles in TEAMS[request.param].items():
        site.staff(name, *roles)
    clients = {name: site.login(name) for name in TEAMS[request.param]}
    yield request.param, lambda role: clients.get(role) or clients["solo"]
    for client in clients.values():
        client.close()


def form_values(page: str) -> dict[str, str | list[str]]:
    """What a browser would post of the review screen if nobody typed anything."""
    values: dict[str, list[str]] = {}
    body = page[page.index('class="review-form"') :]
    for tag in re.findall(r"<input[^>]*>", body):
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if found.get("type") == "checkbox" and " checked" not in tag:
            continue
        if "name" in found and found["name"] != "csrfmiddlewaretoken":
            values.setdefault(found["name"], []).append(found.get("value", "on" if found.get("type") == "checkbox" else ""))
    for name, text in re.findall(r'<textarea name="(\w+)"[^>]*>\s*(.*?)</textarea>', body, re.DOTALL):
        values[name] = [text]
    for name, options in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', body, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options) or re.search(r'<option value="([^"]*)"', options)
        values[name] = [chosen[1]]
    return values


def report(site, email: str, title: str) -> str:
    with site.visitor() as visitor:
        assert "Hippo Sighting Report" in visitor.get("/report/").text
        fields = {
            "client_id": str(uuid.uuid4()),
            "how_known": "saw",
            "place": title,
            "latitude": "-13.098765",
            "longitude": "31.787654",
            "observed_year": "2026",
            "observed_month": "11",
            "observed_day": "3",
            "count": "2",
            "story": "Two hippos stood beside the bridge.",
            "reporter_email": email,
            "consent": "on",
        }
        answer = visitor.post("/report/", data=fields, files={"photos": ("hippo.jpg", photo(size=(1800, 1200)), "image/jpeg")})
        assert answer.status_code == 200
        assert "Thanks for sending us your report" in answer.text
        assert not visitor.cookies
    return re.search(r"HR-\w{4}-\w{4}", answer.text)[0]


def test_the_whole_story(site, mailbox, team):
    name, who = team
    reporter, subscriber, donor = (f"{role}-{name}@example.org" for role in ("reporter", "subscriber", "donor"))
    reference = report(site, reporter, f"Luangwa River, {name}")
    assert "/my-report/" in link_in(mailbox.wait(reporter, reference), "my-report")

    # The moderator verifies the drafted text as it stands.
    screen = who("moderator").get("/admin/sightings/report/next/")
    assert reference in screen.text
    path = screen.url.path
    done = post(who("moderator"), path, **form_values(screen.text), verb="verify")
    assert "is on the list" in done.text
    code = re.search(r"HL-\d{6}", link_in(mailbox.wait(reporter, "verified"), "/list/"))[0]
    with site.visitor() as visitor:
        assert code in visitor.get("/list/").text
        entry = visitor.get(f"/list/{code}/")
        assert "2 hippos seen: Luangwa River" in entry.text
        picture = re.search(r"/media/[0-9a-f]+-800\.webp", entry.text)[0]
        assert visitor.get(picture).content.startswith(b"RIFF")
        assert code in visitor.get("/list/map.json").text or visitor.get("/list/map.json").json()
        assert code in [row["id"] for row in visitor.get("/list.json").json()["entries"]]
        assert "-13.098765" not in entry.text + visitor.get("/list.json").text + visitor.get("/list.geojson").text

        # A subscriber asks, confirms with a button, and is welcomed.
        thanks = visitor.post("/subscribe/", data={"email": subscriber, "language": "en", "consent": "on"})
        assert "Thank you for subscribing!" in thanks.text
        confirm = link_in(mailbox.wait(subscriber, ""), "/subscribe/confirm/")
        visitor.get(confirm)
        assert len(mailbox.to(subscriber)) == 1
        assert visitor.post(confirm).status_code == 200
        until(lambda: len(mailbox.to(subscriber)) == 2, "the letter of welcome")
        assert not visitor.cookies

    # The editor prepares a release, publishes it, and nobody is mailed by that.
    editor = who("editor")
    add = editor.get("/admin/hippolist/release/add/")
    number = re.search(r'name="number" value="([\d.]+)"', add.text)[1]
    draft = post(editor, "/admin/hippolist/release/add/", number=number, notes="First words")
    published = post(editor, draft.url.path, number=number, notes="First words", _publish="1")
    assert f"Release {number} is published" in published.text
    with site.visitor() as visitor:
        page = visitor.get(f"/releases/{number}/")
        assert "First words" in page.text
        assert code in visitor.get(f"/releases/{number}/files/hippolist-{number}.csv").text
        assert code in visitor.get(f"/releases/{number}/changes/").text
    assert len(mailbox.to(subscriber)) == 2

    # Announced to all who confirmed, through the outbox.
    preview = editor.get(f"/admin/subscriptions/announcement/of/{number}/")
    assert number in preview.text
    progress = post(editor, f"/admin/subscriptions/announcement/of/{number}/start/")
    assert progress.status_code == 200
    letter = mailbox.wait(subscriber, number)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"/releases/{number}/" in text_of(letter)
    leave = letter["List-Unsubscribe"].strip("<> ")
    with site.visitor() as machine:
        answer = machine.post(leave, data={"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, answer.history, len(machine.cookies)) == (200, [], 0)
        assert machine.post(leave, data={"List-Unsubscribe": "One-Click"}).status_code == 200

    # A donor pledges, the treasurer sees the money, the bar moves.
    treasurer = who("treasurer")
    slug = f"boat-{name}"
    campaign = {"name": f"A boat, {name}", "slug": slug, "why": "To count from.", "goal": "100", "currency": "EUR", "starts": "2026-01-01"}
    post(treasurer, "/admin/donations/campaign/add/", **campaign)
    with site.visitor() as visitor:
        assert f"A boat, {name}" in visitor.get("/donate/").text
        gift = {"amount": "25", "interval": "once", "method": "bank", "campaign": slug, "email": donor, "name": "Canary Donor"}
        pledge = visitor.post("/donate/", data=gift)
        assert pledge.status_code == 200
        assert "DE02 1203 0000 0000 2020 51" in pledge.text
        assert "Canary Donor" not in pledge.text
        assert donor not in visitor.get(pledge.url.path).text
    mailbox.wait(donor, "")
    found = treasurer.get("/admin/donations/gift/?state__exact=pledged")
    gift_path = re.search(r"/admin/donations/gift/\d+/", found.text)[0]
    kept = post(treasurer, f"{gift_path}receive/", amount="25.00", on="2026-11-20")
    assert "is in the books" in kept.text
    until(lambda: len(mailbox.to(donor)) == 2, "the letter of thanks")
    with site.visitor() as visitor:
        assert 'value="25' in visitor.get("/donate/").text
        assert "25.00" in visitor.get("/donate/books/").text
    assert "Traceback" not in site.log()


def test_a_link_alone_becomes_an_entry_of_its_own(site, mailbox, team):
    """Somebody is reminded by an entry of a similar situation, and has nothing but the link of the article."""
    name, who = team
    code = site.entry("A pod in a town")
    with site.visitor() as visitor:
        entry = visitor.get(f"/list/{code}/")
        call = re.search(r'href="(/report/\?like=HL-\d{6})"', entry.text)[1]
        page = visitor.get(call.replace("&amp;", "&"))
        assert f'name="like" value="{code}"' in page.text
        fields = {
            "client_id": str(uuid.uuid4()),
            "like": code,
            "how_known": "read",
            "source_url": f"https://news.example.org/{name}",
            "source_title": f"Farmer shares a dam with hippos, {name}",
            "source_publisher": "The Lakeside Courier",
            "source_date": "2026-10-01",
            "consent": "on",
        }
        assert "Thanks for sending" in visitor.post("/report/", data=fields).text
    screen = who("moderator").get("/admin/sightings/report/next/")
    assert code in screen.text
    done = post(who("moderator"), screen.url.path, **form_values(screen.text), verb="verify")
    assert "is on the list" in done.text, re.findall(r'<a href="#id_.*', done.text)
    with site.visitor() as visitor:
        listed = visitor.get("/list/").text
        assert f"Farmer shares a dam with hippos, {name}" in listed
        newest = re.search(rf'/list/(HL-\d{{6}})/"[^>]*>\s*Farmer shares a dam with hippos, {name}', listed)[1]
        article = visitor.get(f"/list/{newest}/").text
        assert f"https://news.example.org/{name}" in article
        assert "The Lakeside Courier" in article
