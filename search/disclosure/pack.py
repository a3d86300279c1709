"""The disclosure pack of a consultation: what was sent, what is withheld and why, as one file to hand out."""

import io
import json
import zipfile
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, BinaryIO

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from consultations.models import ConsultationPage, Submission
from consultations.modes.questionnaire.results import results
from moderation.detectors import Context
from moderation.restrictions import in_force
from portal.audit import record
from search.disclosure.covering import Disclosed, Withheld, disclosed
from search.exports.writers import csv_bytes

ROWS_READ_AT_ONCE = 500
ROW_COLUMNS = ("reference", "kind", "received_at", "status", "channel", "question", "reply_to", "author", "support")
DISCLOSED_COLUMNS = (*ROW_COLUMNS, "title", "text")
WITHHELD_COLUMNS = ("reference", "what", "count", "ground", "note")
FIGURE_COLUMNS = ("question", "answer", "count")
DISCLOSURE_README = """document.html is for reading. submissions.csv and submissions.json hold the same for programs.
withheld.csv lists what is not handed out, of which text, and on which ground.
answers.csv counts the choices in questionnaires; who chose what is withheld.
A program has covered e-mail addresses, telephone and account numbers, street addresses, and the author's own name
where it is not public. Names of other people in the texts are not found by it: read the texts before you hand them out.
"""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asked for: of which consultation, under which law, and whether refused texts go along."""

    consultation: ConsultationPage
    request: str  # the agency's own number of the request
    law: str  # on which personal details are withheld
    with_refused: bool = False


@dataclass(frozen=True, slots=True)
class DisclosurePack:
    """What is handed out, ready to be written."""

    wish: Wish
    made_at: datetime
    rows: list[Disclosed]
    figures: list[tuple[str, str, int]]

    @property
    def withheld(self) -> list[Withheld]:
        """Return everything that is withheld, in the order of the texts."""
        return [each for row in self.rows for each in row.withheld]

    @property
    def grounds(self) -> dict[str, int]:
        """Return how many things are withheld on each ground."""
        counts: dict[str, int] = {}
        for each in self.withheld:
            counts[str(each.ground)] = counts.get(str(each.ground), 0) + 1
        return counts


def count_of_texts(consultation) -> int:
    """Return how many texts a pack would list."""
    return Submission.objects.filter(consultation=consultation).count()


def disclosure_pack(wish: Wish) -> DisclosurePack:
    """Read everything that was sent to a consultation, oldest first, and cover what is personal."""
    context = Context(regions=tuple(in_force.settings().phone_regions.split()))
    found = Submission.objects.filter(consultation=wish.consultation).order_by("received_at", "pk")
    found = found.select_related("cleared", "current", "question", "parent")
    rows = [
        disclosed(submission, context, with_refused=wish.with_refused)
        for submission in found.iterator(chunk_size=ROWS_READ_AT_ONCE)
    ]
    return DisclosurePack(wish, timezone.now(), rows, figures_of(wish.consultation))


def figures_of(consultation) -> list[tuple[str, str, int]]:
    """Return how often each choice was made, question by question; numbers and dates in bands, once there are enough.

    A band of a single answer would be that answer.
    """
    closed = [result for result in results(list(consultation.questions.all()), {}) if not result.question.is_open]
    return [
        (result.question.label, str(share.label), share.count)
        for result in closed
        if result.question.has_choices or result.enough
        for share in result.shares
        if share.count
    ]


def write_pack(pack: DisclosurePack, file: BinaryIO) -> None:
    """Write the pack as a ZIP."""
    listed = [tuple(getattr(row, name) for name in DISCLOSED_COLUMNS) for row in pack.rows]
    withheld = [tuple(str(getattr(each, name)) for name in WITHHELD_COLUMNS) for each in pack.withheld]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as entries:
        entries.writestr("submissions.csv", b"".join(csv_bytes(DISCLOSED_COLUMNS, listed)))
        entries.writestr("withheld.csv", b"".join(csv_bytes(WITHHELD_COLUMNS, withheld)))
        entries.writestr("answers.csv", b"".join(csv_bytes(FIGURE_COLUMNS, pack.figures)))
        entries.writestr("submissions.json", json.dumps(pack_as_data(pack), cls=DjangoJSONEncoder, ensure_ascii=False))
        entries.writestr("document.html", render_to_string("search/disclosure_document.html", {"pack": pack}))
        entries.writestr("README.txt", DISCLOSURE_README)


def pack_as_data(pack: DisclosurePack) -> dict[str, Any]:
    """Return the pack as plain values."""
    return {
        "consultation": pack.wish.consultation.title,
        "request": pack.wish.request,
        "law": pack.wish.law,
        "made_at": pack.made_at,
        "submissions": [asdict(row) for row in pack.rows],
        "answers": [dict(zip(FIGURE_COLUMNS, row, strict=True)) for row in pack.figures],
    }


@transaction.atomic
def record_disclosure(pack: DisclosurePack, actor=None) -> None:
    """Note in the ledger what was handed out, how much was withheld, and for which request."""
    record(
        "consultation.disclosed",
        actor=actor,
        subject=pack.wish.consultation,
        request=pack.wish.request,
        law=pack.wish.law,
        with_refused=pack.wish.with_refused,
        texts=len(pack.rows),
        withheld=pack.grounds,
    )


def pack_bytes(pack: DisclosurePack) -> bytes:
    """Return the pack as the bytes of a ZIP."""
    file = io.BytesIO()
    write_pack(pack, file)
    return file.getvalue()
