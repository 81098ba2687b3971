"""Markdown: harmless whatever is written."""

from hypothesis import given
from hypothesis import strategies as st

from hippolist import markdown


def test_a_story_has_paragraphs_lists_links_and_subheadings():
    shown = markdown.to_html("# One\n\n## Two\n\n###### Six\n\n- *a*\n- **b**\n\n[more](https://example.org/x)")
    assert "<h1" not in shown
    assert shown.count("<h2>") == 2
    assert "<h4>Six</h4>" in shown
    assert "<li><em>a</em></li>" in shown
    assert '<a href="https://example.org/x" rel="nofollow ugc noopener">more</a>' in shown


def test_html_scripts_and_pictures_from_elsewhere_do_nothing():
    story = "<script>x</script> <b onclick=x>b</b>\n\n[a](javascript:alert)\n\n![p](https://tracker.example/p.gif)\n\n<img src=x onerror=y>"
    shown = markdown.to_html(story)
    for bad in ("<script", "<b ", "<img", 'href="javascript'):
        assert bad not in shown


@given(st.text())
def test_nothing_that_people_write_breaks_out(text):
    shown = markdown.to_html(text)
    assert "<script" not in shown
    assert "<h1" not in shown
    assert "<" not in markdown.to_text("plain " + text.replace("<", "").replace("&", ""))


def test_plain_words_have_no_marks():
    assert markdown.to_text("# A *b* & c\n\n- d") == "A b & c d"


def test_control_characters_are_taken_out_of_what_goes_into_xml():
    assert markdown.printable("a\x0bb\x00c\x1fd\te\n\ufffe") == "abcd\te\n"
