"""Labels and sentences for the values of a policy.

What everybody reads of a clause and of a rule is made from the rules as they are on a day, never from what somebody
wrote about them.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from moderation.detectors import Context
from moderation.policy.document import Clause, Policy, Rule
from moderation.policy.rules import scope_of

MODE_WORDS = {
    "off": _("off"),
    "shadow": _("only counts"),
    "suggest": _("publishes with a note to the moderators"),
    "hold": _("can keep the text back until a person has read it"),
}
ACTION_WORDS = {
    "publish": _("let it appear"),
    "note": _("let it appear with a note to the moderators"),
    "hold": _("keep it back until a person has read it"),
}
REMEDY_WORDS = {
    "edit": _("the author changes it"),
    "redact": _("we take the passage out"),
    "none": _("nothing puts it right"),
}
TOMBSTONE_WORDS = {"public": _("which clause it was"), "hidden": _("only that a text is missing")}
CLAUSE_WORDS = {
    "severity": _("Severity"),
    "remedy": _("What puts it right"),
    "tombstone": _("What readers are told"),
    "auto_max": _("The most that a machine may do alone"),
    "second_opinion": _("Two people have to agree"),
    "viewpoint": _("About a topic or a viewpoint"),
    "legal_basis": _("Legal basis"),
}


REMEDY_SENTENCES = {
    "edit": _("You can change your text and send it again while the consultation is open."),
    "redact": _("We can take the passage out and publish the rest."),
}


class RuleInWords(NamedTuple):
    """A rule as everybody may read it: never the words that it looks for."""

    title: str
    clause: int | None
    mode: str | Promise


@dataclass(frozen=True, slots=True)
class ClauseInWords:
    """A clause, and what becomes of a text under it in sentences."""

    clause: Clause
    sentences: tuple[str | Promise, ...]


def mode_in_force(rule: Rule, day: date, crisis_level: int = 0) -> str:
    """Return how far a rule goes on a day and at a crisis level: a mode; "off" outside the time that it is for."""
    try:
        anywhere = replace(scope_of(rule), consultations=(), channels=(), languages=())
        in_time = anywhere.covers(Context(today=day, crisis_level=crisis_level))
        return rule.mode_on(day) if in_time else "off"
    except (TypeError, ValueError):  # a draft that nobody has finished: a published rule was read before
        return rule.mode


def rules_in_words(policy: Policy, day: date, crisis_level: int = 0) -> list[RuleInWords]:
    """Return the rules as everybody may read them: title, clause and how far they go."""
    numbers = {clause.key: clause.number for clause in policy.clauses}
    modes = [(rule, mode_in_force(rule, day, crisis_level)) for rule in policy.rules]
    return [
        RuleInWords(
            rule.title, numbers.get(rule.clause), MODE_WORDS.get(mode, "")
        )  # a draft's rule may have no mode yet
        for rule, mode in modes
        if mode != "off"
    ]


def clauses_in_words(policy: Policy, day: date, crisis_level: int = 0) -> list[ClauseInWords]:
    """Return the clauses with what follows from each on a day."""
    modes: dict[str, set[str]] = {clause.key: set() for clause in policy.clauses}
    for rule in policy.rules:
        modes.setdefault(rule.clause, set()).add(mode_in_force(rule, day, crisis_level))
    return [ClauseInWords(clause, tuple(clause_sentences(clause, modes[clause.key]))) for clause in policy.clauses]


def clause_sentences(clause: Clause, modes: set[str]) -> list[str | Promise]:
    """Say what becomes of a text under a clause; ``modes`` are those in which its rules are now."""
    said = [*machine_sentences(clause, modes), reading_sentence(modes)]
    if clause.second_opinion:
        said.append(_("Two people have to agree before we refuse a text under it."))
    if clause.remedy in REMEDY_SENTENCES:
        said.append(REMEDY_SENTENCES[clause.remedy])
    return said


def machine_sentences(clause: Clause, modes: set[str]) -> list[str | Promise]:
    """Say what the computer does; a rule that holds goes less far where what it sees is less sure, so it "can"."""
    if {"hold", "suggest"} <= modes:
        said = _("The computer can keep such a text back until a person has read it, or only leave moderators a note.")
    elif "hold" in modes:
        said = _("The computer can keep such a text back until a person has read it.")
    elif "suggest" in modes:
        said = _("If the computer notices such a text, it leaves our moderators a note and keeps nothing back.")
    elif "shadow" in modes:
        said = _("The computer only counts such texts, and changes nothing.")
    else:
        said = _("The computer does not look for such texts.")
    never = clause.viewpoint or clause.auto_max != "hold"
    return [said, _("A computer never keeps a text back under this clause.")] if never else [said]


def reading_sentence(modes: set[str]) -> str | Promise:
    """Say when a person looks at a text that no computer pointed out."""
    if modes & {"hold", "suggest"}:
        return _("What it does not notice, a person looks at when somebody reports it.")
    return _("A person looks at such a text when somebody reports it.")
