import json
import logging
import subprocess
import sys
from datetime import date
from itertools import count

import pytest

from moderation.detectors import Context
from moderation.policy.loading import PolicyError, load_policy, parse_policy, read_policy
from moderation.policy.rules import Finding
from moderation.policy.ruleset import Ruleset, Screening
from tests.moderation.policy.documents import CLAUSE, HOLD, RULE, data

LISTED = "Contains a word or phrase that we have listed."
CAPITALS = {**RULE, "key": "loud", "when": {"detector": "shouting", "minimum_letters": 5}, "explain": ""}
CAPITALS |= {"matches": ["A BANANA"]}


def test_policy_survives_the_way_to_json_and_back():
    policy = read_policy(data(rules=[RULE, HOLD, CAPITALS]))

    assert read_policy(json.loads(json.dumps(policy.as_dict()))) == policy


def test_policy_from_a_file_says_when_it_is_not_toml(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text("title = ")

    with pytest.raises(PolicyError, match=r"policy\.toml is not TOML"):
        load_policy(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"when": {"detector": "mind-reader"}}, "rule “bananas”: there is no detector “mind-reader”"),
        (
            {"when": {"detector": "words", "wods": ["banana"]}},
            "rule “bananas”: the detector words has no parameter wods",
        ),
        (
            {"when": {"detector": "words", "words": "banana"}},
            "rule “bananas”: the parameter words of the detector words cannot be 'banana'",
        ),
        ({"when": {"detector": "words", "words": [1]}}, "rule “bananas”: the parameter words"),
        ({"when": {"detector": "words"}}, "rule “bananas”: name at least one list, or give words"),
        ({"when": {"detector": "words", "words": [" "]}}, "rule “bananas”: a listed word cannot be empty"),
        ({"when": {"detector": "words", "lists": ["fruit"]}}, "rule “bananas”: there is no list of words called fruit"),
        ({"when": {"detector": "words", "lists": ["../severe"]}}, "rule “bananas”: there is no list of words called"),
        (
            {"when": {"detector": "words", "lists": ["severe"], "categories": ["fruit"]}},
            "rule “bananas”: no word in these lists has the category fruit",
        ),
        ({"when": {"detector": "pattern", "patterns": ["(?=a)"]}}, "rule “bananas”: RE2 cannot read the pattern"),
        (
            {"when": {"detector": "pattern", "patterns": ["a*"]}},
            "rule “bananas”: the pattern a. matches an empty text",
        ),
        ({"when": {"detector": "link_count", "maximum": True}}, "rule “bananas”: the parameter maximum"),
        (
            {"when": {"detector": "national_number", "numbers": ["x"]}},
            "rule “bananas”: there is no national number",
        ),
        ({"clause": "bread"}, "rule “bananas” belongs to the clause “bread”, which is not there"),
        ({"matches": []}, "rule “bananas” needs at least one example that it matches"),
        ({"ignores": []}, "rule “bananas” needs at least one example"),
        ({"matches": ["A pear."]}, "rule “bananas” does not match its example “A pear.”"),
        ({"ignores": ["A banana."]}, "rule “bananas” does not ignore its example “A banana.”"),
        ({"mode": "refuse"}, "rule “bananas”: mode must be one of off, shadow, suggest, hold, not “refuse”"),
        ({"mode": "publish"}, "rule “bananas”: mode must be one of off, shadow, suggest, hold, not “publish”"),
        ({"given": {"weather": "fine"}}, "rule “bananas”: .*weather"),
        ({"colour": "yellow"}, "rule “bananas” has a field that we do not know: colour"),
        ({"title": 7}, "rule “bananas” has the wrong kind of value for title"),
    ],
)
def test_policy_with_a_faulty_rule_is_refused(change, message):
    with pytest.raises(PolicyError, match=message):
        read_policy(data(rules=[RULE | change]))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"severity": 5}, "clause “fruit”: severity must be one of 0, 1, 2, 3, 4, not “5”"),
        ({"auto_max": "refuse"}, "clause “fruit”: auto_max must be one of publish, note, hold"),
        ({"remedy": "burn"}, "clause “fruit”: remedy must be one of"),
        ({"tombstone": "marble"}, "clause “fruit”: tombstone must be one of"),
        ({"reason": ""}, "clause “fruit” needs a key, a title, a text and a reason"),
        ({"number": True}, "clause “fruit” has the wrong kind of value for number"),
    ],
)
def test_policy_with_a_faulty_clause_is_refused(change, message):
    with pytest.raises(PolicyError, match=message):
        read_policy(data(clauses=[CLAUSE | change]))


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (data(clauses=[CLAUSE, CLAUSE]), "clause “fruit” is there more than once"),
        (data(clauses=[CLAUSE, CLAUSE | {"key": "bread"}]), "clause number “1” is there more than once"),
        (data(rules=[RULE, RULE]), "rule “bananas” is there more than once"),
        (
            data(clauses=[{k: v for k, v in CLAUSE.items() if k != "reason"}]),
            "clause “fruit” is incomplete: reason is missing",
        ),
        (data() | {"rules": "none"}, "The rules must be a list of tables"),
        ({"title": "Empty"}, "policy is incomplete: introduction is missing"),
    ],
)
def test_policy_with_a_fault_is_refused(document, message):
    with pytest.raises(PolicyError, match=message):
        read_policy(document)


def test_policy_of_long_ago_may_have_examples_that_behave_otherwise():
    document = data(rules=[RULE | {"matches": ["A pear."]}])

    assert read_policy(document, try_examples=False).rules[0].matches == ("A pear.",)


def test_screening_keeps_every_finding_and_the_most_restrictive_action():
    ruleset = Ruleset(read_policy(data(rules=[CAPITALS, RULE, HOLD])))

    screening = ruleset.screen("A FIG AND A BANANA", title="Banana and fig")

    assert screening == Screening(
        "hold",
        (
            Finding("bananas", "fruit", "note", "title", 0, 6, LISTED, "words", "Names a banana."),
            Finding("figs", "fruit", "hold", "title", 11, 14, LISTED, "words"),
            Finding("loud", "fruit", "note", "text", 0, 18, "Written mostly in capital letters.", "shouting"),
            Finding("figs", "fruit", "hold", "text", 2, 5, LISTED, "words"),
            Finding("bananas", "fruit", "note", "text", 12, 18, LISTED, "words", "Names a banana."),
        ),
    )


def test_screening_without_findings_publishes():
    assert Ruleset(read_policy(data())).screen("A pear.", context=Context(language="de")) == Screening("publish", ())


def test_screening_of_notes_alone_is_a_note():
    assert Ruleset(read_policy(data())).screen("Banana!").action == "note"


def test_screening_with_a_failing_detector_holds_and_logs_no_text(caplog):
    policy = read_policy(
        data(rules=[RULE, CAPITALS | {"when": {"detector": "copied_text"}}]),
        try_examples=False,
    )

    with caplog.at_level(logging.ERROR, logger="moderation"):
        screening = Ruleset(policy).screen("A secret banana", context=Context(copies="many"))

    sentence = "The rule “Bananas” could not be tried, so a person will look."
    assert screening == Screening(
        "hold",
        (
            Finding("loud", "", "hold", "text", 0, 15, sentence),
            Finding("bananas", "fruit", "note", "text", 9, 15, LISTED, "words", "Names a banana."),
        ),
    )
    assert [record.getMessage() for record in caplog.records] == ["A detector failed in the rule loud"]
    assert "secret" not in caplog.text


def test_rule_in_the_shadow_leaves_its_findings_and_changes_nothing():
    screening = Ruleset(read_policy(data(rules=[HOLD | {"mode": "shadow"}]))).screen("A fig.")

    assert (screening.action, [finding.action for finding in screening.findings]) == ("publish", ["shadow"])


def test_rule_that_is_off_sees_nothing():
    assert Ruleset(read_policy(data(rules=[HOLD | {"mode": "off"}]))).screen("A fig.") == Screening("publish", ())


def test_rule_sees_the_name_to_show_too():
    assert Ruleset(read_policy(data())).screen("A pear.", name="Banana Joe") == Screening(
        "note", (Finding("bananas", "fruit", "note", "name", 0, 6, LISTED, "words", "Names a banana."),)
    )


@pytest.mark.parametrize(
    ("scope", "context", "action"),
    [
        ({}, Context(), "note"),
        ({"languages": ["de"]}, Context(language="de"), "note"),
        ({"languages": ["de"]}, Context(language="en"), "publish"),
        ({"channels": ["email"]}, Context(channel="website"), "publish"),
        ({"consultations": ["night-buses"]}, Context(consultation="night-buses"), "note"),
        ({"consultations": ["night-buses"]}, Context(consultation="trees"), "publish"),
        ({"crisis_level": 1}, Context(crisis_level=0), "publish"),
        ({"crisis_level": 1}, Context(crisis_level=2), "note"),
        ({"since": "2027-03-01"}, Context(today=date(2027, 2, 28)), "publish"),
        ({"since": "2027-03-01", "until": "2027-03-02"}, Context(today=date(2027, 3, 2)), "note"),
        ({"until": "2027-03-02"}, Context(today=date(2027, 3, 3)), "publish"),
    ],
)
def test_rule_applies_within_its_scope_only(scope, context, action):
    ruleset = Ruleset(read_policy(data(rules=[RULE | {"scope": scope}])))

    assert ruleset.screen("A banana.", context=context).action == action


def test_rule_that_takes_too_long_holds(monkeypatch):
    monkeypatch.setattr("moderation.policy.ruleset.MAX_RULES_SECONDS", -1.0)

    screening = Ruleset(read_policy(data())).screen("A pear.")

    (finding,) = screening.findings
    assert (screening.action, finding.clause, finding.explanation) == (
        "hold",
        "",
        "The rule “Bananas” could not be tried, so a person will look.",
    )


def test_rules_that_took_too_long_once_are_tried_again(monkeypatch):
    ruleset = Ruleset(read_policy(data()))
    wall, processor = count(step=9), iter([0.0, 0.1])  # seconds that each look at the clock finds
    monkeypatch.setattr("moderation.policy.ruleset.time.perf_counter", lambda: next(wall))
    monkeypatch.setattr("moderation.policy.ruleset.time.thread_time", lambda: next(processor))

    assert ruleset.screen("A pear.") == Screening("publish", ())


def test_what_a_rule_says_is_for_staff_and_its_author_reads_a_sentence_of_his_own():
    (plain,) = Ruleset(read_policy(data())).screen("A banana.").findings
    (told,) = Ruleset(read_policy(data(rules=[RULE | {"tell_author": "Fruit."}]))).screen("A banana.").findings

    assert (plain.explanation, plain.advice) == (LISTED, "Names a banana.")
    assert (told.explanation, told.advice) == ("Fruit.", "Names a banana.")


FIRST_TEXT = """
from moderation.policy.loading import STARTER_POLICY, load_policy, read_policy
from moderation.policy.ruleset import Ruleset
from tests.call_count import calls_of
import tomllib

rules = Ruleset(read_policy(tomllib.loads(STARTER_POLICY.read_text()), try_examples=False))
text = "Kill your car, 12 Mill Lane; ring 0491 570 006 or é@example.org, www.example.com. It is f*cking sh1t."
print(calls_of(lambda: rules.screen(text)), calls_of(lambda: rules.screen(text)))
"""


def test_rules_are_warm_when_the_first_text_comes():
    printed = subprocess.run([sys.executable, "-c", FIRST_TEXT], check=True, capture_output=True, text=True).stdout

    first, second = map(int, printed.split())
    assert first <= 1.5 * second


def test_policy_survives_the_way_to_a_file_and_back():
    policy = read_policy(data(rules=[RULE, HOLD | {"scope": {"languages": ["en"]}, "review_by": "2027-03-01"}]))

    assert parse_policy(policy.as_toml()) == policy


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scope": {"languages": "en"}}, "languages in a scope cannot be 'en'"),
        ({"scope": {"crisis_level": True}}, "crisis_level in a scope cannot be True"),
        ({"scope": {"moon": "full"}}, "moon"),
        ({"scope": {"since": "March"}}, "since must be a day such as 2027-03-01, not “March”"),
        ({"given": {"copies": "many"}}, "copies in what is given cannot be 'many'"),
    ],
)
def test_rule_with_a_scope_or_context_that_cannot_be_is_refused(change, message):
    with pytest.raises(PolicyError, match=f"rule “bananas”.*{message}"):
        read_policy(data(rules=[RULE | change]))


def test_days_in_a_file_need_no_quotes():
    policy = read_policy(data() | {"rules": [RULE | {"scope": {"since": date(2027, 3, 1)}}]})

    assert Ruleset(policy).screen("A banana.", context=Context(today=date(2027, 2, 1))).action == "publish"
    assert parse_policy(policy.as_toml()).rules[0].scope == {"since": "2027-03-01"}
