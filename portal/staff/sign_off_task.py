"""The step of a workflow in which a second person signs a page off."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import GroupApprovalTask

from portal.staff.sign_off_checks import in_the_way


class SignOffTask(GroupApprovalTask):
    """Workflow task: somebody of these groups who did not write the page signs it off, or asks for changes."""

    class Meta:
        verbose_name = _("sign-off by a second person")
        verbose_name_plural = _("sign-offs by a second person")

    @classmethod
    def get_description(cls):
        """Return the task's description in the list of workflows."""
        return _("Somebody of these groups who did not write the page signs it off")

    def get_actions(self, obj, user):
        """Return what this person may do: sign off only when nothing stands in the way."""
        if not super().get_actions(obj, user):
            return []
        asked = [("reject", _("Ask for changes"), True)]
        if in_the_way(obj.get_latest_revision_as_object(), user):
            return asked
        return [*asked, ("approve", _("Sign off"), False), ("approve", _("Sign off with a comment"), True)]

    def get_task_states_user_can_moderate(self, user, **kwargs):
        """Select the task states that wait for this person: none of their own pages."""
        waiting = super().get_task_states_user_can_moderate(user, **kwargs)
        return waiting.exclude(workflow_state__requested_by=user).exclude(revision__user=user)

    @transaction.atomic
    def on_action(self, task_state, user, action_name, **kwargs):
        """Sign off or ask for changes; raise PermissionDenied for a sign-off while something stands in the way."""
        page = task_state.workflow_state.content_object.get_latest_revision_as_object()
        if action_name == "approve" and (found := in_the_way(page, user)):
            raise PermissionDenied(" ".join(found))
        return super().on_action(task_state, user, action_name, **kwargs)
