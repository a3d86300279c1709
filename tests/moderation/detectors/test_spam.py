import pytest

from moderation.detectors import DETECTORS, Context, Match
from moderation.text.normalised import Text

LETTER = "Please keep the old trees in Mill Lane and plant more of them."


def detect(detector, raw, context=None, **parameters):
    return list(DETECTORS[detector].detect(Text(raw), context or Context(), **parameters))


def found(detector, raw, context=None, **parameters):
    return [raw[m.start : m.end] for m in detect(detector, raw, context, **parameters)]


@pytest.mark.parametrize(
    ("raw", "links"),
    [
        ("See https://example.org/a?b=1, please.", ["https://example.org/a?b=1"]),
        ("(www.example.org) HTTP://EXAMPLE.ORG/x.", ["www.example.org", "HTTP://EXAMPLE.ORG/x"]),
        (
            "example.com, example.co.uk and council.govt.nz/plan!",
            ["example.com", "example.co.uk", "council.govt.nz/plan"],
        ),
        ("bit.ly/abc and exa.mple.club", ["bit.ly/abc", "exa.mple.club"]),
        ("The end.The next. e.g. 3.5 km, i.e. a.m. and jane@example.org", []),
        ("Sentence one.In sentence two.It is so.No more.Info is here", []),
    ],
)
def test_link_count_finds_links(raw, links):
    assert found("link_count", raw, maximum=0) == links


def test_link_count_allows_the_maximum():
    assert found("link_count", "example.com example.org/a example.net", maximum=3) == []
    assert detect("link_count", "example.com example.net", maximum=1) == [
        Match(0, 11, "One of 2 links; 1 or fewer are usual."),
        Match(12, 23, "One of 2 links; 1 or fewer are usual."),
    ]


def test_link_to_an_own_domain_never_counts():
    context = Context(own_domains=("agency.example",))

    assert found("link_count", "https://www.agency.example/a https://my.agency.example", context, maximum=0) == []
    assert found("link_count", "https://notagency.example/a", context, maximum=0) == ["https://notagency.example/a"]


def test_link_shortener_finds_known_and_added_ones():
    raw = "http://bit.ly/a https://go.example/b https://rabbit.ly/c"

    assert found("link_shortener", raw) == ["http://bit.ly/a"]
    assert found("link_shortener", raw, shorteners=("go.example",)) == ["http://bit.ly/a", "https://go.example/b"]


def test_spam_phrases_can_ask_for_links_and_for_several():
    raw = "Buy now! M4ke money online at example.com"

    assert found("spam_phrases", raw) == ["Buy now", "M4ke money online"]
    assert found("spam_phrases", raw, minimum=3) == []
    assert found("spam_phrases", raw, minimum_links=2) == []
    assert found("spam_phrases", raw, minimum_links=1, phrases=("example",)) == [
        "Buy now",
        "M4ke money online",
        "example",
    ]


def test_copied_text_counts_what_others_sent():
    assert detect("copied_text", LETTER, Context(copies=3)) == [
        Match(0, len(LETTER), "The same words were sent by others 3 times.")
    ]
    assert detect("copied_text", LETTER, Context(copies=3, own_copies=1)) == []
    assert detect("copied_text", "I agree with the plan.", Context(copies=30)) == []


def test_own_copies_counts_what_the_author_sent():
    assert detect("own_copies", LETTER, Context(copies=9, own_copies=1)) == [
        Match(0, len(LETTER), "The same author sent these words once before.")
    ]
    assert detect("own_copies", LETTER, Context(copies=9)) == []
    assert detect("own_copies", "I agree.", Context(copies=1, own_copies=1)) == []


@pytest.mark.parametrize(
    ("raw", "spans"),
    [
        ("Well, no no no NO!", ["no no no NO"]),
        ("Stop it. Stop it. Stop it. Stop it. Now.", ["Stop it. Stop it. Stop it. Stop it"]),
        ("Trees trees and trees for trees, because trees love trees and trees need trees", ["*"]),
        ("No no no, we need the trees and the trees need the rain and the rain helps the trees", []),
        ("", []),
    ],
)
def test_repeated_words_finds_what_is_said_over_and_over(raw, spans):
    assert found("repeated_words", raw) == [raw if span == "*" else span for span in spans]


@pytest.mark.parametrize(
    ("raw", "loud"),
    [
        ("THIS PLAN IS A WASTE OF MONEY AND TIME", True),
        ("ÄNDERT ENDLICH DIESE ÜBERFLÜSSIGE VERORDNUNG", True),
        ("THIS plan is A WASTE of money AND of time, they say", False),
        ("NO WAY, STOP IT", False),
        ("公園需要更多的樹公園需要更多的樹公園需要更多的樹公園需要更多的樹", False),
    ],
)
def test_shouting_needs_many_capitals(raw, loud):
    assert found("shouting", raw) == ([raw] if loud else [])


@pytest.mark.parametrize(
    ("raw", "is_empty"),
    [
        ("", True),
        (" \n\t", True),
        ("...?!", True),
        ("\u200b_-_", True),
        ("ok", False),
        ("5", False),
        ("👍", False),
        ("好", False),
        (":-)", False),
        (";)", False),
        ("<3", False),
        ("(-:", False),
        ("-_-", False),
        ("(...)", True),
    ],
)
def test_empty_needs_a_letter_a_digit_or_a_picture(raw, is_empty):
    assert detect("empty", raw) == ([Match(0, len(raw), "Has no words.")] if is_empty else [])


def test_too_long_marks_what_is_too_much():
    assert detect("too_long", "abcdef", Context(maximum_length=4)) == [Match(4, 6, "Longer than 4 characters.")]
    assert detect("too_long", "abcd", Context(maximum_length=4)) == []


def test_pattern_runs_on_the_raw_text():
    raw = "Straße: plate ABC-123, plate abc-124"

    assert found("pattern", raw, patterns=(r"\b[A-Z]{3}-\d{3}\b",)) == ["ABC-123", "abc-124"]
    assert found("pattern", raw, patterns=(r"\b[A-Z]{3}-\d{3}\b",), case_sensitive=True) == ["ABC-123"]


def test_pattern_that_would_hang_other_engines_is_harmless():
    assert found("pattern", "a" * 5000 + "!", patterns=("(a+)+$",)) == []


def test_links_with_a_path_or_a_double_ending_need_a_real_one():
    raw = "council.wa.gov.au my.museum/x exa.nosuchending/x so.it is, and/or yes.no, file.pdf, a.m. and p.m., ready.set"

    assert found("link_count", raw, maximum=0) == ["council.wa.gov.au", "my.museum/x"]


def test_links_to_hosts_with_other_letters_are_seen_when_they_have_a_scheme():
    assert found("link_count", "See https://müller.example/a, http://公園.example.", maximum=0) == [
        "https://müller.example/a",
        "http://公園.example",
    ]


def test_links_to_allowed_domains_do_not_count():
    raw = "https://news.example.org/a https://example.org.evil.example/b https://data.wa.gov.au/c"
    allowed = ("example.org", "gov.au")

    assert found("link_count", raw, maximum=0, allowed=allowed) == ["https://example.org.evil.example/b"]
    assert detect("link_elsewhere", raw, allowed=allowed) == [
        Match(27, 61, "Leads to example.org.evil.example, which is not on our list.")
    ]


@pytest.mark.parametrize("domain", ["com", "co.uk", "nosuchending", "https://example.org", "Example.org", ".org", ""])
@pytest.mark.parametrize("detector", ["link_count", "link_elsewhere"])
def test_links_refuse_to_allow_what_is_no_domain_or_anybodys(detector, domain):
    with pytest.raises(ValueError, match=r"domain|anybody"):
        DETECTORS[detector].frozen_parameters({"allowed": [domain]})


def test_links_accept_domains_and_the_endings_of_governments():
    allowed = ["example.org", "data.example.co.uk", "gov.au", "govt.nz", "gov.uk", "ac.uk"]

    assert DETECTORS["link_count"].frozen_parameters({"allowed": allowed}) == {"allowed": tuple(allowed)}
