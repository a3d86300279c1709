"""The way from a policy to the fields of a draft, and back."""

from django.utils.dateparse import parse_date

from moderation.policy.document import Clause, Policy, Rule, Section
from moderation.policy.faults import PolicyFault, faults_of
from moderation.policy.loading import PolicyError
from moderation.policy.toml_tables import read_table, table_as_toml

TOML_FIELDS = ("when", "given", "scope")


def fields_of(policy):
    """Return the values of a draft's fields for a policy."""
    plain = policy.as_dict()
    return plain | {
        "sections": [("section", section) for section in plain["sections"]],
        "clauses": [("clause", _clause_fields(clause)) for clause in plain["clauses"]],
        "rules": [("rule", _rule_fields(rule)) for rule in plain["rules"]],
    }


def document_of(draft):
    """Return the policy of a draft in plain data, fit for `read_policy`; raise PolicyError for what is no TOML."""
    return _top(draft) | {
        "sections": [dict(block.value) for block in draft.sections],
        "clauses": [clause_row(block.value) for block in draft.clauses],
        "rules": [rule_row(block.value) for block in draft.rules],
    }


def policy_as_far_as_it_goes(draft):
    """Return the policy of a draft to look at, finished or not; a condition that cannot be read is left empty."""
    return Policy(
        **_top(draft),
        sections=tuple(Section(**block.value) for block in draft.sections),
        clauses=tuple(Clause(**_fixed(clause_row(block.value))) for block in draft.clauses),
        rules=tuple(Rule(**_fixed(rule_row(block.value, strict=False))) for block in draft.rules),
    )


def _fixed(row):
    """Return a row with its lists as a policy holds them."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}


def faults_in(draft):
    """Return all faults of a draft, each with its place."""
    unread = [fault for place, block in enumerate(draft.rules) if (fault := _unreadable(place, block.value))]
    places = [(fault.part, fault.place) for fault in unread]
    others = faults_of(policy_as_far_as_it_goes(draft).as_dict())
    return unread + [fault for fault in others if (fault.part, fault.place) not in places]


def _unreadable(place, value):
    try:
        rule_row(value)
    except PolicyError as error:
        return PolicyFault(str(error), "rules", place)
    return None


def clause_row(value):
    """Return a clause in plain data."""
    return dict(value) | {
        "number": value["number"] or 0,
        "severity": int(value["severity"] or 0),
        "allowed": list(value["allowed"]),
        "not_allowed": list(value["not_allowed"]),
        "reasons": {reason["language"]: reason["text"] for reason in value["reasons"]},
    }


def rule_row(value, *, strict=True):
    """Return a rule in plain data; raise PolicyError for a table that is no TOML, unless that does not matter."""
    tables = {name: _table(value, name, strict=strict) for name in TOML_FIELDS}
    day = value["review_by"]
    lists = {name: list(value[name]) for name in ("matches", "ignores")}
    return dict(value) | tables | lists | {"review_by": day.isoformat() if day else ""}


def _top(draft):
    names = ("title", "introduction", "emergency", "language")
    return {name: getattr(draft, name).replace("\r\n", "\n") for name in names}


def _table(value, name, *, strict):
    try:
        return read_table(value[name] or "")
    except ValueError as error:
        if strict:
            raise PolicyError(f"The rule “{value['key']}”, in {name}: {error}.") from error
        return {}


def _clause_fields(clause):
    reasons = [{"language": language, "text": text} for language, text in clause["reasons"].items()]
    return clause | {"severity": str(clause["severity"]), "reasons": reasons}


def _rule_fields(rule):
    tables = {name: table_as_toml(rule[name]) for name in TOML_FIELDS}
    return rule | tables | {"review_by": parse_date(rule["review_by"])}
