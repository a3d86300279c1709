"""The public pages that the sample agency has, in every state that a visitor meets."""

from consultations.receipt_links import receipt_key

OPEN, UPCOMING, OUTCOME = (f"/consultations/{slug}/" for slug in ("night-buses", "street-trees", "step-free-wharves"))

APPEALED = "EXISTS (SELECT 1 FROM moderation_case c WHERE c.submission_id = s.id AND c.cause = 'appealed')"

# Names for submissions of the sample, by what is true of them.
# s: the submission, p: its consultation's page, r: the revision that is public.
SUBMISSIONS = {
    "thread": "p.slug = 'night-buses' AND s.kind = 'comment' AND s.reply_count > 1",
    "idea": "p.slug = 'night-buses' AND s.kind = 'idea' AND s.reply_count > 1",
    "old_thread": "p.slug = 'step-free-wharves' AND s.kind = 'comment' AND s.reply_count > 0",
    "old_idea": "p.slug = 'step-free-wharves' AND s.kind = 'idea'",
    "answer": "s.kind = 'answer'",
    "statement": "s.kind = 'statement'",
    "suggestion": "s.kind = 'suggestion'",
    "public": "p.slug = 'night-buses' AND s.kind = 'comment' AND r.origin = 'author'",
    "held": "s.status = 'held'",
    "refused": "s.status = 'refused'",
    "redacted": f"r.origin = 'redaction' AND NOT {APPEALED}",
    "appealed": APPEALED,
}

PAGES = {
    "home": "/",
    "consultations": "/consultations/",
    "consultations, open": "/consultations/?state=open",
    "consultations, upcoming": "/consultations/?state=upcoming",
    "consultations, closed: none": "/consultations/?state=closed",
    "consultations, with outcome": "/consultations/?state=outcome",
    "open": OPEN,
    "open, about a passage": f"{OPEN}?passage={{passage}}#have-your-say",
    "open, page 2, most supported": f"{OPEN}?sort=supported&page=2#comments",
    "versions of the text": f"{OPEN}versions/",
    "an earlier text": f"{OPEN}versions/1/",
    "what a version changed": f"{OPEN}versions/2/changes/",
    "upcoming": UPCOMING,
    "closed with outcome": OUTCOME,
    "ideas": f"{OPEN}ideas/",
    "ideas, none found": f"{OPEN}ideas/?q=zeppelin",
    "ideas of a closed one": f"{OUTCOME}ideas/",
    "idea": f"{OPEN}ideas/{{idea}}/",
    "idea of a closed one": f"{OUTCOME}ideas/{{old_idea}}/",
    "new idea": f"{OPEN}ideas/new/",
    "the next statement": f"{OPEN}statements/",
    "one statement": f"{OPEN}statements/{{statement}}/",
    "new statement": f"{OPEN}statements/new/",
    "how statements were answered": f"{OPEN}statements/results/",
    "suggestions for the text": f"{OPEN}suggestions/",
    "one suggestion": f"{OPEN}suggestions/{{suggestion}}/",
    "new suggestion": f"{OPEN}suggestions/new/?passage={{passage}}",
    "questionnaire": f"{OPEN}questionnaire/",
    "answers": f"{OPEN}answers/",
    "answers to a question": f"{OPEN}answers/question-{{question}}/",
    "one answer": f"{OPEN}answers/{{answer}}/",
    "response, just sent": "/responses/{response}/?key={response_key}&new=1",
    "response, withdraw": "/responses/{response}/withdraw/?key={response_key}",
    "receipt, of an answer": "/receipts/{answer}/?key={answer_key}",
    "follow": f"{OPEN}follow/",
    "follow, asked": f"{OPEN}follow/?asked=1",
    "follow the agency": "/follow/",
    "lost receipts": "/receipts/lost/",
    "lost receipts, asked": "/receipts/lost/?asked=1",
    "thread": f"{OPEN}comments/{{thread}}/",
    "thread of a closed one": f"{OUTCOME}comments/{{old_thread}}/",
    "receipt, just sent": "/receipts/{public}/?key={public_key}&new=1",
    "receipt, public": "/receipts/{public}/?key={public_key}",
    "receipt, waiting": "/receipts/{held}/?key={held_key}",
    "receipt, refused": "/receipts/{refused}/?key={refused_key}",
    "receipt, redacted": "/receipts/{redacted}/?key={redacted_key}",
    "receipt without its key": "/receipts/{refused}/",
    "edit": "/receipts/{public}/edit/?key={public_key}",
    "withdraw": "/receipts/{public}/withdraw/?key={public_key}",
    "receipt, appealed": "/receipts/{appealed}/?key={appealed_key}",
    "report": "/report/{public}/",
    "appeal": "/receipts/{refused}/appeal/?key={refused_key}",
    "search": "/search/",
    "search, found": "/search/?q=ferry",
    "search, nothing found": "/search/?q=zeppelin",
    "policy": "/policy/",
    "policy's versions": "/policy/versions/",
    "policy's first version": "/policy/versions/1/",
    "figures of moderation": "/moderation/",
    "open data for programs": "/api/",
    "standing page": "/how-this-site-works/",
    "sign in": "/account/login/",
    "sign in with a code": "/account/login/code/",
    "make an account": "/account/signup/",
    "a new password": "/account/password/reset/",
    "not found": "/consultations/no-such-consultation/",
}

# The screens of moderation inside the admin, each with the role that works there.
STAFF_PAGES = {
    "queue, second opinions": ("moderator", "/admin/queue/?part=second"),
    "queue, appeals": ("moderator", "/admin/queue/?part=appeals"),
    "queue, with their authors": ("moderator", "/admin/queue/?part=returned"),
    "queue, for the lead": ("lead", "/admin/queue/?part=lead"),
    "queue, filtered": ("moderator", "/admin/queue/?clause=personal-information&kind=comment&cause=rule"),
    "queue, left for later": ("moderator", "/admin/queue/?part=later"),
    "reading list": ("moderator", "/admin/queue/reading/"),
    "noted": ("moderator", "/admin/queue/noted/"),
    "my notifications": ("moderator", "/admin/notifications/"),
    "queue, nothing found": ("moderator", "/admin/queue/?q=zeppelin"),
    "bulk": ("moderator", "/admin/queue/bulk/?campaign={campaign}"),
    "who is responsible": ("lead", "/admin/queue/{case}/assign/"),
    "practice": ("moderator", "/admin/queue/practice/"),
    "agreement": ("lead", "/admin/queue/agreement/"),
    "pace and pause": ("moderator", "/admin/pace/"),
    "rules at work": ("lead", "/admin/rules-at-work/"),
    "replays": ("lead", "/admin/replays/"),
    "crisis": ("lead", "/admin/crisis/"),
    "policy": ("lead", "/admin/policy/"),
    "privacy": ("privacy", "/admin/privacy/"),
    "privacy, no such reference": ("privacy", "/admin/privacy/?reference=2222-2222"),
    "privacy, a redacted text": ("privacy", "/admin/privacy/{redacted}/"),
    "data map": ("privacy", "/admin/privacy/map/"),
    "how long data is kept": ("privacy", "/admin/privacy/retention/"),
    "one person": ("privacy", "/admin/privacy/people/"),
    "freedom of information": ("privacy", "/admin/desk/disclosure/"),
    "sealed originals": ("privacy", "/admin/desk/sealed/"),
    "audit": ("lead", "/admin/audit/"),
    "who may do what": ("admin", "/admin/roles/"),
    "questionnaires": ("officer", "/admin/desk/questionnaires/"),
    "questionnaire": ("officer", "/admin/desk/questionnaires/{asking}/"),
    "questionnaire, compared": ("officer", "/admin/desk/questionnaires/{asking}/?by={by}"),
    "answers on the desk": ("officer", "/admin/desk/?answer={question}&answer={by}%3DMost%20weekends"),
    "search status": ("officer", "/admin/search/status/"),
    "exports": ("officer", "/admin/desk/exports/"),
    "consultations": ("editor", "/admin/consultations/"),
    "consultations, closing": ("officer", "/admin/consultations/?stage=unanswered"),
    "closing time": ("editor", "/admin/consultations/{asking}/time/"),
    "add statements": ("editor", "/admin/consultations/{asking}/statements/"),
    "suggestions": ("officer", "/admin/consultations/{asking}/suggestions/"),
    "answer a suggestion": ("officer", "/admin/consultations/{asking}/suggestions/{suggestion}/"),
    "outbox": ("admin", "/admin/outbox/"),
    "addresses that bounce": ("admin", "/admin/outbox/addresses/"),
    "style guide of staff pages": ("editor", "/admin/style/"),
    "how the site runs": ("admin", "/admin/health/"),
    "tokens": ("officer", "/admin/search/tokens/"),
}

# The first page, as each role sees it.
HOME_DESKS = {
    f"home, {role}": (role, "/admin/")
    for role in ("editor", "moderator", "lead", "officer", "privacy", "legal", "safety", "admin", "root")
}

DESK_PAGES = {
    "everything": "/admin/desk/",
    "found": "/admin/desk/?q=bus+%7C+ferry&kind=comment&sort=relevance",
    "nothing found": "/admin/desk/?q=zeppelin",
    "page 2": "/admin/desk/?page=2",
    "saved searches": "/admin/desk/saved/",
    "a slip of the pen": "/admin/desk/?q=fery",
    "typical words": "/admin/desk/?q=ferry&words=1",
    "every copy": "/admin/desk/?copies=all",
    "mistakes": "/admin/desk/?since=2026-11-02&until=2026-11-01&page=900",
}


def reference_of(site, condition):
    """Return the reference of the first submission of which the condition is true."""
    question = (
        "SELECT s.reference FROM consultations_submission s JOIN wagtailcore_page p ON p.id = s.consultation_id"
        " LEFT JOIN consultations_revision r ON r.id = s.cleared_id WHERE ({}) ORDER BY s.id LIMIT 1"
    )
    return site.rows(question.format(condition))[0][0]


def named(site):
    """Return what stands in braces in the addresses of a site."""
    references = {name: reference_of(site, condition) for name, condition in SUBMISSIONS.items()}
    keys = {f"{name}_key": receipt_key(reference) for name, reference in references.items()}
    passage = site.rows("SELECT passage FROM consultations_submission WHERE passage <> '' ORDER BY id LIMIT 1")[0][0]
    case = site.rows("SELECT id FROM moderation_case WHERE closed_at IS NULL ORDER BY id LIMIT 1")[0][0]
    waiting = "SELECT campaign_id FROM moderation_case WHERE closed_at IS NULL AND campaign_id IS NOT NULL"
    campaign = site.rows(f"{waiting} LIMIT 1")[0][0]
    question = site.rows("SELECT id FROM consultations_question WHERE kind = 'open' ORDER BY id LIMIT 1")[0][0]
    by = site.rows("SELECT id FROM consultations_question WHERE kind = 'one' ORDER BY id LIMIT 1")[0][0]
    asking, response = site.rows("SELECT consultation_id, reference FROM consultations_response ORDER BY id LIMIT 1")[0]
    asked = {"question": question, "by": by, "asking": asking, "response": response}
    return {
        **references, **keys, **asked, "response_key": receipt_key(response), "passage": passage, "campaign": campaign,
        "case": case,
    }  # fmt: skip
