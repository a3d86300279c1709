"""The words that an author reads, as they fit a decision, until a moderator writes words of their own."""

from django.utils.translation import gettext as _

from moderation.models import Decision


def usual_reason(clause, action, *, for_public=True):
    """Return what an author reads of a decision under one clause: of a redaction what was done, else its reason."""
    if action != Decision.Action.REDACT:
        return " ".join(clause.reason.split())
    named = {"number": clause.number, "title": clause.title}
    done = _("We took out what does not fit clause %(number)d, “%(title)s”.") % named
    return f"{done} {_('The rest is public.')}" if for_public else done


def fitting_reason(reason, clauses, action, *, for_public=True):
    """Return the usual reason for this action where a usual one for another was left as it was offered."""
    typed = " ".join(reason.split())
    for clause in clauses:
        offered = {usual_reason(clause, each, for_public=for_public) for each in Decision.Action}
        if typed in offered:
            return usual_reason(clause, action, for_public=for_public)
    return reason
