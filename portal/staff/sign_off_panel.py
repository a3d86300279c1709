"""What stands in the way of a page's sign-off, in its editor."""

from wagtail.admin.panels import Panel
from wagtail.models import Page

from portal.staff.sign_off_checks import checks_of_page


class SignOffPanel(Panel):
    """The check list of a page, as it was saved last."""

    class BoundPanel(Panel.BoundPanel):
        """The check list of one page."""

        template_name = "staff/sign_off_panel.html"

        def is_shown(self):
            """Show it once there is a draft."""
            return bool(self.instance.pk) and super().is_shown()

        def get_context_data(self, parent_context=None):
            """Read the draft anew: the form's own page holds what was typed and not saved."""
            saved = Page.objects.get(pk=self.instance.pk).specific.get_latest_revision_as_object()
            waits = saved.workflow_in_progress
            checks = checks_of_page(saved, self.request.user if waits else None)
            return super().get_context_data(parent_context) | {"checks": checks, "waits": waits}
