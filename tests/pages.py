"""Pages: every page of the site by a name and an address, on a site with something behind each of them.

A route that nobody gave an address stops the tests with words, so that every later page meets the same gates.
"""

import json
import re
from dataclasses import dataclass, field, replace

from tests.crawl import routes
from tests.processes import Site

LANGUAGES = ("en", "fr", "pt", "es", "sw")
ERRORS = (400, 403, 404, 410, 413, 422, 429, 500, 503, 507)
# Data, pictures and what script calls: no pages.
NO_PAGE = re.compile(r"\.(atom|csv|json|geojson|txt|xml)$|^media/|/files/<|changes\.<|^report/photos/$|^sw\.js$|webhook/$|^mail/events/")
# By route: the names of its pages, each with what its address holds. {} stands for a row of tests/stock.py.
PUBLIC: dict[str, dict[str, str]] = {
    "": {"home": "/"},
    "list/": {
        "list": "/list/",
        "list-older": "/list/?after=10",
        "list-filtered": "/list/?q=hippo&kind=sighting&sort=oldest",
        "list-nothing": "/list/?q=unicorn",
        "list-nonsense": "/list/?year=9999&country=xx",
    },
    "list/<entry:pk>/": {name: f"/list/{{{name}}}/" for name in ("entry", "placeless", "revised", "withdrawn", "hard", "gone")},
    "list/<entry:pk>/r<int:number>/": {"revision": "/list/{revised}/r1/"},
    "releases/": {"releases": "/releases/"},
    "releases/<release:number>/": {"release": "/releases/{release}/"},
    "releases/<release:number>/list/": {"release-list": "/releases/{release}/list/"},
    "releases/<release:number>/<entry:pk>/": {"release-entry": "/releases/{release}/{entry}/"},
    "releases/<release:number>/changes/": {"changes": "/releases/{release}/changes/"},
    "about/": {"about": "/about/"},
    **{
        f"about/{name}/": {f"about-{name}": f"/about/{name}/"}
        for name in ("method", "privacy", "accessibility", "contact", "embed", "moderation")
    },
    "embed/": {"embed": "/embed/", "embed-source": "/embed/?source=https://news.example.org/a-story"},
    "report/": {"report": "/report/", "report-like": "/report/?like={entry}&source=https://news.example.org/a-story"},
    "report/saved/": {"report-saved": "/report/saved/"},
    "report/sent/": {"report-sent": "/report/sent/"},
    "my-report/": {"my-report-ask": "/my-report/", "my-report-asked": "/my-report/?sent"},
    "my-report/<str:token>/": {
        "receipt": "/my-report/{my_report}/?new",
        "my-report": "/my-report/{my_report}/",
        "my-report-question": "/my-report/{asked_report}/",
        "my-report-declined": "/my-report/{declined_report}/",
        "my-report-withdrawn": "/my-report/{withdrawn_report}/",
        "my-report-verified": "/my-report/{verified_report}/",
        "my-report-joined": "/my-report/{joined_report}/",
        "my-report-confirm": "/my-report/{mailed_report}/",
        "my-report-correct": "/my-report/{my_report}/?correct",
        "my-report-erase": "/my-report/{verified_report}/?erase",
        "my-report-erased": "/my-report/{erased_report}/",
    },
    "subscribe/": {
        "subscribe": "/subscribe/",
        "subscribe-sent": "/subscribe/?sent",
        "subscribe-embed": "/subscribe/?embed",
        "subscribe-embed-sent": "/subscribe/?embed&sent",
    },
    "subscribe/confirm/<str:token>/": {
        "confirm": "/subscribe/confirm/{confirm}/",
        "confirmed": "/subscribe/confirm/{confirmed}/?done",
        "lapsed": "/subscribe/confirm/{lapsed}/",
    },
    "subscribe/settings/<str:token>/": {
        "settings": "/subscribe/settings/{settings}/",
        "settings-left": "/subscribe/settings/{left_settings}/",
    },
    "unsubscribe/<str:token>/": {"unsubscribe": "/unsubscribe/{unsubscribe}/", "unsubscribed": "/unsubscribe/{left}/"},
    "donate/": {"donate": "/donate/"},
    "donate/pledge/<str:code>/": {name: f"/donate/pledge/{{{name}}}/" for name in ("pledge", "monthly", "received")},
    "donate/thanks/": {"donate-thanks": "/donate/thanks/"},
    "donate/books/": {"books": "/donate/books/"},
}
# Only with DEBUG, where a page that is missing is Django's own.
DEV = {"parts": "/dev/parts/", "mail": "/dev/mail/", "letter": "/dev/mail/{letter_pk}/"}
DEV |= {f"error-{status}": f"/dev/parts/errors/{status}/" for status in ERRORS}
STATUS = {"gone": 410, "lapsed": 410, "my-report-erased": 410, "missing": 404, "list-nonsense": 422} | {
    f"error-{status}": status for status in ERRORS
}
# Django's own admin answers a form that comes back with 200.
STATUS |= dict.fromkeys(("desk-release-errors", "desk-entry-errors", "desk-campaign-errors"), 200)
STATUS |= dict.fromkeys(("report-asked", "report-found"), 200)
# At sea, more than any pod, and on no map: each is a question.
DOUBTFUL = {"place": "the farm dam", "latitude": "-13.1", "longitude": "-31.79", "count": "900", "observed_year": "2026", "consent": "on"}
DOUBTFUL |= {"story": "Hippos in the water", "species": "choeropsis_liberiensis"}
# Forms that come back with errors, or with questions: page, what is sent.
WRONG: dict[str, tuple[str, dict[str, str]]] = {
    "report-errors": ("report", {"how_known": "saw", "reporter_email": "no address", "observed_year": "1492"}),
    "report-asked": ("report", {**DOUBTFUL, "ask": "1"}),
    "report-found": ("report", {"place": "luangwa", "find": "1"}),
    "subscribe-errors": ("subscribe", {"email": "no address"}),
    "subscribe-embed-errors": ("subscribe-embed", {"email": "no address"}),
    "my-report-ask-errors": ("my-report-ask", {"email": "no address"}),
    "my-report-errors": ("my-report-question", {"answer": "1", "message": ""}),
    "my-report-correct-errors": ("my-report-correct", {"how_known": "read", "observed_month": "13", "source_url": "no link"}),
    "settings-errors": ("settings", {"language": "xx"}),
    "donate-errors": ("donate", {"own_amount": "nothing", "email": "no address"}),
    "desk-release-errors": ("desk-release-draft", {"number": "no number"}),
    "desk-entry-errors": ("desk-entry-change", {"title": "", "opened_on": "0"}),
    "desk-review-errors": ("desk-review", {"verb": "ask", "ask": "1", "message": ""}),
    "desk-act-errors": ("desk-entry-coarsen", {"reason": ""}),
    "desk-receive-errors": ("desk-receive", {"amount": "nothing", "on": ""}),
    "desk-campaign-errors": ("desk-campaign-add", {"goal": "nothing"}),
}
# Pages of the desk beside the lists, additions and changes that each model of the admin has.
DESK = {
    "desk-login": "/admin/login/",
    "desk": "/admin/",
    "desk-waiting": "/admin/sightings/report/",
    "desk-queue-all": "/admin/sightings/report/?state=all&q=hippo",
    "desk-review": "/admin/sightings/report/{full_pk}/change/",
    "desk-review-asked": "/admin/sightings/report/{asked_pk}/change/",
    "desk-review-decided": "/admin/sightings/report/{decided_pk}/change/",
    "desk-release-draft": "/admin/hippolist/release/{draft_pk}/change/",
    "desk-release-delete": "/admin/hippolist/release/{draft_pk}/delete/",
    "desk-entry-history": "/admin/hippolist/entry/{entry_pk}/history/",
    "desk-entry-coarsen": "/admin/hippolist/entry/{entry_pk}/act/coarsen/",
    "desk-entry-withdraw": "/admin/hippolist/entry/{entry_pk}/act/withdraw/",
    "desk-entry-restore": "/admin/hippolist/entry/{withdrawn_pk}/act/restore/",
    "desk-announce": "/admin/subscriptions/announcement/of/{release}/",
    "desk-receive": "/admin/donations/gift/{gift_pk}/receive/",
    "desk-password": "/admin/password_change/",
}


@dataclass(frozen=True)
class Page:
    """A page that must be good; `sends` is what is posted to get it."""

    name: str
    path: str
    status: int = 200
    sends: dict[str, str] = field(default_factory=dict)

    @property
    def is_desk(self) -> bool:
        return self.path.startswith("/admin/")

    @property
    def has_languages(self) -> bool:
        return not self.path.startswith(("/admin/", "/dev/", "/unsubscribe/"))

    @property
    def may_be_framed(self) -> bool:
        """Partners show these on their own sites."""
        return bool(re.search(r"^(/[a-z]{2})?/(embed/|subscribe/\?embed)", self.path))

    @property
    def needs_login(self) -> bool:
        return self.is_desk and self.name != "desk-login"

    def in_language(self, code: str) -> "Page":
        return self if code == "en" else replace(self, name=f"{self.name}.{code}", path=f"/{code}{self.path}")


def stocked(site: Site) -> dict:
    """The demo and more on a running site, and what stands for each {} of an address."""
    site.manage("demo")
    site.staff("desk")
    return json.loads(site.shell("from tests.stock import stock; stock()").splitlines()[-1])


def pages(site: Site) -> list[Page]:
    rows = stocked(site)
    nobody_gave = [route for route in routes() if not NO_PAGE.search(route) and route not in PUBLIC]
    assert not nobody_gave, f"Give tests/pages.py an address for {nobody_gave}, so that the gates look at it too."
    addresses = {name: path for named in PUBLIC.values() for name, path in named.items()}
    addresses |= _of_the_desk(rows["desk"]) | (DEV if site.environment["HIPPOLIST_DEBUG"] == "on" else {"missing": "/nothing/"})
    found = {name: Page(name, path.format_map(rows), STATUS.get(name, 200)) for name, path in addresses.items()}
    found |= {name: replace(found[of], name=name, status=STATUS.get(name, 422), sends=sends) for name, (of, sends) in WRONG.items()}
    return list(found.values())


def _of_the_desk(models: dict[str, dict]) -> dict[str, str]:
    found = dict(DESK)
    for model, known in models.items():
        app, name = model.split("_")
        base = f"/admin/{app}/{name}/"
        if "view" in known["may"]:
            found[f"desk-{name}-list"] = base
            assert known["pk"], f"Let tests/stock.py make a row of {model}, so that the gates see its page."
            found[f"desk-{name}-change"] = f"{base}{known['pk']}/change/"
        # A release is prepared one at a time: while there is a draft, its page is the one to add.
        if "add" in known["may"] and name != "release":
            found[f"desk-{name}-add"] = f"{base}add/"
    return found
