"""Labels and sentences for the values of a policy."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from moderation.policy.document import Policy

MODE_WORDS = {
    "off": _("off"),
    "shadow": _("only counts"),
    "suggest": _("publishes with a note to the moderators"),
    "hold": _("keeps the text back until a person has read it"),
}
ACTION_WORDS = {
    "publish": _("let it appear"),
    "note": _("let it appear with a note to the moderators"),
    "hold": _("keep it back until a person has read it"),
}
REMEDY_WORDS = {
    "edit": _("the author changes it"),
    "redact": _("we take the passage out"),
    "none": _("nothing puts it right"),
}
TOMBSTONE_WORDS = {"public": _("which clause it was"), "hidden": _("only that a text is missing")}
CLAUSE_WORDS = {
    "severity": _("Severity"),
    "default_action": _("What usually happens first"),
    "remedy": _("What puts it right"),
    "tombstone": _("What readers are told"),
    "auto_max": _("The most that a machine may do alone"),
    "second_opinion": _("Two people have to agree"),
    "viewpoint": _("About a topic or a viewpoint"),
    "legal_basis": _("Legal basis"),
}


def rules_in_words(policy: Policy) -> list[dict[str, Any]]:
    """Return the rules as everybody may read them: title, clause and how far they go, and never the words."""
    numbers = {clause.key: clause.number for clause in policy.clauses}
    return [
        {"title": rule.title, "clause": numbers.get(rule.clause), "mode": MODE_WORDS.get(rule.mode, "")}
        for rule in policy.rules
        if rule.mode != "off"
    ]
