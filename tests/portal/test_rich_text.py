import pytest
from wagtail.rich_text import RichText

from consultations.models import HomePage
from portal.agency.rich_text import StaffTextBlock, sanitise

KEPT = [
    "<p>Plain, <b>bold</b>, <i>leaning</i>.</p>",
    "<h2>A heading</h2><ul><li>one</li><li>two</li></ul>",
    '<a href="https://example.org/page?a=1">a link</a>',
    '<a href="mailto:talk@example.org">write</a>',
    '<a id="3" linktype="page">a page of ours</a>',
    '<a id="1" linktype="document">a document</a>',
]
DEFUSED = {
    "<script>alert(1)</script>": "&lt;script&gt;alert(1)&lt;/script&gt;",
    '<a href="javascript:alert(1)">x</a>': "<a>x</a>",
    '<a href=" jAvAsCrIpT:alert(1)">x</a>': "<a>x</a>",
    '<a href="data:text/html,x">x</a>': "<a>x</a>",
    '<p onclick="alert(1)">x</p>': "<p>x</p>",
    '<p style="position:fixed">x</p>': "<p>x</p>",
    "<img src=x onerror=alert(1)>": "&lt;img src=x onerror=alert(1)&gt;",
    "<svg><script>alert(1)</script></svg>": "&lt;svg&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;/svg&gt;",
    '<iframe src="https://example.org"></iframe>': '&lt;iframe src="https://example.org"&gt;&lt;/iframe&gt;',
    "a < b": "a &lt; b",
    "<p>unclosed": "<p>unclosed</p>",
}


@pytest.mark.parametrize("html", KEPT)
def test_sanitise_keeps_what_editors_type(html):
    assert sanitise(html) == html


@pytest.mark.parametrize("html", sorted(DEFUSED))
def test_sanitise_shows_what_is_not_allowed_as_text(html):
    assert sanitise(html) == DEFUSED[html]


@pytest.mark.parametrize("html", [*KEPT, *DEFUSED])
def test_sanitise_twice_is_sanitise_once(html):
    assert sanitise(sanitise(html)) == sanitise(html)


def test_a_block_is_sanitised_when_it_is_saved():
    assert StaffTextBlock().clean(RichText('<p onclick="x">Hello</p>')).source == "<p>Hello</p>"


def test_a_field_is_sanitised_when_it_is_saved(db):
    home = HomePage.objects.get()
    home.introduction = "<p>Hello<script>alert(1)</script></p>"
    home.save()

    assert HomePage.objects.get().introduction == "<p>Hello&lt;script&gt;alert(1)&lt;/script&gt;</p>"
