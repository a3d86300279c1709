"""How entries read that are about searches, openings, exports and tokens."""

from django.utils.translation import gettext_lazy as _

from portal.audit.sentences import ledger_sentences

ledger_sentences(
    "searches",
    _("Searches and openings"),
    {
        "desk.searched": _("{who} searched on the desk and found {found}"),
        "desk.opened": _("{who} opened {what} on the desk"),
        "questionnaire.opened": _("{who} opened the figures of the questionnaire of {what}"),
        "desk.searched_by_tool": _("A tool of {who} searched and found {found}"),
        "sealed.searched": _("{who} searched in originals of redacted texts: {reason}"),
        "coding.opened": _("{who} opened the coding of texts to {what}"),
        "coding.compared": _("{who} compared the codes of texts to {what} by group"),
        "coding.begun": _("{who} began to code texts to {what}"),
        "coding.frame_changed": _("{who} changed the coding frame of {what}, version {version}"),
        "submissions.tagged": _("{who} put the tag {tag} on texts, or took it off: {count}"),
    },
)
ledger_sentences(
    "exports",
    _("Exports and tokens"),
    {
        "submissions.exported": _("{who} exported texts as {format}: {count}"),
        "questionnaire.exported": _("{who} took the figures of the questionnaire of {what} as a file"),
        "coding.exported": _("{who} took the codes by group of texts to {what} as a file"),
        "consultation.disclosed": _("{who} handed out what was sent to {what}, for request {request}"),
        "submissions.fetched": _("{who} fetched a file of texts: {reason}"),
        "api_token.made": _("{who} made a token for a tool, for {days} days"),
        "api_token.revoked": _("{who} revoked a token for a tool"),
        "index.rebuild_asked": _("{who} had the search index made anew"),
    },
)
