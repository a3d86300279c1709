"""Sealed originals of redacted texts: access needs a reason and is logged; and what an erasure takes with it."""

from django.db import models, transaction

from consultations.models import Revision, Submission
from moderation.findings.case_text import decisions_on, redactions, sealed_up_to
from moderation.models import Appeal, Band, Case, CaseNote, Decision, Example, Finding, Opinion, Report, Screening
from portal.audit import record

# What colleagues write about a text in words of their own: it may name or quote the author. The ledger has digests.
COLLEAGUES_WORDS: tuple[tuple[type[models.Model], str, str], ...] = (
    (CaseNote, "case__submission", "text"),
    (Decision, "revision__submission", "reason"),
    (Opinion, "revision__submission", "reason"),
    (Appeal, "decision__revision__submission", "reply"),
)


def sealed_revisions(submission):
    """Return the revisions sealed by redactions in effect, oldest first: the redacted ones and all before them."""
    sealed = submission.revisions.filter(number__lte=sealed_up_to(decisions_on(submission)))
    return list(sealed.exclude(text="").order_by("number"))  # blank once its time is over


def follow_seal(submission):
    """Encrypt the revisions that redactions in effect have replaced, with the newest key, and no others."""
    number = sealed_up_to(decisions_on(submission))
    for revision in submission.revisions.exclude(text="").order_by("number"):
        if revision.number <= number:
            revision.seal()
        elif revision.is_sealed:
            revision.unseal()


def sealed_name(submission):
    """Return the author name removed by a redaction in effect, or ""."""
    names = (decision.previous_state.get("author_name", "") for decision in redactions(decisions_on(submission)))
    return next((name for name in names if name and name != submission.author_name), "")


def sealed_texts(submissions):
    """Return (title, text) before the latest redaction in effect, by submission id; takes two queries.

    The caller must log who reads them and why.
    """
    decisions = Decision.objects.filter(revision__submission__in=submissions).select_related("revision")
    by_submission = {}
    for decision in decisions.only("action", "undone_at", "revision__submission", "revision__number"):
        by_submission.setdefault(decision.revision.submission_id, []).append(decision)
    latest = {}
    for submission_id, found in by_submission.items():
        if in_effect := redactions(found):
            latest[submission_id] = max(in_effect, key=lambda decision: decision.revision.number).revision_id
    texts = Revision.objects.exclude(text="").in_bulk(latest.values())  # blank once its time is over
    return {id_: (texts[pk].title, texts[pk].text) for id_, pk in latest.items() if pk in texts}


@transaction.atomic
def open_sealed(submission, *, actor, reason):
    """Log the access with its reason and return the sealed revisions."""
    revisions = sealed_revisions(submission)
    record(
        "sealed.opened",
        actor=actor,
        subject=submission,
        reason=reason[:200],
        revisions=[each.number for each in revisions],
    )
    return revisions


def colleagues_words(submission):
    """Return each kind of colleagues' words about a text as (rows that hold any, field)."""
    rows = ((model._base_manager.filter(**{path: submission}), field) for model, path, field in COLLEAGUES_WORDS)
    return [(found.exclude(**{field: ""}), field) for found, field in rows]


def count_colleagues_words(submission):
    """Return how many notes, reasons and replies about a text an erasure blanks."""
    return sum(rows.count() for rows, _field in colleagues_words(submission))


def on_submission_erased(event):
    """Delete what moderation derived from an erased text and what colleagues wrote about it; close its open cases."""
    submission = event.submission
    theirs = {"revision__submission": submission}
    Band.objects.filter(screening__revision__submission=submission).delete()
    Screening.objects.filter(**theirs).update(fingerprint="", campaign=None)
    Finding.objects.filter(screening__revision__submission=submission).update(explanation="", advice="")
    Example.objects.filter(**theirs).delete()
    Report.objects.filter(submission=submission).update(text="")
    Appeal.objects.filter(decision__revision__submission=submission).update(text="")
    for rows, field in colleagues_words(submission):
        rows.update(**{field: ""})
    for decision in Decision.objects.filter(**theirs).exclude(previous_state={}):
        Decision.objects.filter(pk=decision.pk).update(previous_state=without_words(decision.previous_state))
    for case in Case.objects.filter(submission=submission, closed_at=None):
        case.submission = submission
        case.close_undecided(campaign=None)


def take_names_out(decisions):
    """Forget the names that redactions took out of texts that stay, and nothing else that the decisions restore."""
    locked = decisions.select_for_update(of=("self",))
    for decision in locked.filter(previous_state__has_key="author_name").order_by("pk"):
        del decision.previous_state["author_name"]
        decision.save(update_fields=["previous_state"])


def without_words(was):
    """Return a submission's snapshot without the author's name and what a moderator said of the text."""
    return {name: value for name, value in was.items() if name != "author_name"} | {"reason": ""}


def find_by_reference(typed):
    """Return the submission with a reference, ignoring case and separators; None when there is none."""
    code = "".join(character for character in typed.upper() if character.isalnum())
    return Submission.objects.filter(reference=f"{code[:4]}-{code[4:]}").select_related("consultation").first()
