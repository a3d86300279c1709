"""Policies to try: the one in force with a few rules changed."""

from dataclasses import replace

from moderation.models import PolicyVersion
from moderation.policy.document import Rule

TRAMS = Rule(
    key="trams",
    clause="personal-information",
    title="Trams",
    when={"detector": "words", "words": ["tram"]},
    mode="hold",
    matches=("A tram.",),
    ignores=("A bus.",),
)


def draft(*more, without=(), **changes):
    """Return the policy in force without some rules, with more of them, and with changed modes."""
    policy = PolicyVersion.current().policy
    rules = [rule for rule in policy.rules if rule.key not in without]
    rules = [replace(rule, **changes.get(rule.key.replace("-", "_"), {})) for rule in rules]
    return replace(policy, rules=(*rules, *more))
