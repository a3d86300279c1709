"""Samples of past texts; a sample is fixed when it is made, so that another draft can be run on the same texts.

A sample is one of::

    {"last": 10000, "from": 17, "up_to": 10016}              # the last 10000, by submission id
    {"days": 30, "since": "2026-11-01T00:00:00+11:00", "up_to": 10016}
    {"consultation": 5, "up_to": 10016}

Withdrawn and erased texts are left out of every sample.
"""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consultations.models import ConsultationPage, Status, Submission


def readable_submissions():
    """Select the submissions that are neither withdrawn nor erased."""
    return Submission.objects.filter(erased_at=None, current__isnull=False).exclude(status=Status.WITHDRAWN)


def sampled_submissions(sample):
    """Select the submissions of a sample."""
    chosen = readable_submissions().filter(pk__lte=sample["up_to"])
    if "consultation" in sample:
        return chosen.filter(consultation=sample["consultation"])
    if "since" in sample:
        return chosen.filter(received_at__gte=datetime.fromisoformat(sample["since"]))
    return chosen.filter(pk__gte=sample["from"])


def newest_submission_id():
    """Return the id of the newest submission; 0 when there is none."""
    return Submission.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def sample_last_texts(count):
    """Return the sample of the last `count` texts."""
    ids = readable_submissions().order_by("-pk").values_list("pk", flat=True)
    oldest = next(iter(ids[count - 1 : count]), 0)
    return {"last": count, "from": oldest, "up_to": newest_submission_id()}


def sample_last_days(days):
    """Return the sample of the last `days` days, from midnight of the first."""
    morning = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return {"days": days, "since": (morning - timedelta(days=days)).isoformat(), "up_to": newest_submission_id()}


def sample_consultation(pk):
    """Return the sample of all texts of a consultation."""
    return {"consultation": pk, "up_to": newest_submission_id()}


def describe_sample(sample):
    """Return a description of a sample for people."""
    if "consultation" in sample:
        page = ConsultationPage.objects.filter(pk=sample["consultation"]).only("title").first()
        return _("Everything in “%s”") % (page.title if page else _("a consultation that is gone"))
    if "days" in sample:
        return ngettext("The last %d day", "The last %d days", sample["days"]) % sample["days"]
    count = sample.get("last", 0)
    return ngettext("The last text", "The last %(count)s texts", count) % {"count": f"{count:,}"}
