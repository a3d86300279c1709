import pytest

from moderation.detectors import Context
from moderation.policy.loading import PolicyError, read_policy
from moderation.policy.rules import Look, read_condition
from moderation.text.normalised import Text
from tests.moderation.policy.documents import CLAUSE, HOLD, data

BANANA = {"detector": "words", "words": ["banana"]}
FIG = {"detector": "words", "words": ["fig"]}


def passages(tree, text, context=None, part="text"):
    seen = read_condition(tree).seen(Look(Text(text), context or Context(), part))
    return None if seen is None else [text[match.start : match.end] for _detector, match in seen]


@pytest.mark.parametrize(
    ("tree", "text", "expected"),
    [
        (BANANA, "A banana.", ["banana"]),
        (BANANA, "A pear.", None),
        (BANANA | {"at_least": 2}, "A banana.", None),
        (BANANA | {"at_least": 2}, "A banana, a banana.", ["banana", "banana"]),
        ({"all": [BANANA, FIG]}, "A fig and a banana.", ["banana", "fig"]),
        ({"all": [BANANA, FIG]}, "A banana.", None),
        ({"any": [BANANA, FIG]}, "A fig.", ["fig"]),
        ({"any": [BANANA, FIG]}, "A fig and a banana.", ["banana", "fig"]),
        ({"any": [BANANA, FIG]}, "A pear.", None),
        ({"not": FIG}, "A pear.", []),
        ({"not": FIG}, "A fig.", None),
        ({"all": [BANANA, {"not": FIG}]}, "A banana.", ["banana"]),
        ({"all": [BANANA, {"not": FIG}]}, "A fig and a banana.", None),
        ({"not": {"all": [BANANA, {"not": FIG}]}}, "A banana.", None),
    ],
)
def test_condition_joins_what_detectors_see(tree, text, expected):
    assert passages(tree, text) == expected


@pytest.mark.parametrize(
    ("tree", "context", "holds"),
    [
        ({"author": {"staff": True}}, Context(staff=True), True),
        ({"author": {"staff": False}}, Context(staff=True), False),
        ({"author": {"new": True}}, Context(published=0), True),
        ({"author": {"new": True, "signed_in": True}}, Context(published=0), False),
        ({"context": {"kinds": ["idea", "comment"]}}, Context(kind="idea"), True),
        ({"context": {"channels": ["email"]}}, Context(channel="website"), False),
        ({"context": {"crisis_level": 2}}, Context(crisis_level=1), False),
        ({"context": {"crisis_level": 2}}, Context(crisis_level=3), True),
    ],
)
def test_condition_asks_for_author_and_place(tree, context, holds):
    assert (passages(tree, "Any text.", context) is not None) is holds


def test_condition_is_blind_in_parts_that_its_detector_does_not_read():
    assert passages({"detector": "copied_text", "minimum": 1}, "word " * 9, Context(copies=3), part="title") is None


def test_detector_is_asked_once_for_all_rules():
    look = Look(Text("A banana."), Context(), "text")
    first = read_condition(BANANA).seen(look)

    assert read_condition({"all": [BANANA]}).seen(look) == first
    assert len(look.memory) == 1


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ("banana", "a condition is a table"),
        ({}, "a condition is a table"),
        ({"some": [BANANA]}, "exactly one of all, any, not, detector, author, context"),
        ({"all": [BANANA], "any": [FIG]}, "exactly one of"),
        ({"all": BANANA}, "“all” needs a list of conditions"),
        ({"any": []}, "“any” needs a list of conditions"),
        ({"not": BANANA, "words": ["fig"]}, "“not” stands alone; words does not belong there"),
        (BANANA | {"at_least": 0}, "at_least counts from 1"),
        (BANANA | {"at_least": True}, "at_least counts from 1"),
        ({"author": {"age": 7}}, "“author” knows signed_in, staff, new, not age"),
        ({"author": {"staff": "yes"}}, "staff cannot be 'yes'"),
        ({"context": {}}, "“context” needs a table with some of kinds"),
        ({"detector": "mind-reader"}, "there is no detector “mind-reader”"),
    ],
)
def test_condition_that_cannot_be_read_says_why(tree, message):
    with pytest.raises(ValueError, match=message):
        read_condition(tree)


def test_condition_of_endless_depth_is_refused():
    tree = BANANA
    for _level in range(2000):
        tree = {"not": tree}

    with pytest.raises(ValueError, match="more than 8 levels deep"):
        read_condition(tree)


@pytest.mark.parametrize(
    ("rule", "clause", "message"),
    [
        ({}, {"viewpoint": True}, "about a topic or a viewpoint"),
        ({}, {"auto_max": "note"}, "lets a machine alone do no more than note"),
        ({"when": {"detector": "copied_text"}}, {}, "what the detector copied_text sees is no reason to hold"),
        ({"when": FIG | {"about": "topic"}}, {}, "its words are about a topic"),
        ({"when": {"all": [FIG | {"about": "viewpoint"}, BANANA]}}, {}, "its words are about a viewpoint"),
        ({"when": {"author": {"new": True}}}, {}, "it would hold people and not texts"),
        ({"when": {"not": FIG}}, {}, "it would hold people and not texts"),
    ],
)
def test_rule_that_may_only_suggest_cannot_hold(rule, clause, message):
    with pytest.raises(PolicyError, match=f"rule “figs” may only suggest: .*{message}"):
        read_policy(data(clauses=[CLAUSE | clause], rules=[HOLD | rule]), try_examples=False)


def test_rule_under_a_viewpoint_clause_may_suggest():
    document = data(clauses=[CLAUSE | {"viewpoint": True}], rules=[HOLD | {"mode": "suggest"}])

    assert read_policy(document).rules[0].mode == "suggest"
