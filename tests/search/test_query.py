from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engines.query_run import fts5_expression
from search.language.query import (
    MAX_QUERY_TERMS,
    And,
    Not,
    Nothing,
    Or,
    Phrase,
    Query,
    Reference,
    Word,
    count_terms,
    describe_query,
    parse_query,
)

NIGHT, BUS, TRAM = Word("night"), Word("bus"), Word("tram")


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("", None),
        ("  ", None),
        ("night", NIGHT),
        ("night bus", And((NIGHT, BUS))),
        ("night | bus tram", Or((NIGHT, And((BUS, TRAM))))),
        ("(night | bus) tram", And((Or((NIGHT, BUS)), TRAM))),
        ("night -bus", And((NIGHT, Not(BUS)))),
        ("-bus", Not(BUS)),
        ("--bus", BUS),
        ("-(night bus)", Not(And((NIGHT, BUS)))),
        ('"night bus"', Phrase("night bus")),
        ("“night bus”", Phrase("night bus")),
        ('"night b"*', Phrase("night b", prefix=False)),
        ('"night bu"*', Phrase("night bu", prefix=True)),
        ('"bus"', Phrase("bus")),
        ("bus*", Phrase("bus", prefix=True)),
        ("b*", Word("b")),
        ("bus-stop", Phrase("bus-stop")),
        ("don't", Phrase("don't")),
        ("night - bus", And((NIGHT, BUS))),
        ("night || bus", Or((NIGHT, BUS))),
        ("| night |", NIGHT),
        ("((night", NIGHT),
        ("night) bus", And((NIGHT, BUS))),
        (")(", Nothing()),
        ("🚲", Nothing()),
        ("§", Nothing()),
        ("\u200b", Nothing()),
        ("\u00ad -\ufeff | ()", Nothing()),
        ("-🚲", Nothing()),
        ("bus 🚲", BUS),
        ("bus −tram", And((BUS, Not(TRAM)))),
        ("night\u200bbus", Word("night\u200bbus")),
        ('night "bus', And((NIGHT, Phrase("bus")))),
        ('night ?! *** -- "" ()', NIGHT),
        ("title:night OR bus", And((Phrase("title:night"), Word("OR"), BUS))),
    ],
)
def test_parse_reads(text, node):
    assert parse_query(text) == node


@pytest.mark.parametrize(
    "typed", ["7F3K-9QXM", "7f3k-9qxm", "7F3K9QXM", "7f3k9qxm", '"7F3K-9QXM"', "7f3k–9qxm", "7F3K 9QXM"]
)
def test_a_reference_is_read_in_any_spelling(typed):
    node = parse_query(typed)

    assert node.nodes[0] == Reference("7F3K-9QXM")
    assert describe_query(Query(text=typed)).startswith("Submissions that contain the reference 7F3K-9QXM or ")


def test_what_was_misread_in_a_reference_is_put_right():
    assert parse_query("IF3K-9QX1").nodes[0] == Reference("LF3K-9QXL")
    assert parse_query("7F3K-9QXO") == Phrase("7F3K-9QXO")  # neither O nor 0 is ever used


def test_a_word_that_may_be_a_reference_stays_a_word():
    assert parse_query("planners") == Or((Reference("PLAN-NERS", sure=False), Word("planners")))
    assert describe_query(Query(text="planners tram")) == "Submissions that contain “planners” and “tram”."
    assert parse_query("park tram") == And((Word("park"), TRAM))


def test_parse_keeps_sixty_four_leaves():
    text = " ".join(f"w{n}" for n in range(100))

    assert parse_query(text) == And(tuple(Word(f"w{n}") for n in range(MAX_QUERY_TERMS)))
    assert count_terms(text) == 100


def test_parse_survives_deep_nesting():
    assert parse_query("(" * 5000 + "night" + ")" * 5000) == NIGHT
    assert parse_query("-" * 5001 + "night") == Not(NIGHT)


def depth(node):
    match node:
        case And(nodes) | Or(nodes):
            return 1 + max(map(depth, nodes))
        case Not(inner):
            return 1 + depth(inner)
    return 0


@given(st.text(alphabet='ab "|-()*“”é夜\n\x00', max_size=200) | st.text(max_size=80))
def test_parse_never_raises_and_stays_small(text):
    node = parse_query(text)

    assert depth(node) <= 65
    assert describe_query(Query(text=text)).endswith(".")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("buses", '{title text} : ("bus")'),
        ("night bus", '({title text} : ("night") AND {title text} : ("bus"))'),
        ("-night", '(exact : "\ue002" NOT {title text} : ("night"))'),
        ('bus -night -"at NEAR"', '((({title text} : ("bus")) NOT {title text} : ("night")) NOT exact : "at near")'),
        ("bus | tra*", '({title text} : ("bus") OR exact : "tra" *)'),
    ],
)
def test_match_quotes_every_word(text, written):
    assert fts5_expression(parse_query(text), ["en"]) == written


def test_describe_says_everything_in_one_sentence():
    query = Query(
        text='(night bus) | "late shift" | tra* -school',
        filters={"status": ("held", "published"), "consultation": ("4",)},
        since=date(2026, 11, 1),
        until=date(2026, 11, 30),
    )
    labels = {"consultation": {"4": "Night buses"}, "status": {"held": "Held", "published": "Published"}}

    assert describe_query(query, labels) == (
        "Submissions that contain (“night” and “bus”) or exactly “late shift” or (words that begin “tra” without "
        "“school”); consultation: Night buses; status: Held or Published; "
        "received from 1 November 2026 to 30 November 2026."
    )


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (Query(), "All submissions."),
        (Query(text="🚲"), "No submission, because nothing in “🚲” can be looked for."),
        (Query(text="-bus"), "Submissions that contain anything but “bus”."),
        (Query(text="-bus -tram"), "Submissions that contain anything without “bus” or “tram”."),
        (Query(until=date(2026, 1, 2)), "All submissions; received to 2 January 2026."),
    ],
)
def test_describe_says(query, sentence):
    assert describe_query(query) == sentence


def test_answers_are_grouped_by_question_and_said_in_words():
    query = Query(answers=("12=yes", "14", "12=no"))
    names = {"12=yes": "Do you ride?: yes", "12=no": "Do you ride?: no", "14": "Why?"}

    assert query.answers_by_question == [("12=yes", "12=no"), ("14",)]
    assert query.has_criteria
    said = "All submissions; answered: Do you ride?: yes or Do you ride?: no; answered: Why?."
    assert describe_query(query, {"answer": names}) == said
