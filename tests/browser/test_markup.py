"""The bytes of every page in every language: structure, links between languages, nothing inline, and a checker that finds no error."""

import json
import shutil
import subprocess
from collections import defaultdict
from contextlib import closing

import httpx
import pytest

from hippolist import tokens
from tests.browser.gates import policy_faults, told
from tests.outline import Outline
from tests.pages import LANGUAGES, Page, pages
from tests.processes import post
from tests.run import CHECKER

pytestmark = pytest.mark.browser


class Read:
    """A page as it came over the wire."""

    def __init__(self, page: Page, language: str, answer: httpx.Response) -> None:
        assert (answer.status_code, answer.history) == (page.status, []), f"{page.name} {page.path}: {answer}"
        self.page, self.language, self.answer = page, language, answer
        self.outline = Outline(answer.text)

    def __str__(self) -> str:
        return f"{self.page.name} {self.page.path}"


@pytest.fixture(scope="module")
def read(site) -> list[Read]:
    every = pages(site)
    with site.visitor() as visitor, closing(site.login("desk")) as desk:
        found = []
        for page in every:
            # What the login page hands out must not hide what a public page would.
            visitor.cookies.clear()
            for language in LANGUAGES if page.has_languages else ["en"]:
                one, client = page.in_language(language), desk if page.needs_login else visitor
                answer = post(client, one.path, **one.sends) if one.sends else client.get(one.path)
                found.append(Read(one, language, answer))
        return found


def test_every_page_has_one_h1_labels_alt_and_its_language(read):
    told(f"{one}: {fault}" for one in read for fault in one.outline.faults(one.language))


def test_every_title_belongs_to_one_page(read):
    owners = defaultdict(set)
    for one in read:
        if not one.page.is_desk:
            # Two people's private pages are one page.
            owners[one.language, one.outline.title].add(tokens.PATTERN.sub("…", one.page.path.split("?")[0]))
    told(f"{title!r} is the title of {sorted(paths)}" for (_, title), paths in owners.items() if len(paths) > 1)


def test_every_page_leads_to_itself_in_all_languages(site, read):
    def faults(one: Read):
        english = one.page.path.split("?")[0].removeprefix(f"/{one.language}" if one.language != "en" else "")
        wanted = {code: f"{site.url}{'' if code == 'en' else f'/{code}'}{english}" for code in LANGUAGES}
        wanted["x-default"] = wanted["en"]
        alternate = {link["hreflang"]: link["href"] for link in one.outline.links if link.get("hreflang")}
        canonical = [link["href"] for link in one.outline.links if link.get("rel") == "canonical"]
        if alternate != wanted:
            yield f"{one}: hreflang {alternate}"
        if canonical != [wanted[one.language]]:
            yield f"{one}: canonical {canonical}"

    told(fault for one in read if one.page.has_languages and one.page.status == 200 and not one.page.may_be_framed for fault in faults(one))


def test_a_page_loads_nothing_from_elsewhere(site, read):
    def elsewhere(address: str) -> bool:
        return "//" in address.replace(site.url, "") or address.startswith("javascript:")

    told(f"{one}: {address}" for one in read for address in one.outline.loads if elsewhere(address))


def test_the_policy_allows_nothing_unsafe_and_nobody_gets_a_cookie(read):
    def faults(one: Read):
        # With DEBUG, django-csp leaves these two to Django's own pages; the live site says it on them too.
        if one.page.status not in {404, 500}:
            yield from policy_faults(one.answer.headers["Content-Security-Policy"], framed=one.page.may_be_framed)
        if not one.page.is_desk and "Set-Cookie" in one.answer.headers:
            yield "sets a cookie"

    told(f"{one}: {fault}" for one in read for fault in faults(one))


def test_the_checker_of_html_finds_nothing(read, tmp_path):
    """Errors and warnings alike, none filtered."""
    if not CHECKER.exists() or not shutil.which("java"):
        pytest.skip("apt-get install default-jre-headless nodejs npm; then make test adds the checker of HTML")
    for one in read:
        (tmp_path / f"{one.page.name}.html").write_bytes(one.answer.content)
    command = ["java", "-jar", str(CHECKER), "--format", "json", "--stdout", "--exit-zero-always", str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    found = defaultdict(list)
    for message in json.loads(run.stdout)["messages"]:
        name = message["url"].rsplit("/", 1)[-1].removesuffix(".html")
        found[message["message"], message.get("extract", "").strip()].append(name)
    told(f"{words} {extract} on {', '.join(names)}" for (words, extract), names in found.items())
