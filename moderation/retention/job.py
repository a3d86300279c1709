"""The job that deletes what is due: started each night, or by a privacy officer."""

import hmac
import logging
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.models import Follow, Submission
from moderation.models import Decision, RetentionPeriod, RetentionRun
from moderation.models.retention import KINDS_OF_TERMS, RetentionKind
from moderation.retention.due import KEY_OF_NOBODY, due_rows, marked_rows, with_sealed_originals
from moderation.retention.kept_by_terms import in_mode, texts_due
from moderation.review.sealing import sealed_revisions, take_names_out, without_words
from portal.http.page_store import clear_pages
from portal.jobs.models import Heartbeat
from portal.jobs.runner import JobKind, run_pending
from portal.models import PublicChange
from portal.privacy.inactive import close_if_unused, due_to_close, warn_owners

logger = logging.getLogger(__name__)

ROWS_A_TRANSACTION = 200  # so that citizens who send something do not wait
RUN_INTERVAL = timedelta(hours=23)
KEY_LETTERS = 32


def run_retention(run: RetentionRun, heart: Heartbeat) -> None:
    """Delete what is due, consultation by consultation, and store how much of each kind it was."""
    due, texts = due_rows(), {kind: texts_due(kind) for kind in KINDS_OF_TERMS}
    run.report_progress(total=sum(each.count for each in due))
    result, done = [], 0
    for each in due:
        count = 0
        pk, title = (each.consultation.pk, each.consultation.title) if each.consultation else (None, "")
        for number in forget(each, texts):
            count += number
            heart.beat(done=done + count)
        done += count
        result.append([str(each.kind), pk, title, count, *filter(None, [each.mode])])
    run.finish(result, left=texts[RetentionKind.TEXTS].count())


def batches(rows) -> Iterable[list[int]]:
    """Yield the primary keys of rows, so many at a time."""
    last = 0
    while ids := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:ROWS_A_TRANSACTION]):
        yield ids
        last = ids[-1]


def forget(due, texts):
    """Delete rows of one kind in one consultation; yield how many each time. ``texts`` is all that is due, by kind."""
    consultations = [due.consultation.pk] if due.consultation else []
    if due.mode:
        here = texts[due.kind].filter(consultation__in=consultations)
        return FORGETTING_OF_TEXTS[due.kind](in_mode(here, due.mode))
    return FORGETTING[due.kind](consultations)


def lock_due(texts, ids) -> list[int]:
    """Lock texts until the transaction ends; return those that are due still: somebody may decide about one by now."""
    list(Submission.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
    return list(texts.filter(pk__in=ids).values_list("pk", flat=True))


def forget_addresses(texts):
    """Blank the addresses of authors; yield how many each time."""
    for ids in batches(texts):
        with transaction.atomic():
            count = Submission.objects.filter(pk__in=lock_due(texts, ids)).update(author_email="")
        yield count


def forget_follows(consultations):
    """Stop what people follow of consultations that were answered long ago; yield how many each time."""
    for ids in batches(Follow.objects.filter(consultation__in=consultations)):
        for follow in Follow.objects.filter(pk__in=ids).select_related("follower"):
            follow.stop()
        yield len(ids)


def forget_names(texts):
    """Blank the names of authors, also where a decision would bring one back; yield how many each time."""
    for ids in batches(texts):
        with transaction.atomic():
            due = lock_due(texts, ids)
            take_names_out(Decision.objects.filter(revision__submission__in=due))
            Submission.objects.filter(pk__in=due).update(author_name="", version=F("version") + 1)
            PublicChange.note()
        yield len(due)


def forget_texts(texts):
    """Erase texts with all that quotes them, one by one; their places, replies and figures stay. Yield 1 for each."""
    for ids in batches(texts):
        try:
            for pk in ids:
                yield forget_text(texts, pk)
        finally:
            clear_pages()  # once, because it empties the whole cache


def forget_text(texts, pk):
    """Erase one text if it is due still; return how many that were. One that cannot be erased keeps no other."""
    try:
        with transaction.atomic():
            due = Submission.objects.filter(pk__in=lock_due(texts, [pk])).select_related("response", "consultation")
            for submission in due:
                submission.erase(None, reason=_("Deleted: its time is over"), clears_pages=False)
            return len(due)
    except Exception:
        logger.exception("Submission %s could not be erased, though its time is over.", pk)
        return 0


def forget_originals(consultations):
    """Blank what was sealed, with the names that were taken out; yield how many texts each time."""
    for ids in batches(with_sealed_originals(consultations)):
        with transaction.atomic():
            for submission in Submission.objects.filter(pk__in=ids):
                forget_original(submission)
            Submission.objects.filter(pk__in=ids).update(version=F("version") + 1)  # the sealed index forgets it
        yield len(ids)


def forget_original(submission):
    """Blank the sealed revisions of one text, and the snapshots of the decisions about them."""
    sealed = [revision.pk for revision in sealed_revisions(submission)]
    submission.revisions.filter(pk__in=sealed).update(title="", text="")
    for decision in Decision.objects.filter(revision__in=sealed).exclude(previous_state={}):
        Decision.objects.filter(pk=decision.pk).update(previous_state=without_words(decision.previous_state))


def forget_marks(consultations):
    """Give people marks that lead to nobody; one person keeps one mark within a consultation, so figures stay."""
    secret = secrets.token_bytes(32)  # never stored: nobody can make the same mark again
    for rows, key in marked_rows(consultations):
        for ids in batches(rows):
            with transaction.atomic():
                renew_marks(rows.model.objects.filter(pk__in=ids), key, secret)
            yield len(ids)


def renew_marks(rows, key, secret):
    """Replace the marks of some rows by others; texts are indexed anew."""
    changed = list(rows)
    for row in changed:
        made = hmac.digest(secret, getattr(row, key).encode(), "sha256").hex()
        setattr(row, key, f"{KEY_OF_NOBODY}{made}"[:KEY_LETTERS])
    rows.model.objects.bulk_update(changed, [key])
    if rows.model is Submission:
        rows.update(version=F("version") + 1)


def close_unused_accounts(_consultations):
    """Close the accounts that nobody has signed in with, one by one; yield 1 for each."""
    months = RetentionPeriod.objects.months()[RetentionKind.ACCOUNTS]
    for account in list(due_to_close(months)):
        yield int(close_if_unused(account, months))


def warn_owners_of_unused_accounts():
    """Write to the owners of accounts that are closed soon."""
    warn_owners(RetentionPeriod.objects.months()[RetentionKind.ACCOUNTS])


FORGETTING = {
    RetentionKind.MARKS: forget_marks,
    RetentionKind.SEALED: forget_originals,
    RetentionKind.FOLLOWS: forget_follows,
    RetentionKind.ACCOUNTS: close_unused_accounts,
}
FORGETTING_OF_TEXTS = {
    RetentionKind.ADDRESSES: forget_addresses,
    RetentionKind.NAMES: forget_names,
    RetentionKind.TEXTS: forget_texts,
}
RETENTION_JOBS = JobKind(RetentionRun, run_retention)


def run_retentions() -> int:
    """Run the waiting jobs; return how many."""
    return run_pending(RETENTION_JOBS)


@transaction.atomic
def start_run(actor=None):
    """Ask for a run, unless one waits or is under way; return it."""
    under_way = RetentionRun.objects.unfinished().first()
    return under_way or RetentionRun.objects.create(asked_by=actor)


def start_nightly_run():
    """Ask for a run once a day if anything is due."""
    lately = timezone.now() - RUN_INTERVAL
    if not RetentionRun.objects.filter(asked_at__gt=lately, asked_by=None).exists() and due_rows():
        start_run()
