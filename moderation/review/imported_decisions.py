"""Decisions of a source system, applied to imported submissions."""

from django.utils.translation import gettext as _

from consultations.models import Status
from moderation.models import Case, Decision
from moderation.review.decisions import decide
from moderation.screening.screen import due_from_now, open_case


def apply_verdict(submission):
    """Apply the source's verdict as an imported decision; return whether the submission changed."""
    wanted = {"accepted": submission.status_if_fit, "refused": Status.REFUSED}.get(submission.source_verdict)
    if wanted is None or submission.status == wanted:
        return False
    case = open_case(submission, submission.current, Case.Cause.OPENED, due_from_now())
    decide(
        case,
        revision_id=submission.current_id,
        action=Decision.Action.REFUSE if wanted == Status.REFUSED else Decision.Action.PUBLISH,
        actor=None,
        reason=_("Decided before it came to us: %(source)s.") % {"source": submission.source},
        imported=True,
    )
    submission.refresh_from_db()
    return True
