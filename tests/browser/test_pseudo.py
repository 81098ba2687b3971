"""In two made-up languages no English word is left, nothing is cut off, and everything runs from right to left where it must."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from contextlib import closing

import httpx
import pytest
from babel import Locale

from tests.browser import gates
from tests.browser.conftest import Watched
from tests.letters import KINDS
from tests.messages import FRENCH
from tests.pages import Page, pages
from tests.processes import Site, post
from tests.words import Reader, in_letters

pytestmark = pytest.mark.browser
# What is no word of ours and yet stands alike in every language, each with its reason.
ADDRESS = r"https?://\S+"
ALLOWED = {
    r"\S+@\S+": "addresses of people, also half hidden ones",
    r"\b[HRL]{2}-[0-9A-Z-]+|\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3}\b": "numbers of entries, reports and gifts",
    r"[\w.-]+\.(csv|json|geojson|zip)\b|SHA256SUMS|SHA-256|Geo?JSON|JSON|CSV": "names of files and of their kinds",
    r"CC BY 4\.0|CC0 1\.0": "names of licences",
    r"IBAN|BIC|BYLADEM1001|DE[\d ]{20,}|EUR": "what a bank form asks for",
    r"(Friends of )?Hippo List": "the name of the site and the holder of its account",
    r"English|Français|Português|Español|Kiswahili|Esperanto": "each language in its own words",
    r"<iframe .*</iframe>": "a line to be copied",
    r"^(South )?Luangwa( River| National Park)?(?=, )": "places by their names, as the gazetteer knows them",
    rf"^({'|'.join(map(re.escape, Locale.parse('eo').territories.values()))})$": "countries that are called alike in both",
}
ALLOWED_ON_THE_DESK = {
    r"^Search$|^True$|^False$": "alt texts of icons that Django itself does not hand to translation",
    r"\b[A-Z]{2}\b": "codes of countries",
    r"^(en|fr|pt|es|sw)$": "codes of languages",
    rf"\b({'|'.join(sorted(KINDS))})\b": "kinds of letters, as the code names them",
    r"\bdesk\b": "who is logged in",
    r"/subscribe/": "the page on which somebody subscribed",
}
# Where a text is longer than the box that must show it whole.
CUT_OFF = """() => [...document.querySelectorAll("body *")].filter(one => {
    const style = getComputedStyle(one);
    const must = one.matches("button, .button, .badge, header a, nav a, label, legend, th, h1, h2, h3");
    return (must || ["hidden", "clip"].includes(style.overflowX)) && style.display !== "inline"
        && !one.matches("input, .visually-hidden, svg, svg *") && one.clientWidth > 2 && one.scrollWidth > one.clientWidth + 1;
}).map(one => `${one.outerHTML.slice(0, 150)} is ${one.clientWidth} px wide for ${one.scrollWidth}`)"""


@pytest.fixture(scope="module")
def made_up(tmp_path_factory):
    """A site that speaks two languages more."""
    place = Site(tmp_path_factory.mktemp("pseudo"), DJANGO_SETTINGS_MODULE="tests.pseudo")
    try:
        yield place.start()
    finally:
        place.stop()


@pytest.fixture(scope="module")
def walked(made_up):
    """The pages that people see; those of Django itself for developers, and our own, speak English."""
    return [page for page in pages(made_up) if page.name != "missing" and not page.path.startswith("/dev/")]


@pytest.fixture(scope="module")
def typed(made_up, walked):
    """What people wrote, the longest first, so that a name goes before a part of it."""
    return sorted(json.loads(made_up.shell("from tests.typed import tell; tell()").splitlines()[-1]), key=len, reverse=True)


def fetch(client: httpx.Client, page: Page, language: str) -> str:
    if page.is_desk:
        client.cookies.set("django_language", language)
        answer = post(client, page.path, **page.sends) if page.sends else client.get(page.path)
    else:
        path = page.in_language(language).path
        answer = client.post(path, data=page.sends) if page.sends else client.get(path)
    assert answer.status_code == page.status, f"{page.name}: {answer.status_code}"
    return answer.text


def left_over(text: str, typed: Iterable[str], allowed: Iterable[str]) -> list[str]:
    """The plain words of a text that nobody typed and nobody allowed."""
    if text.endswith("…") and any(one.startswith(text[:-1]) for one in typed):
        return []
    text = re.sub(ADDRESS, " ", text)
    for one in typed:
        text = text.replace(one, " ")
    for pattern in allowed:
        text = re.sub(pattern, " ", text)
    return in_letters(text)


def still_english(english: list[str], other: list[str], typed: Iterable[str], allowed: Iterable[str]) -> list[str]:
    """The texts of a page in a made-up language that hold a word which stands on the English page, too."""
    words = {word for text in english for word in in_letters(text)}
    return [text for text in other if words.intersection(in_letters(text)) and words.intersection(left_over(text, typed, allowed))]


def walk(site: Site, found: Iterable[Page], typed: Iterable[str], allowed: Iterable[str]) -> str:
    left = defaultdict(list)
    with closing(site.login("desk")) as team, site.visitor() as stranger:
        for page in found:
            who = team if page.needs_login else stranger
            english, other = (Reader(fetch(who, page, language)).texts for language in ("en", "eo"))
            for text in still_english(english, other, [*typed, *page.sends.values()], allowed):
                if page.name not in left[text]:
                    left[text].append(page.name)
    return told(left)


def told(left: dict[str, list[str]]) -> str:
    return "\n".join(f"{text} (on {', '.join(names[:4])})" for text, names in left.items())


def test_no_word_of_a_public_page_escapes_translation(made_up, walked, typed):
    public = [page for page in walked if page.has_languages]
    assert len(public) > 50
    left = walk(made_up, public, typed, ALLOWED)
    assert not left, left


def test_no_word_of_the_desk_escapes_translation(made_up, walked, typed):
    desk = [page for page in walked if page.is_desk]
    assert len(desk) > 30
    left = walk(made_up, desk, typed, [*ALLOWED_ON_THE_DESK, *ALLOWED])
    assert not left, left


def test_no_word_of_a_mail_escapes_translation(made_up, walked, typed):
    english, other = (
        json.loads(made_up.shell(f"from tests.letters import tell; tell({code!r})").splitlines()[-1]) for code in ("en", "eo")
    )
    assert english.keys() == other.keys() == KINDS
    left = defaultdict(list)
    for kind in KINDS:
        plain, texts = ([one["subject"], *one["text"].splitlines(), *Reader(one["html"]).texts] for one in (english[kind], other[kind]))
        for text in still_english(plain, texts, typed, ALLOWED):
            left[text].append(kind)
    assert not left, told(left)


def test_an_english_word_would_be_found(made_up, walked, typed):
    """The proof that an empty answer means something."""
    with made_up.visitor() as client:
        english, other = (Reader(fetch(client, walked[0], language)).texts for language in ("en", "eo"))
    assert still_english(english, other, typed, ALLOWED) == []
    assert still_english([*english, "Welcome back"], [*other, "Welcome back"], typed, ALLOWED) == ["Welcome back"]
    assert "Cut here" in Reader('<html lang="eo"><img alt="Cut here"><p lang="en">Marked</p></html>').texts
    assert Reader('<html lang="eo"><p lang="en">Marked</p></html>').texts == []


def test_french_keeps_its_marks_at_their_words(made_up, walked, typed):
    """A plain space, or none, before : ; ! ? comes from a mark that stands outside the translation."""
    left = defaultdict(list)
    with made_up.visitor() as client:
        for page in (page for page in walked if page.has_languages):
            for text in Reader(fetch(client, page, "fr")).texts:
                if FRENCH.search(text) and FRENCH.search(without(text, typed)):
                    left[text].append(page.name)
    assert not left, told(left)


def without(text: str, typed: Iterable[str]) -> str:
    text = re.sub(ADDRESS, "", text)
    for one in typed:
        text = text.replace(one, "")
    return re.sub("|".join(ALLOWED), "", text)


@pytest.mark.parametrize("language", ["eo", "ar"])
def test_longer_words_and_the_other_direction_break_no_page(chromium, made_up, walked, language):
    seen = Watched(chromium, made_up.url, gates.NARROWEST)
    broken = []
    for page in (page.in_language(language) for page in walked if page.has_languages):
        gates.visit(seen, page)
        assert seen.page.evaluate("document.documentElement.dir") == {"eo": "ltr", "ar": "rtl"}[language], page.name
        broken += [f"{page.name}: {one}" for one in [*gates.sideways(seen, gates.NARROWEST), *seen.page.evaluate(CUT_OFF)]]
    assert not broken, "\n".join(broken)
    seen.close()


def test_the_desk_reads_from_right_to_left(chromium, made_up, walked):
    seen = gates.log_in(Watched(chromium, made_up.url, gates.NARROWEST_DESK))
    seen.context.add_cookies([{"name": "django_language", "value": "ar", "url": made_up.url}])
    broken = []
    for page in (page for page in walked if page.needs_login):
        gates.visit(seen, page)
        assert seen.page.evaluate("document.documentElement.dir") == "rtl", page.name
        broken += [f"{page.name}: {one}" for one in gates.sideways(seen, gates.NARROWEST_DESK)]
    assert not broken, "\n".join(broken)
    seen.context.close()
