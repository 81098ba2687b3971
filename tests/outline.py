"""Outline: what stands in the bytes of a page, as far as its structure is judged: headings, labels, pictures, links, what is inline."""

from html.parser import HTMLParser
from itertools import pairwise

UNLABELLED = {"hidden", "submit", "button", "reset", "image"}


def _wanted(picture: dict[str, str]) -> set[str]:
    """What a picture must say; the sizes of Django's own little icons stand in its style sheet."""
    return {"alt"} if picture.get("src", "").startswith("/static/admin/img/") else {"alt", "width", "height"}


class Outline(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.root: dict[str, str] = {}
        self.titles: list[str] = []
        self.headings: list[int] = []
        self.mains = 0
        self.labels: set[str] = set()
        self.controls: list[dict[str, str]] = []
        self.pictures: list[dict[str, str]] = []
        self.links: list[dict[str, str]] = []
        self.loads: list[str] = []
        self.inline: list[str] = []
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        attrs = {name: value or "" for name, value in pairs}
        self.inline += [f"<{tag} {name}>" for name in attrs if name == "style" or name.startswith("on")]
        self.loads += [attrs[name] for name in ("src", "srcset", "poster", "data") if name in attrs]
        if tag in {"image", "use"}:
            self.loads += [attrs[name] for name in ("href", "xlink:href") if name in attrs]
        if tag == "link" and attrs.get("rel") not in {"canonical", "alternate", "license"}:
            self.loads.append(attrs.get("href", ""))
        if tag == "html":
            self.root = attrs
        elif tag == "link":
            self.links.append(attrs)
        elif tag == "main":
            self.mains += 1
        elif tag == "img":
            self.pictures.append(attrs)
        elif tag == "label":
            self.labels.add(attrs.get("for", ""))
        elif tag in {"input", "select", "textarea"} and attrs.get("type") not in UNLABELLED:
            self.controls.append({**attrs, "tag": tag, "inside": "label" if "label" in self._open else ""})
        elif tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            self.headings.append(int(tag[1]))
        elif tag == "style" or (tag == "script" and "src" not in attrs and attrs.get("type") != "application/ld+json"):
            self.inline.append(f"<{tag}>")
        if tag in {"title", "label", "svg"}:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            self._open.remove(tag)

    def handle_data(self, text: str) -> None:
        # An SVG may have a title of its own.
        if self._open[-1:] == ["title"] and "svg" not in self._open:
            self.titles.append(text.strip())

    @property
    def title(self) -> str:
        return " ".join(" ".join(self.titles).split())

    def faults(self, language: str, direction: str = "ltr") -> list[str]:
        """What is wrong with the structure, in words."""
        found = [f"has inline {one}" for one in self.inline]
        if (self.root.get("lang"), self.root.get("dir", "ltr")) != (language, direction):
            found.append(f"is written as {self.root}")
        if self.headings.count(1) != 1:
            found.append(f"has {self.headings.count(1)} h1")
        found += [f"goes from h{before} to h{after}" for before, after in pairwise(self.headings) if after > before + 1]
        if self.mains != 1:
            found.append(f"has {self.mains} main")
        if not self.title:
            found.append("has no title")
        found += [f"{one['tag']} {one.get('name')} has no label" for one in self.controls if not self._is_labelled(one)]
        found += [f"img {one.get('src')} lacks {name}" for one in self.pictures for name in _wanted(one) - one.keys()]
        return found

    def _is_labelled(self, control: dict[str, str]) -> bool:
        named = control.get("id") in self.labels or control["inside"]
        return bool(named or control.get("aria-label") or control.get("aria-labelledby"))
