"""Statements that staff add: screened like any other, each once, with an entry in the ledger."""

from django.db import transaction

from consultations import screening
from consultations.folding import fold_text
from consultations.languages import language_of
from consultations.models import ConsultationPage, Kind, Submission
from consultations.modes.statements.forms import folded_and_kept
from consultations.terms import terms_of
from portal.accounts.visitors import person_key
from portal.audit import record


def add_lines(page, lines, actor):
    """Store each line as a statement of the agency's; return how many, and the lines that were there already."""
    drafts = [(draft_of(page, line), line) for line in lines]
    assessed = [(draft, line, screening.assess(draft, "", line)) for draft, line in drafts]  # before the transaction
    with transaction.atomic():
        ConsultationPage.objects.select_for_update(of=("self",)).get(pk=page.pk)  # two who paste the same line
        known, doubles, stored = folded_and_kept(page), [], 0
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
        author_key=person_key("agency", "statements"),  # counts as one who takes part, however many there are
        for_public=terms.for_public,
        terms_id=terms.stored(),
        language=language_of(line, ""),
    )
