"""The reading list: texts that no rule saw anything in and that only wait because a person reads everything first."""

from django.db.models import Exists, OuterRef

from moderation.models import Case, Finding, Skip

READING_SIZE = 10  # texts at a time
CLEAN_CAUSES = (Case.Cause.BEFORE, Case.Cause.CRISIS)


def clean_cases(user):
    """Select the cases that a user may publish after reading them one below the other, most pressing first."""
    seen = Finding.objects.filter(screening=OuterRef("screening"), action__in=("hold", "note"))
    clean = Case.objects.for_batches().noting_screening().filter(cause__in=CLEAN_CAUSES, severity=0)
    return clean.filter(~Exists(seen)).takeable_by(user).exclude(Skip.objects.by(user))
