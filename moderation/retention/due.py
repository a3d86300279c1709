"""What is due: the rows of each kind of data in consultations whose period is over."""

from dataclasses import dataclass

from django.db.models import Count

from consultations.models import ConsultationPage, Follow, Response, StatementVote, Submission, Support
from consultations.models.submission_facts import agency_key
from consultations.modes.table import modes_of_texts
from moderation.models import Decision, Report, RetentionPeriod
from moderation.models.retention import KINDS_OF_TERMS, RetentionKind
from moderation.retention.kept_by_terms import due_consultations, mode_key, nobody_decides, texts_due
from moderation.review.sealing import sealed_texts
from portal.privacy.inactive import due_to_close

KEY_OF_NOBODY = "~"  # the first sign of a mark that was made anew and leads to nobody


@dataclass(frozen=True, slots=True)
class DueRows:
    """How many rows of a kind are due in one consultation; accounts belong to none.

    ``mode`` is the key of the way of taking part, for what is kept by its terms.
    """

    kind: RetentionKind
    consultation: ConsultationPage | None
    count: int
    mode: str = ""

    @property
    def mode_label(self):
        """Return the way of taking part in words."""
        return dict(modes_of_texts()).get(self.mode, self.mode)


def with_sealed_originals(consultations):
    """Select the texts with a redaction in effect whose original is still there."""
    redacted = Decision.objects.filter(action=Decision.Action.REDACT, undone_at=None).values("revision__submission")
    sealed = sealed_texts(Submission.objects.filter(consultation__in=consultations, pk__in=redacted))
    return nobody_decides(Submission.objects.filter(pk__in=list(sealed)))


def marked_rows(consultations):
    """Select the rows with a mark that leads to somebody: texts, responses, support, votes, reports.

    The agency's own statements keep theirs, by which readers are told whose they are.
    """
    here, below = {"consultation__in": consultations}, {"submission__consultation__in": consultations}
    rows = (
        (Submission.objects.filter(**here).exclude(author_key=agency_key()), "author_key"),
        (Response.objects.filter(**here), "author_key"),
        (Support.objects.filter(**below), "supporter_key"),
        (StatementVote.objects.filter(statement__consultation__in=consultations), "voter_key"),
        (Report.objects.filter(**below).exclude(outcome=Report.Outcome.OPEN), "reporter_key"),
        (Report.objects.filter(**below).exclude(outcome=Report.Outcome.OPEN), "network_key"),
    )
    return [(found.exclude(**{key: ""}).exclude(**{f"{key}__startswith": KEY_OF_NOBODY}), key) for found, key in rows]


def rows_of_kind(kind, consultations):
    """Return the querysets of a kind, each with the path to its consultation."""
    if kind == RetentionKind.FOLLOWS:
        return [(Follow.objects.filter(consultation__in=consultations), "consultation")]
    if kind == RetentionKind.SEALED:
        return [(with_sealed_originals(consultations), "consultation")]
    below = "submission__consultation"
    paths = {Support: below, Report: below, StatementVote: "statement__consultation"}
    return [(rows, paths.get(rows.model, "consultation")) for rows, _key in marked_rows(consultations)]


def due_rows() -> list[DueRows]:
    """Return what would go now, by kind, consultation and way of taking part; nothing is changed."""
    counts: dict[tuple[RetentionKind, int, str], int] = {}
    for kind in (RetentionKind.MARKS, RetentionKind.SEALED, RetentionKind.FOLLOWS):
        for rows, path in rows_of_kind(kind, due_consultations(kind)):
            for pk, number in rows.order_by().values_list(path).annotate(number=Count("pk", distinct=True)):
                counts[kind, pk, ""] = counts.get((kind, pk, ""), 0) + number
    for kind in KINDS_OF_TERMS:
        found = texts_due(kind).order_by().values_list("consultation", "kind")
        for pk, text_kind, number in found.annotate(Count("pk")):
            key = kind, pk, mode_key(text_kind)
            counts[key] = counts.get(key, 0) + number
    pages = ConsultationPage.objects.defer("body", "outcome").in_bulk({pk for _kind, pk, _mode in counts})
    due = [DueRows(kind, pages[pk], number, mode) for (kind, pk, mode), number in counts.items()]
    accounts = due_to_close(RetentionPeriod.objects.months()[RetentionKind.ACCOUNTS]).count()
    return [*due, DueRows(RetentionKind.ACCOUNTS, None, accounts)] if accounts else due
