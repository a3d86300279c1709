"""Publishing a policy."""

import hashlib
import json
from pathlib import Path

from django.utils import timezone

from moderation.models import PolicyVersion
from moderation.policy.loading import load_policy

STARTER = Path(__file__).parent / "starter.toml"


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


def publish(policy, *, by=None, approved_by=None, effective_from=None, summary="", replay=None):
    """Publish a policy as the next version; the same policy twice in a row is one version."""
    document = policy.as_dict()
    digest = digest_of(document)
    last = PolicyVersion.objects.order_by("-number").first()
    if last and last.digest == digest:
        return last
    return PolicyVersion.objects.create(
        number=last.number + 1 if last else 1,
        document=document,
        digest=digest,
        summary=summary,
        published_by=by,
        approved_by=approved_by,
        replay=replay,
        effective_from=effective_from or timezone.now(),
    )


def publish_starter_policy(using="default", **_signal):
    """Give a site without a policy the starter policy."""
    if using == "default" and not PolicyVersion.objects.exists():
        publish(load_policy(STARTER))
