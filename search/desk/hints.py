"""Hints about a query in words, as the desk and the API say them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from search.language.hints import HintKind, QueryHint, query_hints


@dataclass(frozen=True, slots=True)
class HintInWords:
    """One sentence, and the query text that it offers instead, or nothing."""

    sentence: str
    instead: str


def hints_in_words(text: str) -> list[HintInWords]:
    """Return what to tell whoever typed this query text."""
    return [HintInWords(_sentence(hint), hint.instead) for hint in query_hints(text)]


def _sentence(hint: QueryHint) -> str:
    sentences = {
        HintKind.NO_WORD: _("There is no letter or digit in “%s” that could be looked for, so nothing is found."),
        HintKind.LEFT_OUT: _("“%s” has no letter or digit, so it was left out."),
        HintKind.OPERATOR: _("Here | means or, - means without, and words are looked for together. “%s” was no sign."),
        HintKind.STAR: _("A star works at the end of a word only. In “%s” it was read as a space."),
        HintKind.SHORT: _("A star needs two letters before it. In “%s” it was left out."),
    }
    return sentences[hint.kind] % hint.part
