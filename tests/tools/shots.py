"""Shots: a picture of every page, on a phone and on a desk, by day and by night, side by side in shots/index.html."""

import argparse
import html
import shutil
import sys
import tempfile
from pathlib import Path

import django
from playwright.sync_api import sync_playwright

from tests.browser import gates
from tests.browser.conftest import CHROMIUM, QUIET, Watched
from tests.pages import LANGUAGES, Page, pages
from tests.processes import ROOT, Site

FOLDER = ROOT / "shots"
MODES = [(width, scheme) for width in (gates.PHONE, gates.DESK) for scheme in ("light", "dark")]
# Pictures that wait until they are near would be missing from a picture of the whole page.
LOADED = """() => {
    for (const img of document.images) img.loading = "eager";
    return Promise.all([...document.images].map(img => img.decode().catch(() => 0)));
}"""
HEAD = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Hippo List: every page</title><style>
body { font: 1rem system-ui; margin: 1rem } section { display: flex; gap: 1rem; align-items: start; overflow: auto; max-height: 90vh }
h2 { position: sticky; inset-inline-start: 0 } img { max-inline-size: none; inline-size: 24vw; border: 1px solid gray }
</style><h1>Every page</h1>"""


def take(windows: dict[bool, Watched], page: Page) -> list[str]:
    """All modes of one page; answers the names of the files."""
    seen = windows[page.needs_login]
    names = []
    for width in (gates.PHONE, gates.DESK):
        seen.page.set_viewport_size({"width": width, "height": 850})
        gates.visit(seen, page)
        seen.page.evaluate(LOADED)
        for scheme in ("light", "dark"):
            seen.page.emulate_media(color_scheme=scheme)
            names.append(f"{page.name}-{width}-{scheme}.png")
            seen.page.screenshot(path=FOLDER / names[-1], full_page=True)
    return names


def index(taken: dict[str, tuple[Page, list[str]]]) -> str:
    def section(page: Page, names: list[str]) -> str:
        pictures = "".join(f'<a href="{name}"><img src="{name}" alt="{name}" loading="lazy"></a>' for name in names)
        return f"<h2>{page.name} <small>{html.escape(page.path)}</small></h2><section>{pictures}</section>"

    return HEAD + "".join(section(*one) for one in taken.values())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="parts of names of pages; none: all")
    parser.add_argument("--language", default="en", choices=LANGUAGES)
    asked = parser.parse_args()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    taken = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        site = Site(Path(folder))
        try:
            every = pages(site.start())
            wanted = [page for page in every if not asked.names or any(part in page.name for part in asked.names)]
            windows = {False: Watched(browser, site.url, gates.PHONE), True: gates.log_in(Watched(browser, site.url, gates.PHONE))}
            for number, page in enumerate(wanted, 1):
                one = page.in_language(asked.language) if page.has_languages else page
                sys.stdout.write(f"{number} of {len(wanted)} {one.name}\n")
                sys.stdout.flush()
                taken[one.name] = one, take(windows, one)
        finally:
            site.stop()
            browser.close()
    (FOLDER / "index.html").write_text(index(taken), encoding="utf-8")
    sys.stdout.write(f"Look at {FOLDER / 'index.html'}\n")
    return 0


if __name__ == "__main__":
    django.setup()
    sys.exit(main())
