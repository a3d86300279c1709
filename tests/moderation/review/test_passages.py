from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from moderation.findings.passages import Mark, Segment, letter, marks, segments
from moderation.policy.document import Clause, Policy, Rule

TEXT = "Ring me on 0491 570 006."

CLAUSE = Clause(
    key="private",
    number=5,
    title="Keep it private",
    text="Leave numbers out.",
    allowed=(),
    not_allowed=(),
    severity=3,
    remedy="redact",
    reason="Your text has a number.",
    tombstone="public",
)
RULE = Rule(
    key="numbers",
    clause="private",
    title="Numbers",
    when={"detector": "phone"},
    mode="hold",
    matches=("0491 570 006",),
    ignores=("Monday",),
)
POLICY = Policy(title="", introduction="", emergency="", sections=(), clauses=(CLAUSE,), rules=(RULE,))


@dataclass
class Seen:
    start: int
    end: int
    rule: str = "numbers"
    clause: str = "private"
    action: str = "hold"
    field: str = "text"
    explanation: str = "Looks like a phone number."
    advice: str = ""
    detector: str = "phone"
    pk: int = 7


def mark(letter, start, end, action="hold"):
    return Mark(letter, 1, "text", start, end, "", False, action, "", "", "", None, "")


def test_letters_leave_out_the_keys_of_the_page_and_go_on_after_the_last():
    assert [letter(place) for place in (0, 1, 5, 13, 14, 15, 27, 28, 209, 210)] == [
        "A", "B", "G", "Y", "AA", "AB", "AY", "BA", "YY", "AAA",
    ]  # fmt: skip
    assert not set("FHJKNOPRSTXZ") & {letter(place) for place in range(14)}


def test_overlapping_findings_of_a_clause_are_one_mark():
    seen = [Seen(11, 15, action="note", detector="old", pk=1), Seen(18, 23, pk=2), Seen(14, 19, pk=3, rule="old")]
    (found,) = marks(seen, POLICY, {"title": "", "text": TEXT})

    assert (found.letter, found.finding, found.passage, found.rule) == ("A", 1, "0491 570 006", "Numbers · old")
    assert (found.action, found.label) == ("hold", "phone number removed")


def test_findings_side_by_side_or_of_several_fields_are_marks_of_their_own():
    seen = [Seen(0, 4), Seen(4, 8), Seen(0, 4, field="title")]

    found = marks(seen, POLICY, {"title": "Ring", "text": TEXT})

    assert [(mark.letter, mark.passage) for mark in found] == [("A", "Ring"), ("B", " me "), ("C", "Ring")]


def test_mark_says_everything_about_a_finding():
    assert marks([Seen(11, 23)], POLICY, {"title": "", "text": TEXT}) == [
        Mark(
            letter="A",
            finding=7,
            field="text",
            start=11,
            end=23,
            passage="0491 570 006",
            whole=False,
            action="hold",
            explanation="Looks like a phone number.",
            advice="Looks like a phone number.",
            rule="Numbers",
            clause=CLAUSE,
            label="phone number removed",
        )
    ]


def test_mark_of_a_rule_and_clause_that_are_gone_still_stands():
    (found,) = marks([Seen(0, 4, rule="old", clause="old", detector="old")], POLICY, {"title": "", "text": TEXT})

    assert (found.rule, found.clause, found.label) == ("old", None, "passage removed")
    assert not found.redactable


def test_finding_about_a_whole_long_text_marks_no_passage():
    long = "Too loud. " * 20
    (found,) = marks([Seen(0, len(long))], POLICY, {"title": "", "text": long})

    assert (found.whole, found.redactable) == (True, False)
    assert segments(long, [found]) == [Segment(long)]


def test_finding_that_is_all_of_a_short_text_is_marked():
    (found,) = marks([Seen(0, 12)], POLICY, {"title": "", "text": "0491 570 006"})

    assert (found.whole, found.redactable) == (False, True)


def test_segments_of_overlapping_marks_carry_all_their_letters():
    assert segments("abcdefgh", [mark("A", 1, 5, "note"), mark("B", 3, 7)]) == [
        Segment("a"),
        Segment("bc", ("A",), "note"),
        Segment("de", ("A", "B"), "hold"),
        Segment("fg", ("B",), "hold"),
        Segment("h"),
    ]


def test_segments_of_an_empty_text_are_none():
    assert segments("", []) == []


@st.composite
def marked_texts(draw):
    text = draw(st.text(max_size=40))
    place = st.integers(0, len(text))
    spans = draw(st.lists(st.tuples(place, place).map(sorted), max_size=6))
    return text, [mark(letter(n), start, end) for n, (start, end) in enumerate(spans)]


@given(marked_texts())
def test_segments_say_of_every_character_which_marks_cover_it(marked_text):
    text, found = marked_text

    expected = [(char, tuple(m.letter for m in found if m.start <= at < m.end)) for at, char in enumerate(text)]
    assert [(char, part.letters) for part in segments(text, found) for char in part.text] == expected
    assert all(part.text for part in segments(text, found))
