"""Second opinions: two people read, neither sees what the other says, and they have to agree."""

from django.utils.translation import gettext as _

from moderation.models import Case, CaseClosed, Finding, Opinion
from portal.audit import record, text_digest

CRITICISM_DETECTOR = "criticism"  # the detector that hears somebody criticise the agency


def record_opinion(case, proposed, by, version):
    """Keep what a reader would do; return the opinion, or None when the case can be decided on it now.

    The first opinion leaves the case open for somebody else. A second one that agrees lets the case be decided, one
    that differs hands it to the lead, who sees both.
    """
    given = refuse_repeated_opinion(case, by)
    if opinions_differ(given) or not (given or needs_second_reader(case, proposed, by, version)):
        return None
    opinion = store_opinion(case, proposed, by)
    if given and proposed.agrees_with(given[0].action, given[0].clauses):
        return None
    pass_to_next_reader(case, opinion, first=not given)
    return opinion


def opinions_on(case):
    """Return the opinions on the text that is read now, first one first."""
    return [opinion for opinion in case.opinions.all() if opinion.revision_id == case.revision_id]


def opinions_differ(given):
    """Return whether two readers have spoken and do not agree: only then may somebody see what they said."""
    return len(given) > 1


def refuse_repeated_opinion(case, by):
    """Raise CaseClosed for who has spoken already; return the opinions that were given."""
    given = opinions_on(case)
    if any(opinion.by_id == by.pk for opinion in given):
        if opinions_differ(given):
            raise CaseClosed(_("You gave one of the two opinions, so another lead moderator has to decide."))
        raise CaseClosed(_("You gave the first opinion on this text, so a colleague has to give the second."))
    return given


def needs_second_reader(case, proposed, by, version):
    """Return whether one reader is not enough: somebody or a clause asks for two, or it is about us."""
    if case.second_reader:
        return True
    if not proposed.restricts or case.cause == Case.Cause.APPEALED or came_from_colleague(case, by):
        return False
    clauses = (version.clause(key) for key in proposed.clauses)
    return any(clause.second_opinion for clause in clauses if clause) or criticises_us(case)


def came_from_colleague(case, by):
    """Return whether somebody else handed it to the desk it is on: then two people have looked at it."""
    return bool(case.desk) and case.notes.exclude(by=by).exists()


def criticises_us(case):
    """Return whether a rule heard criticism of the agency in the text; in the shadow too, for it only asks two."""
    return Finding.objects.filter(screening__revision=case.revision_id, detector=CRITICISM_DETECTOR).exists()


def store_opinion(case, proposed, by):
    """Store an opinion."""
    return Opinion.objects.create(
        case=case,
        revision=case.revision,
        by=by,
        action=proposed.action,
        clauses=list(proposed.clauses),
        reason=proposed.reason,
        spans=[list(span) for span in proposed.spans],
    )


def pass_to_next_reader(case, opinion, *, first):
    """Give the case to the next reader: a colleague after the first opinion, the lead after two that differ.

    The ledger is read by leads, who may be the second reader: it gets a seal of the first opinion, and nobody's name.
    """
    case.release(opinion.by)
    if first:
        case.ask_two()
        record("case.opinion", subject=case, opinion=opinion_digest(opinion))
    else:
        case.hand_to(Case.Desk.LEAD)
        record("case.disagreed", subject=case, readers=sorted(each.by_id for each in opinions_on(case)))


def opinion_digest(opinion):
    """Return a digest of an opinion that shows later whether it was changed."""
    return text_digest(f"{opinion.by_id} {opinion.action} {sorted(opinion.clauses)} {opinion.reason}")
