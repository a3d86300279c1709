"""How much one person uploads in a day: so many files, and so many bytes, counted in the database."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.http.rate_limits import RateLimit, count_together

DAY_SECONDS = 24 * 60 * 60
KIB = 1024  # bytes; counted in these, so that a day's sum fits its column
FILES_OF_UPLOADER = RateLimit("files_of_uploader", most=settings.UPLOAD_FILES_PER_DAY, window_seconds=DAY_SECONDS)
KIB_OF_UPLOADER = RateLimit("kib_of_uploader", most=settings.UPLOAD_MB_PER_DAY * KIB, window_seconds=DAY_SECONDS)
QUOTA_REACHED = _(
    "You have uploaded as much as one person may in a day, so this file was not stored. You can go on in %(hours)d "
    "hours, or ask a colleague to upload it."
)


def count_upload(user, size):
    """Count a file of so many bytes for its uploader; raise ValidationError above the quota.

    What is refused counts, too: the numbers are exact however many files come at once, and only grow.
    """
    subject = str(user.pk)
    tallies = count_together((FILES_OF_UPLOADER, subject), (KIB_OF_UPLOADER, subject, -(-size // KIB)))
    if over := [tally for tally in tallies if tally.is_over]:
        hours = -(-max(tally.resets_in for tally in over) // 3600)
        raise ValidationError(QUOTA_REACHED, code="quota", params={"hours": hours})
