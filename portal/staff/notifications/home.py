"""The panel of the first page that shows what waits for its reader in particular."""

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.staff.home import HomeLine, HomeNote, HomePanel, home_panel
from portal.staff.notifications.kinds import ENTER_STAFF_AREA, still_waiting
from portal.staff.notifications.models import StaffNotification

LINES_AT_HOME = 6


@home_panel(order=4, permissions=[ENTER_STAFF_AREA])
def notifications(visit):
    """Show what a person was notified of, as long as it waits; nothing when there is none."""
    rows = StaffNotification.objects.listed().filter(user=visit.user).order_by("pk")
    waiting = [each for each in still_waiting(rows, visit.user) if each.kind.at_home]
    if not waiting:
        return None
    more = len(waiting) - LINES_AT_HOME
    words = _("All %d, and what you hear of") % len(waiting) if more > 0 else _("What you hear of")
    lines = [home_line(each) for each in waiting[:LINES_AT_HOME]]
    return HomePanel(_("You should know"), lines, more=HomeNote(words, reverse("my_notifications")))


def home_line(waiting):
    """Return something waiting as a line of the first page."""
    due = [HomeNote(waiting.due, tone="stop" if waiting.kind.urgent else "wait")] if waiting.due else []
    return HomeLine(waiting.title, waiting.line.url, notes=due, about=waiting.line.name)
