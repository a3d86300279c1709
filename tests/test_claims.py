"""Sentences that promise what staff or the machine do for everybody, or by when: each names what makes it true.

A sentence of this kind that nothing makes true gets out of date without a word. Whoever writes a new one adds it here
with the function or the test that keeps it true, or writes it so that it is made from a setting or a figure.
"""

import ast
import importlib
import re
import tomllib
from html import unescape
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("portal", "consultations", "moderation", "search")
TEXTS = [ROOT / "moderation/policy/starter.toml", *sorted((ROOT / "portal/demo/texts").glob("*.toml"))]
WRITTEN_BY_CITIZENS = re.compile("(submissions|responses|statements).toml$")
GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext"}
TRANSLATE = re.compile(
    r"""{% translate (?:"([^"]+)"|'([^']+)')|{% blocktranslate.*?%}(.*?){% endblocktranslate %}""", re.DOTALL
)

SPAN = r"(hours?|days?|weeks?|months?|minutes?)\b"
NUMBER = r"(\d+|a|an|one|two|three|four|five|six|seven|eight|nine|ten|twenty)"
DOES = r"(is|are|was|were|gets?|will be|read|reads|look|looks|answers?|decides?|counts?|tells?|told|seen|sees?)"
CLAIM = re.compile(
    rf"\b(every|each|all) (text|comment|idea|answer|report|letter|response|one of them|of (it|them))s?\b[^.]*\b{DOES}\b"
    rf"|\b(read|reads|answer|answers|count|counts|look at|tell|tells) (every|each|all|everything|everybody)\b"
    rf"|\b(every|any)(body|one) (who|that)\b[^.]*\b{DOES}\b"
    rf"|\bwithin (about )?{NUMBER} (working )?{SPAN}"
    r"|\b(moderators|officers|staff|we)\b [^.]*\b(do not|never|always) (see|decide|read|judge|know)\b"
    r"|\btrained\b",
    re.IGNORECASE,
)

BEFORE = "tests.moderation.test_screening:test_moderation_before_publication_holds_everything"
CARETAKER = "tests.moderation.restrictions.test_caretaker:test_a_period_is_entered_by_a_lead_and_counts_at_once"
LEVEL_TWO = "tests.moderation.restrictions.test_crisis:test_from_level_two_everything_is_read_first"
NO_POLICY = "tests.moderation.test_screening:test_without_a_policy_everything_is_held"
NOW = "moderation.restrictions.in_force:publication"
STAGES = "consultations.stages:conditions"
READING_LIST = "tests.moderation.review.test_reading:test_list_has_ten_texts_in_which_no_rule_saw_anything"

# sentence: the function or the test that makes it true
REGISTER = {
    "A computer reads every text first.": "moderation.screening.screen:assess",
    "A consultation may say that a person reads every text before it is shown.": BEFORE,
    "A person reads every text before it appears here, and answers to policy questions wait until after it.": CARETAKER,
    "A person reads every text before it appears.": NOW,
    "Answer due within two weeks": STAGES,
    "Before publication: a person reads everything first": BEFORE,
    "Close within a week": STAGES,
    "Every text is read by a person before it appears.": LEVEL_TWO,
    "Every text is coded.": "tests.search.coding.test_coding:test_list_of_what_is_left_says_when_every_text_is_coded",
    "For now a person reads every text before it appears.": NOW,
    "For the time being a person reads every text with a link before it appears.": (
        "tests.moderation.restrictions.test_crisis:test_at_level_one_a_text_with_a_link_waits_unless_it_is_ours"
    ),
    "In the weeks before an election the law may ask us to read every text first.": CARETAKER,
    "In these consultations a person reads every text before it appears:": BEFORE,
    "In this consultation a person reads everything before it appears.": BEFORE,
    "Letters that many people send are welcome: we count every one of them, and may show the shared text only once.": (
        "tests.moderation.review.test_bulk:test_letters_are_decided_together_each_with_a_decision_of_its_own"
    ),
    "No policy is in force yet, so a person reads everything first.": NO_POLICY,
    "So here a person reads each comment before it is public.": BEFORE,
    "Texts come here when a person reads everything first and no rule saw anything in them.": READING_LIST,
    "Texts that wait only because a person reads everything first, ten at a time.": READING_LIST,
    "Until they are in force, a person reads every text before it appears.": NO_POLICY,
    "RateLimit in each answer says how many are left (r) and in how many seconds you have all again (t).": (
        "portal.api.rates:share_of"
    ),
    "tells when the worker last read every entry and looked for changes.": "portal.audit.ledger_check:check_ledger",
}
# What only sounds alike: it says nothing of what staff or the machine do for whoever takes part.
NO_CLAIMS = {
    "A language that moderators do not read",
    "All 120 crew members are trained for a day by people who use wheelchairs, canes and hearing aids.",
    "Choose another stage above, or look at all of them.",
    "Coding says what each text says, so that you can count it.",
    "If you keep a copy, read everything anew from time to time, so that what people took back is gone from your copy too.",  # noqa: E501
    "Read all of it",
    "Read each text once and say what it says, in a few codes that you share with your colleagues.",
    "So every text is coded once it was read.",
    "The dial has no motor and costs little, but we do not know yet whether it stands the salt.",
    "You can change your texts in it, or withdraw all of it and answer again.",
    "what we tell everybody",
    "with a consent that we do not know; not public",
    "with a decision that we do not know; not public until somebody decides",
    "with a language that we do not know; it was guessed from the text",
    "with a way of coming that we do not know; counted as “other”",
}


def sentences(text):
    """Return the sentences of a text without markup and without the line ends of its file."""
    plain = " ".join(unescape(re.sub(r"<[^>]*>|{%.*?%}", " ", text)).split())
    return re.split(r"(?<=[.!?])\s+", plain)


def words_of_templates():
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in (".html", ".txt") and "style" not in path.parts:
            for found in TRANSLATE.finditer(path.read_text(encoding="utf-8")):
                yield next(filter(None, found.groups()), "")


def words_of_code():
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in GETTEXT:
                    yield from (each.value for each in node.args if isinstance(getattr(each, "value", None), str))


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)


def words_of_texts():
    for path in TEXTS:
        if not WRITTEN_BY_CITIZENS.search(path.name):
            yield from strings(tomllib.loads(path.read_text(encoding="utf-8")))


def claims():
    said = (*words_of_templates(), *words_of_code(), *words_of_texts())
    return {sentence for text in said for sentence in sentences(text) if CLAIM.search(sentence)}


def test_every_promise_names_what_makes_it_true():
    assert claims() == REGISTER.keys() | NO_CLAIMS


@pytest.mark.parametrize("proof", sorted(set(REGISTER.values())))
def test_what_makes_a_promise_true_exists(proof):
    module, name = proof.split(":")
    if module.startswith("tests."):
        path = ROOT / f"{module.replace('.', '/')}.py"
        assert f"def {name}(" in path.read_text(encoding="utf-8")
    else:
        assert callable(getattr(importlib.import_module(module), name))


@pytest.mark.parametrize(
    "sentence",
    [
        "Every text is read by a person.",
        "Everybody who left an address is told.",
        "Moderators do not decide on criticism of their own team.",
        "A planner reads every comment within a week.",
        "We answer complaints within seven days.",
        "They read a text that was kept back within four working hours.",
        "Officers read all of it.",
        "Only a trained member of staff can do that.",
    ],
)
def test_the_sentences_that_were_found_in_use_are_of_the_kind(sentence):
    assert CLAIM.search(sentence)
