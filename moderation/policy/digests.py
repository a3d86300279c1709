"""Digests of a policy and of its rules, and which rules differ between two policies."""

import hashlib
import json


def digest_of(data):
    """Return the SHA-256 of plain data, as hexadecimal."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def working_parts(rule):
    """Return what decides what a rule does; its title, its examples and its owner do not."""
    return {"clause": rule.clause, "when": rule.when, "mode": rule.mode, "scope": rule.scope}


def rules_digest(policy):
    """Return the name of what a policy's rules do: a replay counts for every policy with the same."""
    rules = [{"key": rule.key, **working_parts(rule)} for rule in policy.rules]
    return digest_of(sorted(rules, key=lambda rule: rule["key"]))


def changed_rules(before, after):
    """Return the rules of a policy that do something else than in another one, or are not in it; it may be None."""
    old = {rule.key: working_parts(rule) for rule in before.rules} if before else {}
    return [rule for rule in after.rules if old.get(rule.key) != working_parts(rule)]
