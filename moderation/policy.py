"""Publishing a policy."""

import hashlib
import json
from pathlib import Path

from django.utils import timezone

from moderation.loading import load_policy
from moderation.models import PolicyVersion

STARTER = Path(__file__).parent / "policies" / "starter.toml"


def publish(policy, *, by=None, effective_from=None):
    """Publish a policy as the next version; the same policy twice in a row is one version."""
    document = policy.as_dict()
    digest = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
    last = PolicyVersion.objects.order_by("-number").first()
    if last and last.digest == digest:
        return last
    return PolicyVersion.objects.create(
        number=last.number + 1 if last else 1,
        document=document,
        digest=digest,
        published_by=by,
        effective_from=effective_from or timezone.now(),
    )


def publish_starter_policy(using="default", **_signal):
    """Give a site without a policy the starter policy."""
    if using == "default" and not PolicyVersion.objects.exists():
        publish(load_policy(STARTER))
