"""The editor's form of every page of ours."""

from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.models import TaskState

from portal.agency.moments import day_and_time


class StaffPageForm(WagtailAdminPageForm):
    """A page's form that refuses a workflow action which nobody waits for, and then shows everything as typed.

    Wagtail would take such a request for one that saves a draft.
    """

    def clean(self):
        """Refuse an action without a task, or one that is not this person's."""
        cleaned = super().clean()
        action = self.data.get("workflow-action-name") if self.data.get("action-workflow-action") else None
        if action is not None and (refusal := refusal_of(self.instance, self.for_user, action)):
            self.add_error(None, refusal)
        return cleaned


def refusal_of(page, user, action):
    """Return why a person cannot do this with the page's workflow now, as a sentence, or ''."""
    task = page.current_workflow_task
    if task is None:
        return nobody_asked(page)
    if action not in [name for name, _label, _asks in task.get_actions(page, user)]:
        return _("This is not for you to do just now. What you typed is still here: you can save it as a draft.")
    return ""


def nobody_asked(page):
    """Say that a page waits for nobody's sign-off, and what became of it."""
    last = TaskState.objects.for_instance(page).exclude(finished_at=None).order_by("-finished_at").first()
    kept = _("What you typed is still here: you can save it as a draft.")
    if last is None:
        return " ".join([_("This page does not wait for a sign-off, so nothing was done."), kept])
    said = _("This page does not wait for a sign-off any more. Last of all: %(state)s, %(moment)s (%(person)s).")
    facts = {"state": last.get_status_display(), "moment": day_and_time(last.finished_at)}
    return " ".join([said % {**facts, "person": last.finished_by or _("nobody in person")}, kept])
