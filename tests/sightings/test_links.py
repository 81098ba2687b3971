"""Links: two addresses of one story are one, and two stories never are."""

from importlib import import_module

import pytest
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st

from sightings.links import canonical
from sightings.models import SourceLink
from tests.factories import make_report

STORY = "https://example.org/a/story"
WATCH = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
SAME = [
    ("http://example.org/a/story", STORY),
    ("example.org/a/story", STORY),
    ("//example.org/a/story", STORY),
    ("https://www.example.org/a/story/", STORY),
    ("HTTPS://WWW.Example.ORG/a/story", STORY),
    ("https://example.org:443/a/story", STORY),
    ("http://example.org:80/a/story", STORY),
    ("https://m.example.org/a/story", STORY),
    ("https://mobile.example.org/a/story", STORY),
    ("https://example.org/mobile/a/story", STORY),
    ("https://amp.example.org/a/story", STORY),
    ("https://example.org/a/story/amp/", STORY),
    ("https://example.org/a/amp/story", STORY),
    ("https://example.org/a/story.amp", STORY),
    ("https://example.org/a/story.amp.html", "https://example.org/a/story.html"),
    ("https://example.org/a/story?amp=1", STORY),
    ("https://example.org/a/story?outputType=amp", STORY),
    ("https://example.org/a/story?m=1", STORY),
    ("https://www.google.com/amp/s/www.example.org/a/story/amp", STORY),
    ("https://www-example-org.cdn.ampproject.org/c/s/www.example.org/a/story?usqp=mq331", STORY),
    ("https://example.org/a/story#comments", STORY),
    ("https://example.org/a/story?utm_source=x&utm_medium=y&fbclid=z", STORY),
    ("https://example.org/a/story?gclid=1&igshid=2&mc_cid=3&at_medium=RSS&_ga=4", STORY),
    ("https://example.org/a/story?ref=homepage", STORY),
    ("https://example.org/a/story/index.html", STORY),
    ("https://example.org/a//story", STORY),
    ("https://example.org/a/%73tory", STORY),
    ("https://example.org/h%c3%a9ros", "https://example.org/h\u00e9ros"),
    ("https://m\u00fcnchen.example/a", "https://xn--mnchen-3ya.example/a"),
    ("https://example.org/a?b=1&c=2", "https://example.org/a?c=2&b=1&ocid=socialflow"),
    ("https://example.org/a?q=two%20words", "https://example.org/a?q=two+words"),
    ("https://sw.m.wikipedia.org/wiki/Kiboko", "https://sw.wikipedia.org/wiki/Kiboko"),
    ("https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org%2Fa%2Fstory%3Ffbclid%3Dx&h=AT0", STORY),
    ("https://www.google.com/url?sa=t&url=https%3A%2F%2Fexample.org%2Fa%2Fstory", STORY),
    ("https://web.archive.org/web/20261103120000/https://example.org/a/story", STORY),
    ("https://youtu.be/dQw4w9WgXcQ?si=abc&t=3", WATCH),
    ("https://m.youtube.com/watch?app=desktop&v=dQw4w9WgXcQ&feature=share", WATCH),
    ("https://www.youtube.com/shorts/dQw4w9WgXcQ", WATCH),
    ("https://twitter.com/ranger/status/1234567890?s=20", "https://x.com/i/web/status/1234567890/photo/1"),
    ("https://m.facebook.com/watch/?v=98765&ref=sharing", "https://web.facebook.com/lodge/videos/a-bull/98765/"),
    ("https://www.instagram.com/lodge/reel/Cx1_y-2/?igsh=abc", "https://instagram.com/p/Cx1_y-2/"),
    ("https://old.reddit.com/r/hippos/comments/abc12/a_bull/", "https://www.reddit.com/comments/abc12"),
    ("https://example.org/#!/story/7", "https://www.example.org#!/story/7/"),
]
DIFFERENT = [
    (STORY, "https://example.org/a/other"),
    (STORY, "https://example.com/a/story"),
    (STORY, "https://news.example.org/a/story"),
    (STORY, "https://example.org/A/story"),
    (STORY, "https://example.org:8443/a/story"),
    (STORY, "https://example.org/a/story.html"),
    ("https://example.org/a?id=1", "https://example.org/a?id=2"),
    ("https://example.org/a?id=1", "https://example.org/a"),
    ("https://example.org/news.php?101", "https://example.org/news.php?102"),
    ("https://example.org/a?ref=101", "https://example.org/a?ref=102"),
    ("https://example.org/a?ampere=1", "https://example.org/a?ampere=2"),
    ("https://example.org/a?mcode=1", "https://example.org/a?mcode=2"),
    ("https://example.org/lamp", "https://example.org/l"),
    ("https://example.org/a%2Fb", "https://example.org/a/b"),
    ("https://example.org/a?q=1%262", "https://example.org/a?q=1&2"),
    ("https://example.org/#!/story/7", "https://example.org/#!/story/8"),
    ("https://youtu.be/dQw4w9WgXcQ", "https://youtu.be/dQw4w9WgXcR"),
    ("https://www.youtube.com/@lodge", "https://www.youtube.com/@other"),
    ("https://x.com/ranger/status/1", "https://x.com/ranger/status/2"),
    ("https://www.facebook.com/permalink.php?story_fbid=1&id=5", "https://www.facebook.com/permalink.php?story_fbid=2&id=5"),
    ("https://www.google.com/amp/s/example.org/a", "https://www.google.com/amp/s/example.org/b"),
    ("https://m.com/a", "https://mobile.com/a"),
]


def test_the_table_holds_forty_pairs_and_more():
    assert len(set(SAME)) >= 40
    assert len(set(DIFFERENT)) >= 20


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_addresses_of_one_story(one, other):
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_stories_stay_two(one, other):
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize("url", [url for pair in SAME + DIFFERENT for url in pair])
def test_what_is_written_once_is_not_written_otherwise_the_next_time(url):
    """So that a migration may run again over what it wrote."""
    assert canonical(canonical(url)) == canonical(url)
    assert not canonical(url).startswith(("http", "/"))


@pytest.mark.parametrize(
    "url", ["", "   ", "https://", "http://[::1", "https://example.org:port/", "https://" + "a" * 99 + ".org/", "\x00", "x" * 5000]
)
def test_what_cannot_be_read_stays_as_it_is_and_never_breaks(url):
    assert len(canonical(url)) <= 1000


@given(st.text(max_size=200))
def test_any_text_has_a_spelling(url):
    assert isinstance(canonical(f"https://{url}"), str)


@pytest.mark.django_db
def test_links_of_earlier_days_are_spelled_anew_and_twice_changes_nothing():
    report = make_report()
    urls = ["https://youtu.be/dQw4w9WgXcQ", "https://amp.example.org/a/story/?fbclid=1", "https://example.org/a"]
    SourceLink.objects.bulk_create(SourceLink(report=report, url=url, canonical=f"old-{url}") for url in urls)
    respell = import_module("sightings.migrations.0007_canonical_links").respell
    for _ in range(2):
        respell(apps, None)
        assert [link.canonical for link in SourceLink.objects.order_by("pk")] == [canonical(url) for url in urls]


def test_a_spelling_is_short_and_ascii_so_that_every_index_takes_it():
    for url in ("https://a.example/x#!/" + "😀é漢" * 400, "https://[", "é" * 3000):
        spelled = canonical(url)
        assert spelled.isascii()
        assert len(spelled) <= 1000
