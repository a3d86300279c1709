"""What the rules would say of a text that is not sent yet: nothing is stored, and nothing is refused."""

from consultations.submitting.precheck import Advice
from moderation.findings.passages import is_whole
from moderation.models import ModerationSettings, PolicyVersion
from moderation.models.versions import clause_url
from moderation.screening.screen import context_of

KINDS = {"emergency": "emergency", "crisis_help": "help", "undisclosed_staff": "staff"}  # by detector


def answer(sender, draft, title, text, **_signal):
    """Answer `consultations.signals.submission_drafted`."""
    version = PolicyVersion.current()
    if version is None:
        return []
    context = context_of(draft, version.ruleset.asks, ModerationSettings.load())
    found = version.ruleset.screen(text, title=title, name=draft.author_name, context=context).findings
    return advice_on(found, version.policy, {"title": title, "text": text, "name": draft.author_name})


def advice_on(findings, policy, parts):
    """Return what the author should know: what would hold the text, and who needs help; each passage once a clause."""
    told = {}
    for finding in findings:
        kind = kind_of(finding)
        if kind:
            place = (kind, finding.clause, finding.field, finding.start, finding.end)
            told.setdefault(place, advice(kind, finding, policy.clause(finding.clause), parts[finding.field]))
    return list(told.values())


def kind_of(finding):
    """Return the kind of advice that a finding asks for; '' for what an author need not know."""
    if finding.action in ("hold", "note") and finding.detector in KINDS:
        return KINDS[finding.detector]
    return "hold" if finding.action == "hold" else ""


def advice(kind, finding, clause, raw):
    """Return a finding as its author reads it before sending."""
    return Advice(
        kind=kind,
        field="author_name" if finding.field == "name" else finding.field,
        start=finding.start,
        end=finding.end,
        words="" if is_whole(finding, raw) else raw[finding.start : finding.end],
        explanation=finding.explanation,
        clause=clause.number,
        title=clause.title,
        url=clause_url(clause),
    )
