"""The panel of the first page that shows which work items colleagues mention their reader on."""

from django.utils.translation import gettext as _

from portal.casework.models import Mention
from portal.staff.home import HomeLine, HomePanel, home_panel


@home_panel(order=6, permissions=["wagtailadmin.access_admin"])
def mentions(visit):
    """Show the items whose notes mention the person, until the person opens them; nothing when there are none."""
    items = Mention.objects.open_items(visit.user)
    lines = [HomeLine(item.title, item.get_staff_url()) for item in items]
    return HomePanel(_("Colleagues mention you"), lines) if lines else None
