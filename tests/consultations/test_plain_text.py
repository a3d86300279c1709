"""What is typed, pasted or imported, as it is kept."""

import time

import pytest

from consultations.markup import plain_from_markup
from consultations.plain_text import plain, plain_line

LINE_ENDS = ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("sign", LINE_ENDS)
def test_every_sign_that_ends_a_line_keeps_words_apart(sign):
    assert plain(f"One{sign}two") == "One\ntwo"
    assert plain_line(f"One{sign}two") == "One two"


def test_signs_of_windows_are_what_they_meant():
    assert plain("I don\x92t \x93agree\x94 \x96 5 \x80") == "I don’t “agree” – 5 €"
    assert plain("\x81\x8d\x8f\x90\x9dNothing stands there\x00\x1b") == "Nothing stands there"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("I don&rsquo;t agree.<br/>Second line<br />\nThird line", "I don’t agree.\nSecond line\nThird line"),
        ("<P CLASS=MsoNormal>One</P>\n<p>Two &amp; three</p>", "One\n\nTwo & three"),
        ("<div>One</div><div>two</div>", "One\n\ntwo"),
        ("<ul><li>trams</li><li>buses</li></ul>and trains", "– trams\n– buses\nand trains"),
        ("<td>One</td><td>two</td>", "One two"),
        ("<h2>One</h2>two<hr>three", "One\n\ntwo\nthree"),
        ("Dear all,\n\nI <b>object</b>.", "Dear all,\n\nI object."),
        ("One&nbsp;two&#160;three&#x27;s &#8211; &#146;", "One two\xa0three's – ’"),
        ("Fish &amp;amp; chips, don&amp;rsquo;t", "Fish & chips, don’t"),
        ("&lt;p&gt;All of it &lt;b&gt;escaped&lt;/b&gt;&lt;/p&gt;", "All of it escaped"),
        ("Write &lt;b&gt; for bold<br>", "Write <b> for bold"),
        ("<a href='https://example.org/?a=1&amp;b=2'>the <i>plan</i></a>", "the plan (https://example.org/?a=1&b=2)"),
        ('<a href="https://example.org/">https://example.org/</a>', "https://example.org/"),
        ("<img src='tree.png' alt='An old tree'>", "An old tree"),
        ("<style>p { color: red }</style><script>alert(1)</script>Trams", "Trams"),
        ("<!--[if mso]><xml><o:p>x</o:p></xml><![endif]--><o:p>Trams</o:p>", "Trams"),
        ("Before. <![CDATA[The main words]]> After.", "Before. The main words After."),
        ("<![CDATA[<p>One &amp; two</p>]]>", "One & two"),
        ("<![CDATA[It has no end", "It has no end"),
        ("<!DOCTYPE html><?xml version='1.0'?><![if !mso]>Trams<![endif]>", "Trams"),
        (
            '<figure class="table"><table><tr><td>A</td></tr></table><figcaption>B</figcaption></figure>C',
            "A\n\nB\n\nC",
        ),
        ('See <iframe src="https://example.org/v" allowfullscreen></iframe>it', "See it"),
        ("<textarea rows=2>One</textarea> <button>two</button> <nobr>three</nobr>", "One two three"),
        ("<select><option selected>One<option>two</select>", "One\ntwo"),
        ("<fieldset><legend>One</legend>two</fieldset><title>three</title>", "One\ntwo\n\nthree"),
        ('<svg viewBox="0 0 1 1"><path d="M0 0"/><text>Stop</text></svg> here', "Stop here"),
        ("<math><mi>x</mi><mo>=</mo><mn>2</mn></math>", "x=2"),
        ("One<br / >two<BR\n/>three", "One\ntwo\nthree"),
        ('<img alt="a > b" src=x> it is', "a > b it is"),
        ("<p style='font: \"A\"' class=x data-y>One</p >", "One"),
        ('<p style="font-family:"Times"">One</p>', "One"),
    ],
)
def test_markup_becomes_the_text_that_was_read(cell, text):
    assert plain_from_markup(cell) == text


@pytest.mark.parametrize(
    "text",
    [
        "I <3 buses, and 2 < 3 > 1",
        "Write to Ann <ann@example.org> or <https://example.org/a>",
        "if a <b and c> d",
        "R&D; AT&T, ?a=1&copy=2 &unknown;",
        "Ein Satz mit ; und & darin",
        "An <unknown> tag, <-- and 1 <br",
        "speeds <s and noise = less> always",
        "a <b in c> d, <i name and number> and <q what=ever>",
        "Dear <text> <name>, <Smith:chair> said <!important> and <?what> ]]>",
        "I <svgs> and <brs>, <pp> <my-tag>",
    ],
)
def test_what_only_looks_like_markup_stays(text):
    assert plain_from_markup(text) == text.strip()


@pytest.mark.parametrize(
    "piece",
    [
        "<!--",
        "<![CDATA[",
        "]]>",
        "<a ",
        '<a b="',
        "<a b=' ",
        '<a b="" c="',
        "<a b=\"'<a c='\"",
        "<script>",
        "<svg ",
        "<text>",
    ],
)
def test_a_text_of_unclosed_tags_takes_no_longer_than_it_is_long(piece):
    def seconds(count):
        before = time.process_time()
        plain_from_markup(piece * count + "<br>")
        return time.process_time() - before

    assert seconds(60_000) < max(16 * seconds(6_000), 2)
