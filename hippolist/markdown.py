"""Markdown: what people wrote, as HTML that can do no harm."""

import html
import re

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

# Pictures of a story are its own pictures; one from elsewhere would tell another host who reads here.
_PARSER = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline"])
_TAGS = {"p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "em", "strong", "a", "code", "pre", "hr", "br"}
_LEVELS = {"h1": "h2", "h5": "h4", "h6": "h4"}


def to_html(text: str) -> SafeString:
    """Markdown to a small list of tags. Its headings start at h2: the page has its one h1."""
    tokens = _PARSER.parse(text)
    for token in tokens:
        token.tag = _LEVELS.get(token.tag, token.tag)
    rendered = _PARSER.renderer.render(tokens, _PARSER.options, {})
    clean = nh3.clean(
        rendered,
        tags=_TAGS,
        attributes={"a": {"href"}},
        link_rel="nofollow ugc noopener",
        url_schemes={"http", "https", "mailto"},
    )
    return mark_safe(clean)  # noqa: S308  (behind nh3)


def to_text(text: str) -> str:
    """Markdown to plain words in one line, for summaries and descriptions."""
    words = html.unescape(re.sub(r"<[^>]*>", " ", to_html(text)))
    return " ".join(words.split())


def printable(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)
