"""How entries read: packages say which sentence an action makes, and what a subject is called and where it is found."""

import string
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import format_html

from portal.accounts.models import User

LedgerWords = str | Promise
Found = tuple[str, str]  # what a subject is called, and its address or ''
SubjectFinder = Callable[[list[str], User], Mapping[str, Found]]


@dataclass(frozen=True, slots=True)
class LedgerKind:
    """What a group of actions is about, for the filter."""

    name: str
    label: LedgerWords


@dataclass(frozen=True, slots=True)
class LedgerSentence:
    """How an action reads; {who}, {what} and the names of facts stand for their values."""

    kind: LedgerKind
    words: LedgerWords

    @property
    def names(self) -> set[str]:
        """Return the names of the facts that it tells."""
        return names_in(self.words)


_sentences: dict[str, LedgerSentence] = {}
_finders: dict[str, SubjectFinder] = {}


def ledger_sentences(name: str, label: LedgerWords, words_by_action: Mapping[str, LedgerWords]) -> None:
    """Have actions read as sentences, and offer them together in the filter."""
    kind = LedgerKind(name, label)
    _sentences.update({action: LedgerSentence(kind, words) for action, words in words_by_action.items()})


def ledger_subject(label: str) -> Callable[[SubjectFinder], SubjectFinder]:
    """Register a function that finds what subjects of a model, given by "label", are called, and their addresses."""

    def register(find: SubjectFinder) -> SubjectFinder:
        _finders[label] = find
        return find

    return register


def sentence_of(action: str) -> LedgerSentence | None:
    """Return how an action reads, or None for one that nobody registered."""
    return _sentences.get(action)


def ledger_kinds() -> list[LedgerKind]:
    """Return the kinds of actions, in the order in which they were registered."""
    return list(dict.fromkeys(sentence.kind for sentence in _sentences.values()))


def actions_of_kind(name: str) -> list[str]:
    """Return the actions of one kind."""
    return [action for action, sentence in _sentences.items() if sentence.kind.name == name]


def find_subjects(subjects: Iterable[tuple[str, str]], user: User) -> dict[tuple[str, str], Found]:
    """Return what subjects are called, and where the user finds them; one query or few for each kind."""
    by_type = defaultdict(set)
    for subject_type, subject_id in subjects:
        by_type[subject_type].add(subject_id)
    found: dict[tuple[str, str], Found] = {}
    for subject_type, ids in by_type.items():
        if find := _finders.get(subject_type):
            found |= {(subject_type, pk): told for pk, told in find(sorted(ids), user).items()}
    return found


def filled(words: LedgerWords, values: Mapping[str, str]) -> str:
    """Return a sentence with its values, as HTML that is safe; what an old entry does not tell is a dash."""
    return format_html(str(words), **{name: values.get(name, "–") for name in names_in(words)})


def names_in(words: LedgerWords) -> set[str]:
    """Return the names that stand in a sentence."""
    return {name for _text, name, _spec, _how in string.Formatter().parse(str(words)) if name}
