"""What brings a case forward in the queue."""

from portal.casework.priority import HeadStart

SEVERITY_MINUTES = (0, 0, 15, 60, 240)  # by severity, 0 to 4
PUBLIC_MINUTES = 30  # everybody can read it meanwhile
REPORT_MINUTES, MOST_REPORTS = 10, 6  # each, and how many count
RETURNED_MINUTES = 240  # its author did what we asked, and has waited twice


def head_starts(*, severity: int, public: bool, reports: int, returned: bool) -> list[HeadStart]:
    """Return what brings a case forward, each with its minutes; what brings nothing is left out."""
    parts = [
        HeadStart("severity", SEVERITY_MINUTES[severity]),
        HeadStart("public", PUBLIC_MINUTES * public),
        HeadStart("reports", REPORT_MINUTES * min(reports, MOST_REPORTS)),
        HeadStart("returned", RETURNED_MINUTES * returned),
    ]
    return [part for part in parts if part.minutes]
