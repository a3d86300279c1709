"""What an author should know before a text is sent; never a refusal.

The form is shown again with what was found, and
the author changes the text or sends it as it is: the seal proves that exactly this text was looked at.
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

KINDS = ("emergency", "help", "staff", "hold")  # in the order in which they are shown
MOST = 12  # passages shown: who reads more changes the text first
CUT, KEPT = 240, 100  # characters: a longer stretch without a mark keeps so many on the side of one


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to know: that a passage would be held, or that somebody needs help now, or works for us.

    The passage is `start` to `end` of a field, in code points; `words` is empty when it is about the whole text.
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


class Stretch(NamedTuple):
    """A stretch of text, and the letters of what was found in it."""

    text: str
    letters: str = ""


@dataclass(frozen=True, slots=True)
class Counsel:
    """Everything to know about one text, and the seal that lets exactly this text be sent as it is."""

    advice: tuple[Advice, ...]
    parts: Mapping[str, str]
    seal: str
    labels: Mapping[str, str] = field(default_factory=dict)  # of fields that only this form has

    @property
    def kinds(self) -> list[str]:
        """Return what kinds of advice there are, the most pressing first."""
        return [kind for kind in KINDS if any(each.kind == kind for each in self.advice)]

    @property
    def findings(self) -> list[tuple[str, Advice]]:
        """Return what would hold the text, each under its letter."""
        held = [each for each in self.advice if each.kind == "hold"]
        return list(zip(ascii_uppercase, held[:MOST], strict=False))

    @property
    def marked(self) -> list[tuple[str, list[Stretch]]]:
        """Return each part in which passages were found, cut at them; the words far from any are left out."""
        result = []
        for name, text in self.parts.items():
            inside = [(letter, each) for letter, each in self.findings if each.field == name and each.words]
            if inside:
                result.append((name, [*shortened(stretches(text, inside))]))
        return result

    @property
    def field(self) -> str:
        """Return the field of the form to change first."""
        if self.findings:
            return self.findings[0][1].field
        return "author_email" if self.kinds == ["staff"] else "text"


def warnings_of(assessment: Assessment | None) -> tuple[Advice, ...]:
    """Return what the author should know, the most pressing first; nothing when nobody screens, or that broke."""
    return tuple(sorted(assessment.warnings, key=lambda each: KINDS.index(each.kind))) if assessment else ()


def seal_of(draft: Submission, title: str, text: str) -> str:
    """Return a keyed digest of all that was looked at; nobody has it who was not shown the advice."""
    words = [draft.consultation_id, title, text, draft.author_name, draft.author_email, draft.by_staff]
    return salted_hmac("consultations.precheck", json.dumps(words), algorithm="sha256").hexdigest()


def stretches(text: str, found: Iterable[tuple[str, Advice]]) -> Iterator[Stretch]:
    """Cut a text where passages begin and end; where they overlap, a stretch carries the letters of all."""
    inside = list(found)
    cuts = sorted({0, len(text), *(place for _letter, each in inside for place in (each.start, each.end))})
    for start, end in pairwise(cuts):
        over = (letter for letter, each in inside if each.start <= start and end <= each.end)
        yield Stretch(text[start:end], " ".join(over))


def shortened(found: Iterable[Stretch]) -> Iterator[Stretch]:
    """Leave out the middle of long stretches without a mark, and the far side of the first and the last."""
    every = list(found)
    for place, stretch in enumerate(every):
        if stretch.letters or len(stretch.text) <= CUT:
            yield stretch
            continue
        head = f"{words_up_to(KEPT, stretch.text)} " if place else ""
        tail = f" {words_up_to(KEPT, stretch.text[::-1])[::-1]}" if place < len(every) - 1 else ""
        yield Stretch(f"{head}…{tail}")


def words_up_to(length: int, text: str) -> str:
    """Return the beginning of a text, cut between two words where there are any."""
    whole = text[:length].rsplit(None, 1)
    return whole[0] if len(whole) > 1 else text[:length]
