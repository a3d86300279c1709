"""A small policy document, and its parts."""

import json

CLAUSE = {
    "key": "fruit",
    "number": 1,
    "title": "No fruit",
    "text": "Do not write about fruit.",
    "allowed": ["Bread."],
    "not_allowed": ["Banana."],
    "severity": 1,
    "remedy": "edit",
    "reason": "Your text is about fruit.",
    "tombstone": "public",
}
RULE = {
    "key": "bananas",
    "clause": "fruit",
    "title": "Bananas",
    "when": {"detector": "words", "words": ["banana"]},
    "mode": "suggest",
    "explain": "Names a banana.",
    "matches": ["A banana."],
    "ignores": ["A pear."],
}
HOLD = {
    **RULE,
    "key": "figs",
    "when": {"detector": "words", "words": ["fig"]},
    "mode": "hold",
    "explain": "",
    "matches": ["A fig."],
}


def data(*, clauses=(CLAUSE,), rules=(RULE,)):
    document = {
        "title": "House rules",
        "introduction": "Welcome.",
        "emergency": "Call for help.",
        "sections": [{"key": "hours", "title": "Hours", "text": "Nine to five."}],
        "clauses": list(clauses),
        "rules": list(rules),
    }
    return json.loads(json.dumps(document))
