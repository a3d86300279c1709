"""The parts of a long text: chapters for its outline, and where its timeline states."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from itertools import count, groupby, islice
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from consultations.models import Channel
from consultations.outcomes import OutcomePoint, outcome_points

register = template.Library()

MERGED_KINDS = {"myth": "fact"}  # told together
UNTITLED_KINDS = {"documents"}  # each has a title of its own


@dataclass(frozen=True, slots=True)
class Chapter:
    """A run of blocks under one heading."""

    kind: str
    title: str
    anchor: str
    blocks: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """A day on a timeline, and whether it is past, next or later."""

    date: date
    title: str
    text: str
    state: str


def titles() -> dict[str, str]:
    """Return the heading of each kind of chapter, in the reader's language."""
    return {
        "section": _("What we propose"),
        "fact": _("What we know"),
        "timeline": _("What happens when"),
        "faq": _("Questions people ask"),
    }


def runs(blocks: list[Any]) -> list[tuple[str, list[Any]]]:
    """Return runs of one kind; between two sections all is proposal, and a picture goes with what it follows."""
    places = [n for n, block in enumerate(blocks) if block.block_type == "section"]
    kinds: list[tuple[str, int]] = []
    for n, block in enumerate(blocks):
        kind = MERGED_KINDS.get(block.block_type, block.block_type)
        if places and places[0] < n < places[-1]:
            kind = "section"
        elif kind == "picture" and kinds:
            kinds.append(kinds[-1])
            continue
        kinds.append((kind, n if kind in UNTITLED_KINDS else -1))
    paired = groupby(zip(kinds, blocks, strict=True), key=lambda pair: pair[0])
    return [(kind, [block for _key, block in run]) for (kind, _n), run in paired]


@register.filter
def chapters(body: Any) -> list[Chapter]:
    """Return the text of a consultation as chapters, each with a heading and an address of its own."""
    found: list[Chapter] = []
    for kind, blocks in runs(list(body)):
        title = blocks[0].value["title"] if kind in UNTITLED_KINDS else titles().get(kind, "")
        again = sum(chapter.kind == kind for chapter in found)
        found.append(Chapter(kind, title, f"{kind}-{again + 1}" if again else kind, tuple(blocks)))
    return found


@register.filter
def among(references: list[str], submissions: dict[str, Any]) -> list[Any]:
    """Return the submissions with these references; one that is not public (any more) is left out."""
    return [submissions[reference] for reference in references if reference in submissions]


@register.filter
def with_numbers(blocks: Any) -> list[tuple[Any, int]]:
    """Return the blocks of an outcome, each point with its number; 0 for what is no point."""
    numbers = count(1)
    return [(block, next(numbers) if block.block_type == "point" else 0) for block in blocks]


@register.filter
def first_decisions(consultations: Any) -> list[tuple[Any, OutcomePoint]]:
    """Return the first decision of each answered consultation among these behind which texts stand; three at most."""
    heard = ((page, [point for point in outcome_points(page) if point.behind]) for page in consultations)
    return list(islice(((page, points[0]) for page, points in heard if points), 3))


def timeline_states(dates: list[date], today: date) -> list[str]:
    """Return past, next or later for each day: today is next, and only the first to come is."""
    to_come = [n for n, day in enumerate(dates) if day >= today]
    return ["past" if day < today else "next" if n == to_come[0] else "later" for n, day in enumerate(dates)]


@register.filter
def moments(entries: Any) -> list[Moment]:
    """Return a timeline's entries, oldest first, each with its state today."""
    rows = sorted(entries, key=lambda entry: entry["date"])
    states = timeline_states([row["date"] for row in rows], timezone.localdate())
    return [Moment(row["date"], row["title"], row["text"], state) for row, state in zip(rows, states, strict=True)]


@register.filter
def state_under_passages(parts: list[Any]) -> str:
    """Return what the modes show under the passages, in short, to keep the text rendered until it differs."""
    return "|".join(part.passage_state for part in parts)


@register.filter
def at(mapping: dict[str, Any], key: str) -> Any:
    """Return what a mapping has at a key that only the template knows; None when it has nothing."""
    return mapping.get(key)


@register.filter
def way_it_came(channel: str) -> str:
    """Return how a text reached us, as readers see it beside the text; '' for one from the website or a sample."""
    return "" if channel in ("", Channel.WEBSITE) else str(Channel(channel).way)


@register.filter
def marked(segments: list[tuple[str, str]]) -> SafeString:
    """Return (text, letters) pairs as HTML: a text with letters is marked, and its letters follow."""
    # Without white space between the pieces: the pages show it, because authors' line breaks are kept.
    pieces = [
        (format_html('<mark class="seen">{}</mark><span class="letter">{}</span>', text, letters) if letters else text,)
        for text, letters in segments
    ]
    return format_html_join("", "{}", pieces)


@register.filter
def state_of(threads: Any) -> str:
    """Return what differs as soon as anything that the threads show does; a cache's key."""
    shown = (part for thread in threads for part in (thread.comment, *thread.replies))
    return " ".join(
        f"{each.reference}.{each.version}.{each.support_count}.{each.reply_count}.{each.supported:d}" for each in shown
    )


@register.filter
def state_of_text(body: Any) -> str:
    """Return what differs as soon as the text does, saved or not; a cache's key that needs no query."""
    return hashlib.sha256(json.dumps(list(body.raw_data), default=str).encode()).hexdigest()


@register.filter
def came_late(submission):
    """Return whether a text came after the closing moment, by a form that was opened in time."""
    page = submission.consultation
    return page is not None and submission.channel == Channel.WEBSITE and submission.received_at > page.closes_at
