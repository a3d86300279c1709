"""How long addresses are usually kept, as forms say it beside what an editor states."""

from django.core.cache import cache

from consultations.usual_period import UsualPeriod
from moderation.models import RetentionPeriod
from moderation.models.retention import MONTHS_WITHOUT_ANSWER, RetentionKind
from portal.http import freshness

ADDRESS_PERIODS_KEY = freshness.derived("moderation.address_periods")
ADDRESS_PERIODS_CACHE_SECONDS = 10


def address_period(consultation_id):
    """Return how long addresses of a consultation are kept, by its own period or by that for all."""
    months = cache.get_or_set(ADDRESS_PERIODS_KEY, read_address_periods, ADDRESS_PERIODS_CACHE_SECONDS)
    return UsualPeriod(months.get(consultation_id, months[None]), MONTHS_WITHOUT_ANSWER)


def read_address_periods():
    """Read the months by consultation; None is for all others."""
    own = RetentionPeriod.objects.own_months()
    single = {consultation: months for (consultation, kind), months in own.items() if kind == RetentionKind.ADDRESSES}
    return single | {None: RetentionPeriod.objects.months()[RetentionKind.ADDRESSES]}


def forget_address_periods(**_signal):
    """Clear the cache: a privacy officer stated other periods."""
    cache.delete(ADDRESS_PERIODS_KEY)
