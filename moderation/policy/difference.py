"""What changed between two policies: clause by clause and word by word, and the rules in sentences."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from moderation.policy.document import Clause, Policy, Rule, Section
from moderation.policy.wording import ACTION_WORDS, CLAUSE_WORDS, MODE_WORDS, REMEDY_WORDS, TOMBSTONE_WORDS
from portal.word_difference import Change, difference

CLAUSE_SETTINGS = tuple(CLAUSE_WORDS)
VALUES_IN_WORDS = {
    "auto_max": ACTION_WORDS,
    "remedy": REMEDY_WORDS,
    "tombstone": TOMBSTONE_WORDS,
}


@dataclass(frozen=True, slots=True)
class Passage:
    """A text in both policies, as the way from one to the other; without a heading when it stands for itself."""

    changes: tuple[Change, ...]
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A clause or a section that is new, gone, changed or the same, and what is different in it."""

    kind: str
    title: tuple[Change, ...]
    passages: tuple[Passage, ...] = ()
    sentences: tuple[str, ...] = ()
    number: int = 0


@dataclass(frozen=True, slots=True)
class PolicyDifference:
    """The way from one policy to another; what stayed the same is only counted."""

    top: tuple[Passage, ...]
    clauses: tuple[Chapter, ...]
    sections: tuple[Chapter, ...]
    rules: tuple[str, ...]
    same: int

    @property
    def is_empty(self) -> bool:
        """Return whether the two say the same."""
        return not (self.top or self.clauses or self.sections or self.rules)


def compare(before: Policy, after: Policy) -> PolicyDifference:
    """Return the way from one policy to another."""
    clauses = [_clause(old, new) for old, new in _pairs(before.clauses, after.clauses)]
    sections = [_section(old, new) for old, new in _pairs(before.sections, after.sections)]
    top = ((name, getattr(before, name), getattr(after, name)) for name in ("title", "introduction", "emergency"))
    rules = (rule_sentences(old, new) for old, new in _pairs(before.rules, after.rules))
    return PolicyDifference(
        top=tuple(_passage(old, new, _heading(name)) for name, old, new in top if _flowing(old) != _flowing(new)),
        clauses=tuple(chapter for chapter in clauses if chapter.kind != "same"),
        sections=tuple(chapter for chapter in sections if chapter.kind != "same"),
        rules=tuple(sentence for sentences in rules for sentence in sentences),
        same=sum(chapter.kind == "same" for chapter in clauses),
    )


def rule_sentences(old: Rule | None, new: Rule | None) -> list[str]:
    """Say what became of a rule, without the words it looks for."""
    if old is None or new is None:
        return [_new_rule(new) if new else _("Rule “%(rule)s” is gone.") % {"rule": old.title if old else ""}]
    facts = {"rule": new.title, "was": MODE_WORDS[old.mode], "now": MODE_WORDS[new.mode]}
    said = []
    if old.title != new.title:
        said.append(_("Rule “%(was)s” is called “%(rule)s” now.") % {"was": old.title, "rule": new.title})
    if old.mode != new.mode:
        said.append(_("Rule “%(rule)s”: %(was)s → %(now)s.") % facts)
    if old.clause != new.clause:
        said.append(_("Rule “%(rule)s” serves another clause.") % facts)
    if old.when != new.when:
        said.append(_("Rule “%(rule)s” looks for something else than before.") % facts)
    if old.scope != new.scope:
        said.append(_("Rule “%(rule)s” applies elsewhere, or at other times.") % facts)
    return said


def _new_rule(rule: Rule) -> str:
    return _("Rule “%(rule)s” is new: %(now)s.") % {"rule": rule.title, "now": MODE_WORDS[rule.mode]}


def _pairs(before: Sequence[Any], after: Sequence[Any]) -> Iterable[tuple[Any, Any]]:
    """Pair what has the same key, in the order of the later policy; what is gone comes last."""
    old, new = {each.key: each for each in before}, {each.key: each for each in after}
    yield from ((old.get(key), each) for key, each in new.items())
    yield from ((each, None) for key, each in old.items() if key not in new)


def _passage(old: str, new: str, heading: str = "") -> Passage:
    return Passage(tuple(difference(_flowing(old), _flowing(new))), heading)


def _flowing(text: str) -> str:
    """Return a text without the line breaks of its file, each paragraph on a line."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))


def _heading(name: str) -> str:
    return {"title": _("Title"), "introduction": _("Introduction"), "emergency": _("In an emergency")}[name]


def _section(old: Section | None, new: Section | None) -> Chapter:
    return Chapter(
        kind=_kind(old, new),
        title=tuple(difference(old.title if old else "", new.title if new else "")),
        passages=(_passage(old.text if old else "", new.text if new else ""),),
    )


def _clause(old: Clause | None, new: Clause | None) -> Chapter:
    sides = (("", "text"), (_("Reason"), "reason"))
    texts = [(heading, *_both(old, new, name, "")) for heading, name in sides]
    examples = [
        (_("This is fine"), *_both(old, new, "allowed", ())),
        (_("This is not"), *_both(old, new, "not_allowed", ())),
    ]
    passages = [_passage(was, now, heading) for heading, was, now in texts if _flowing(was) != _flowing(now)]
    passages += [_list_passage(was, now, heading) for heading, was, now in examples if was != now]
    shown = new or old
    return Chapter(
        kind=_kind(old, new),
        title=tuple(difference(old.title if old else "", new.title if new else "")),
        passages=tuple(passages),
        sentences=tuple(_settings(old, new)) if old and new else (),
        number=shown.number if shown else 0,
    )


def _both(old: Clause | None, new: Clause | None, name: str, nothing: Any) -> tuple[Any, Any]:
    return getattr(old, name) if old else nothing, getattr(new, name) if new else nothing


def _list_passage(was: tuple[str, ...], now: tuple[str, ...], heading: str) -> Passage:
    """Return two lists of examples as whole examples that stayed, went and came, each on a line."""
    changes = [Change("same", each) for each in now if each in was]
    changes += [Change("gone", each) for each in was if each not in now]
    changes += [Change("new", each) for each in now if each not in was]
    return Passage(tuple(Change(change.kind, f"{change.text}\n") for change in changes), heading)


def _settings(old: Clause, new: Clause) -> Iterable[str]:
    if old.number != new.number:
        yield _("Number: %(was)s → %(now)s.") % {"was": old.number, "now": new.number}
    for name in CLAUSE_SETTINGS:
        was, now = getattr(old, name), getattr(new, name)
        if was != now:
            facts = {"what": CLAUSE_WORDS[name], "was": _in_words(name, was), "now": _in_words(name, now)}
            yield _("%(what)s: %(was)s → %(now)s.") % facts


def _in_words(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(VALUES_IN_WORDS.get(name, {}).get(value, value)) or _("none")


def _kind(old: Any, new: Any) -> str:
    if old is None:
        return "new"
    if new is None:
        return "gone"
    return "same" if _shown(old) == _shown(new) else "changed"


def _shown(each: Any) -> Any:
    """Return what the public can see of a clause or a section, or learn about it."""
    if isinstance(each, Clause):
        names = ("number", "title", "text", "reason", "allowed", "not_allowed", *CLAUSE_SETTINGS)
        values = (getattr(each, name) for name in names)
        return tuple(_flowing(value) if isinstance(value, str) else value for value in values)
    return each.title, _flowing(each.text)
