"""The editor's form of every page of ours."""

from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.models import TaskState

from portal.agency.moments import day_and_time
from portal.staff.page_content import plain
from portal.staff.sign_off_checks import in_the_way


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
        elif action == "approve" and self.changes_content():
            words = _(
                "You changed something, so you wrote last: save it as a draft, and let somebody else sign it off."
            )
            self.add_error(None, words)
        return cleaned

    def changes_content(self):
        """Return whether anything but remarks among colleagues differs from what was saved last."""
        formsets = (formset for name, formset in self.formsets.items() if name != "comments")
        changed = (plain(self.initial.get(name)) != plain(self.cleaned_data.get(name)) for name in self.changed_data)
        return any(changed) or any(formset.has_changed() for formset in formsets)


def refusal_of(page, user, action):
    """Return why a person cannot do this with the page's workflow now, as a sentence, or ''."""
    task = page.current_workflow_task
    if task and action == "approve" and (found := in_the_way(page.get_latest_revision_as_object(), user)):
        return " ".join([*found, typed_is_kept()])
    if task is None:
        return nobody_asked(page)
    if action not in [name for name, _label, _asks in task.get_actions(page, user)]:
        return " ".join([_("This is not for you to do just now."), typed_is_kept()])
    return ""


def typed_is_kept():
    """Say that nothing typed is lost."""
    return _("What you typed is still here: you can save it as a draft.")


def nobody_asked(page):
    """Say that a page waits for nobody's sign-off, and what became of it."""
    last = TaskState.objects.for_instance(page).exclude(finished_at=None).order_by("-finished_at").first()
    if last is None:
        return " ".join([_("This page does not wait for a sign-off, so nothing was done."), typed_is_kept()])
    said = _("This page does not wait for a sign-off any more. Last of all: %(state)s, %(moment)s (%(person)s).")
    facts = {"state": last.get_status_display(), "moment": day_and_time(last.finished_at)}
    return " ".join([said % {**facts, "person": last.finished_by or _("nobody in person")}, typed_is_kept()])
