"""Statements that staff add: screened like any other, each once, with an entry in the ledger."""

from django.db import transaction
from django.utils.translation import gettext as _

from consultations import screening
from consultations.folding import fold_text
from consultations.languages import language_of
from consultations.models import ConsultationPage, Kind, Submission
from consultations.models.submission_facts import agency_key
from consultations.modes.statements.ballot import is_over
from consultations.modes.statements.forms import folded_for_agency
from consultations.modes.statements.mode import STATEMENTS
from consultations.terms import terms_of
from portal.audit import record


class NotAdded(Exception):
    """Statements that cannot be added to a consultation; its message says why."""


def newest_of(page):
    """Return a consultation as readers have it, or as its draft has it while it is not public."""
    return page if page.live else page.get_latest_revision_as_object()


def is_switched_on(page):
    """Return whether an editor switched statements on."""
    return STATEMENTS.is_on(newest_of(page))


def reason_against(page, actor):
    """Return why this person cannot add statements of the agency's to a consultation now, or ''.

    They are public at once and nobody signs them off, so on a public page they need the right to publish it.
    """
    if not is_switched_on(page):
        return _("This consultation does not offer statements yet.")
    if is_over(newest_of(page)):
        return _("This consultation is over, so nobody can answer new statements.")
    if page.live and not page.permissions_for_user(actor).can_publish():
        return _("This consultation is public, so only people who may publish it add statements. Ask one of them.")
    return ""


def add_lines(page, lines, actor):
    """Store each line as a statement of the agency's; return how many, and the lines that were there already.

    Raise NotAdded when the person cannot add any to this consultation now.
    """
    drafts = [(draft_of(page, line), line) for line in lines]
    assessed = [(draft, line, screening.assess(draft, "", line)) for draft, line in drafts]  # before the transaction
    with transaction.atomic():
        locked = ConsultationPage.objects.select_for_update(of=("self",)).get(pk=page.pk)  # two who paste the same line
        if reason := reason_against(locked, actor):
            raise NotAdded(reason)
        known, doubles, stored = folded_for_agency(page), [], 0
        for draft, line, assessment in assessed:
            if (folded := fold_text(line)) in known:
                doubles.append(line)
                continue
            known.add(folded)
            draft.store(text=line, actor=actor, assessment=assessment)
            stored += 1
        if stored:
            record("consultation.statements_added", actor=actor, subject=page, count=stored)
    return stored, doubles


def draft_of(page, line):
    """Return an unsaved statement of the agency's: no person is its author, so nobody's erasure takes it away."""
    terms = terms_of(page, Kind.STATEMENT)
    return Submission(
        kind=Kind.STATEMENT,
        consultation=page,
        by_staff=True,
        author_key=agency_key(),  # counts as one who takes part, however many there are
        for_public=terms.for_public,
        terms_id=terms.stored(),
        language=language_of(line, ""),
    )
