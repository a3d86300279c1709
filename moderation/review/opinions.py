"""Second opinions: two moderators review a text without seeing each other's opinion, and have to agree."""

from django.utils.translation import gettext as _

from moderation.models import Case, CaseClosed, Finding, Opinion
from portal.audit import record, text_digest

CRITICISM_DETECTOR = "criticism"  # the detector of criticism of the agency


def record_opinion(case, proposed, actor, version):
    """Store a proposed decision as an opinion when the case needs two; return it, or None when the case can be decided.

    The first opinion releases the case to another moderator. A second one that agrees decides the case; one that
    differs hands the case to the lead, who sees both.
    """
    given = refuse_repeated_opinion(case, actor)
    if opinions_differ(given) or not (given or needs_second_reader(case, proposed, actor, version)):
        return None
    opinion = store_opinion(case, proposed, actor)
    if given and proposed.agrees_with(given[0].action, given[0].clauses):
        return None
    pass_to_next_reader(case, opinion, first=not given)
    return opinion


def opinions_on(case):
    """Return the opinions on the case's current revision, oldest first."""
    return [opinion for opinion in case.opinions.all() if opinion.revision_id == case.revision_id]


def opinions_differ(given):
    """Return whether two opinions are stored, which means they differ: only then may the lead see them."""
    return len(given) > 1


def refuse_repeated_opinion(case, actor):
    """Return the stored opinions; raise CaseClosed for a user who gave one of them."""
    given = opinions_on(case)
    if any(opinion.actor_id == actor.pk for opinion in given):
        if opinions_differ(given):
            raise CaseClosed(_("You gave one of the two opinions, so another lead moderator has to decide."))
        raise CaseClosed(_("You gave the first opinion on this text, so a colleague has to give the second."))
    return given


def needs_second_reader(case, proposed, actor, version):
    """Return whether the case needs two opinions: by request, by a cited clause, or as criticism of the agency."""
    if case.second_reader:
        return True
    if not proposed.restricts or case.cause == Case.Cause.APPEALED or came_from_colleague(case, actor):
        return False
    clauses = (version.clause(key) for key in proposed.clauses)
    return any(clause.second_opinion for clause in clauses if clause) or criticises_us(case)


def came_from_colleague(case, actor):
    """Return whether a colleague handed the case to its desk, so that two people have reviewed it."""
    return bool(case.desk) and case.notes.exclude(actor=actor).exists()


def criticism_needs_two(case):
    """Return whether restricting the text needs two readers because of criticism, before anybody has decided."""
    return case.cause != Case.Cause.APPEALED and not case.desk and criticises_us(case)


def criticises_us(case):
    """Return whether a rule found criticism of the agency, also in shadow mode: it only adds a second reader."""
    return Finding.objects.filter(screening__revision=case.revision_id, detector=CRITICISM_DETECTOR).exists()


def store_opinion(case, proposed, actor):
    """Store an opinion."""
    return Opinion.objects.create(
        case=case,
        revision=case.revision,
        actor=actor,
        action=proposed.action,
        clauses=list(proposed.clauses),
        reason=proposed.reason,
        spans=[list(span) for span in proposed.spans],
    )


def pass_to_next_reader(case, opinion, *, first):
    """Release the case: to any colleague after the first opinion, to the lead after two that differ.

    Leads read the ledger and may give the second opinion, so it gets only a digest of the first one and no name.
    """
    case.release(opinion.actor)
    if first:
        case.ask_two()
        record("case.opinion", subject=case, opinion=opinion_digest(opinion))
    else:
        case.hand_to(Case.Desk.LEAD)
        record("case.disagreed", subject=case, readers=sorted(each.actor_id for each in opinions_on(case)))


def opinion_digest(opinion):
    """Return a digest of an opinion, with which a later change can be detected."""
    return text_digest(f"{opinion.actor_id} {opinion.action} {sorted(opinion.clauses)} {opinion.reason}")
