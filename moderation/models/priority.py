"""Head starts: the minutes by which a case is ranked before its due time."""

from portal.casework.priority import HeadStart

SEVERITY_MINUTES = (0, 0, 15, 60, 240)  # by severity, 0 to 4
PUBLIC_MINUTES = 30  # the text is public while it waits
REPORT_MINUTES, MOST_REPORTS = 10, 6  # minutes per report, and how many reports count
RETURNED_MINUTES = 240  # the author has changed the text as asked, and waits a second time


def head_starts(*, severity: int, public: bool, reports: int, returned: bool) -> list[HeadStart]:
    """Return the head starts of a case, each with its minutes; those of zero minutes are left out."""
    parts = [
        HeadStart("severity", SEVERITY_MINUTES[severity]),
        HeadStart("public", PUBLIC_MINUTES * public),
        HeadStart("reports", REPORT_MINUTES * min(reports, MOST_REPORTS)),
        HeadStart("returned", RETURNED_MINUTES * returned),
    ]
    return [part for part in parts if part.minutes]
