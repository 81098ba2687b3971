"""Words: every text of a page that a person reads or hears, and whether it is marked as another language."""

import re
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# What machines read, and what is shown as it must be typed.
SILENT = {"script", "style", "template", "code", "pre", "kbd"}
# What other sites show of a page.
SHARED = {"description", "og:title", "og:description", "og:site_name", "og:image:alt"}
SPOKEN = ("alt", "title", "aria-label", "aria-description", "placeholder", "label", "summary")


class Reader(HTMLParser):
    """`texts`: what stands on the page in the language of the page; `foreign`: what is marked with another `lang`."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, dict]] = []
        self.texts: list[str] = []
        self.foreign: list[str] = []
        self.root: dict = {}
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.root = values
            values = {name: value for name, value in values.items() if name != "lang"}
        self.open.append((tag, values))
        for name, value in values.items():
            # Scripts find their words in the page: data-words="…".
            if name in SPOKEN or (name.startswith("data-") and " " in value and value[0] not in "[{"):
                self._keep(value)
        if tag == "meta" and (values.get("name") or values.get("property")) in SHARED:
            self._keep(values.get("content", ""))
        if tag == "input" and values.get("type") in {"submit", "button", "reset"}:
            self._keep(values.get("value", ""))
        if tag in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        names = [name for name, _values in self.open]
        if tag in names:
            del self.open[len(names) - 1 - names[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        if not any(tag in SILENT for tag, _values in self.open):
            self._keep(data)

    def _keep(self, text: str) -> None:
        if words := tidy(text):
            (self.foreign if any("lang" in values for _tag, values in self.open) else self.texts).append(words)


def tidy(text: str) -> str:
    """One plain space where HTML shows one; a no-break space stays what it is."""
    return re.sub(r"[ \t\r\n\f]+", " ", text).strip(" ")


def in_letters(text: str) -> list[str]:
    """The words of two and more plain letters."""
    return re.findall(r"[A-Za-z]{2,}", text)
