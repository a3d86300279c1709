"""Publishing a policy as a version, and the starter policy of a new site."""

from functools import lru_cache

from django.utils import timezone

from moderation.models.policy import PolicyVersion
from moderation.policy.digests import digest_of
from moderation.policy.loading import STARTER_POLICY, load_policy


def publish_policy(policy, *, actor=None, approved_by=None, effective_from=None, summary="", replay=None):
    """Publish a policy as the next version. Publishing the latest policy again returns its version."""
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
        published_by=actor,
        approved_by=approved_by,
        replay=replay,
        effective_from=effective_from or timezone.now(),
    )


@lru_cache(maxsize=1)
def starter_policy():
    """Return the policy that a new site gets."""
    return load_policy(STARTER_POLICY)


def new_starter_rules():
    """Return the starter rules that no version of this site has ever had, for clauses of the policy in force.

    A rule that the agency removed was part of an earlier version, so it is not offered again.
    """
    current = PolicyVersion.current()
    if current is None:
        return []
    documents = PolicyVersion.objects.order_by().values_list("document", flat=True)
    known = {rule["key"] for document in documents for rule in document["rules"]}
    return [rule for rule in starter_policy().rules if rule.key not in known and current.clause(rule.clause)]


def publish_starter_policy(using="default", **_signal):
    """Publish the starter policy on a site without a policy."""
    if using == "default" and not PolicyVersion.objects.exists():
        publish_policy(starter_policy())
