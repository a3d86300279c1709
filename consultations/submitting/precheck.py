"""The pre-check: warnings that an author reads before a text is saved; it never refuses a text.

The view shows the form again with the warnings. The author changes the text, or confirms it as it is: only a form
that showed the warnings contains the confirmation, a keyed digest of exactly the words that were checked.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from string import ascii_uppercase
from typing import NamedTuple

from django.utils.crypto import salted_hmac

from consultations.models import Submission
from consultations.screening import Assessment

WARNING_KINDS = ("emergency", "help", "staff", "hold")  # in the order in which they are shown
MAX_FINDINGS = 12  # whoever reads more of them changes the text first
# In characters: an unmarked segment longer than the first is shortened to the second on each side that has a mark.
MAX_UNMARKED_LENGTH, CONTEXT_LENGTH = 240, 100


@dataclass(frozen=True, slots=True)
class PrecheckWarning:
    """One warning: a passage would be held, its author may need help now, or works for the agency.

    `start` and `end` delimit the passage in its field, in code points; `words` is empty when the warning is about the
    whole text.
    """

    kind: str
    field: str
    start: int
    end: int
    words: str
    explanation: str
    clause: int | None = None  # its number
    title: str = ""
    url: str = ""


class Segment(NamedTuple):
    """A piece of a text, and the letters of the findings that cover it, separated by spaces."""

    text: str
    letters: str = ""


@dataclass(frozen=True, slots=True)
class PrecheckResult:
    """The warnings about one form, and the confirmation that lets exactly its words be sent as they are."""

    warnings: tuple[PrecheckWarning, ...]
    parts: Mapping[str, str]  # the checked words by field
    confirmation: str
    labels: Mapping[str, str] = field(default_factory=dict)  # of fields that only this form has

    @property
    def kinds(self) -> list[str]:
        """Return the kinds of its warnings, the most pressing first."""
        return [kind for kind in WARNING_KINDS if any(each.kind == kind for each in self.warnings)]

    @property
    def findings(self) -> list[tuple[str, PrecheckWarning]]:
        """Return the warnings that the text would be held, each with its letter; at most MAX_FINDINGS."""
        held = [each for each in self.warnings if each.kind == "hold"]
        return list(zip(ascii_uppercase, held[:MAX_FINDINGS], strict=False))

    @property
    def marked_parts(self) -> list[tuple[str, list[Segment]]]:
        """Return each field with findings and its segments; words far from any finding are left out."""
        result = []
        for name, text in self.parts.items():
            inside = [(letter, each) for letter, each in self.findings if each.field == name and each.words]
            if inside:
                result.append((name, [*shorten(segments_of(text, inside))]))
        return result

    @property
    def field_name(self) -> str:
        """Return the name of the field to change first."""
        if self.findings:
            return self.findings[0][1].field
        return "author_email" if self.kinds == ["staff"] else "text"


def warnings_of(assessment: Assessment | None) -> tuple[PrecheckWarning, ...]:
    """Return the warnings of an assessment, the most pressing first; none without an assessment."""
    return tuple(sorted(assessment.warnings, key=lambda each: WARNING_KINDS.index(each.kind))) if assessment else ()


def confirmation_of(draft: Submission, title: str, text: str) -> str:
    """Return the HMAC of everything that was checked, in hexadecimal."""
    words = [draft.consultation_id, title, text, draft.author_name, draft.author_email, draft.by_staff]
    return salted_hmac("consultations.precheck", json.dumps(words), algorithm="sha256").hexdigest()


def segments_of(text: str, found: Iterable[tuple[str, PrecheckWarning]]) -> Iterator[Segment]:
    """Split a text where findings begin and end; a segment under several findings has the letters of all."""
    inside = list(found)
    cuts = sorted({0, len(text), *(place for _letter, each in inside for place in (each.start, each.end))})
    for start, end in pairwise(cuts):
        over = (letter for letter, each in inside if each.start <= start and end <= each.end)
        yield Segment(text[start:end], " ".join(over))


def shorten(segments: Iterable[Segment]) -> Iterator[Segment]:
    """Shorten long unmarked segments: those between marks lose their middle, the first and last their far side."""
    every = list(segments)
    for place, segment in enumerate(every):
        if segment.letters or len(segment.text) <= MAX_UNMARKED_LENGTH:
            yield segment
            continue
        head = f"{words_up_to(CONTEXT_LENGTH, segment.text)} " if place else ""
        tail = f" {words_up_to(CONTEXT_LENGTH, segment.text[::-1])[::-1]}" if place < len(every) - 1 else ""
        yield Segment(f"{head}…{tail}")


def words_up_to(length: int, text: str) -> str:
    """Return the beginning of a text, cut between two words where there are any."""
    whole = text[:length].rsplit(None, 1)
    return whole[0] if len(whole) > 1 else text[:length]
