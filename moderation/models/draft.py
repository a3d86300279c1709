"""The next version of the policy, while it is being written."""

from django.db import models, transaction
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.blocks import StreamBlockValidationError, StructBlockValidationError
from wagtail.fields import StreamField
from wagtail.locks import WorkflowLock
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    RevisionMixin,
    Task,
    TaskState,
    WorkflowMixin,
    WorkflowState,
)

from moderation.models.approval import problems, publish_signed_off
from moderation.models.policy import PUBLISH, NotApproved
from moderation.policy.blocks import ClauseBlock, RuleBlock, SectionBlock
from moderation.policy.drafting import document_of, faults_in, fields_of, policy_as_far_as_it_goes
from moderation.policy.loading import read_policy
from moderation.policy.wording import rules_in_words


class PolicyDraftForm(WagtailAdminModelForm):
    """The editor's form: a draft may be unfinished when it is saved, and has no fault when it is submitted."""

    def clean(self):
        """Say each fault where it belongs; whoever only saves is not stopped."""
        cleaned = super().clean()
        if not self.is_deferred_validation and not self.errors:
            self._add_faults(PolicyDraft(**{name: cleaned[name] for name in POLICY_FIELDS}))
        return cleaned

    def _add_faults(self, draft):
        by_part = {}
        for fault in faults_in(draft):
            by_part.setdefault(fault.part, {}).setdefault(fault.place, []).append(fault.message)
        for message in by_part.pop("", {}).get(-1, []):
            self.add_error(None, message)
        for part, places in by_part.items():
            blocks = {place: StructBlockValidationError(non_block_errors=said) for place, said in places.items()}
            self.add_error(part, StreamBlockValidationError(block_errors=blocks))


POLICY_FIELDS = ("title", "introduction", "emergency", "language", "sections", "clauses", "rules")


class PolicyDraft(PreviewableMixin, WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, models.Model):
    """What leads work on until somebody else has approved it; then it is a `PolicyVersion`, and the work goes on.

    There is one. Its publication is the end of a workflow and nothing else: `publish` asks for the sign-off.
    """

    title = models.CharField(_("title"), max_length=200)
    introduction = models.TextField(_("introduction"), help_text=_("An empty line starts a new paragraph."))
    emergency = models.TextField(
        _("in an emergency"), blank=True, help_text=_("It stands above the clauses, with the numbers to call.")
    )
    language = models.CharField(_("language"), max_length=12, default="en", help_text=_("A code, such as en."))
    summary = models.TextField(_("what is new"), blank=True, help_text=_("For everybody, beside the new version."))
    effective_from = models.DateTimeField(
        _("in force from"), null=True, blank=True, help_text=_("Empty: as soon as it is approved.")
    )
    sections = StreamField([("section", SectionBlock())], blank=True, collapsed=True, verbose_name=_("sections"))
    clauses = StreamField([("clause", ClauseBlock())], collapsed=True, verbose_name=_("clauses"))
    rules = StreamField([("rule", RuleBlock())], blank=True, collapsed=True, verbose_name=_("rules"))

    base_form_class = PolicyDraftForm

    class Meta:
        verbose_name = _("draft of the house rules")
        verbose_name_plural = _("drafts of the house rules")

    def __str__(self):
        """Name it by its title."""
        return self.title

    @classmethod
    def from_policy(cls, policy):
        """Return a draft, not stored yet, that says what a policy says."""
        return cls(**fields_of(policy))

    def as_policy(self):
        """Return it as a policy; raise PolicyError for its first fault."""
        return read_policy(document_of(self))

    def faults(self):
        """Return everything that cannot work in it, with the places."""
        return faults_in(self)

    def take_over(self, policy, *, by):
        """Put a policy in the place of what the draft says, and keep what it said as an earlier revision."""
        for name, value in fields_of(policy).items():
            setattr(self, name, value)
        self.summary, self.effective_from = "", None
        if self._state.adding:
            self.live = False
            self.save()
        return self.save_revision(user=by, clean=False, log_action=True)

    @property
    def submission(self):
        """Return the workflow that waits for an approval, or None."""
        return self.workflow_states.filter(status=WorkflowState.STATUS_IN_PROGRESS).first()

    def writers(self):
        """Return who submitted it or changed it last: whoever approves it is somebody else."""
        state = self.current_workflow_state
        people = [state.requested_by if state else None, self.latest_revision.user if self.latest_revision else None]
        return [person for person in dict.fromkeys(people) if person]

    @transaction.atomic
    def publish(self, revision, user=None, **kwargs):
        """Make a signed-off revision the next version of the policy; raise NotApproved for any other.

        Whoever calls this, by whatever way, needs the sign-off of somebody who did not write the draft.
        """
        PolicyDraft.objects.select_for_update().get(pk=self.pk)  # two approvers queue here
        publish_signed_off(self, revision)
        super().publish(revision, user=user, **kwargs | {"skip_permission_checks": True})
        # The next round starts without this one's summary and date.
        PolicyDraft.objects.filter(pk=self.pk).update(summary="", effective_from=None)

    def serve_preview(self, request, mode_name):
        """Show the public page as it would be."""
        policy = policy_as_far_as_it_goes(self)
        context = {"policy": policy, "rules": rules_in_words(policy), "preview": True}
        return render(request, "moderation/policy.html", context)


class ApprovalLock(WorkflowLock):
    """Nobody changes a draft while somebody reads it."""

    def get_message(self, user):
        """Say so, with the way to the page where it is approved."""
        words = _("This draft waits for approval, and nobody changes it meanwhile.")
        address = reverse("policy_approval", args=[self.object.pk])
        return format_html('{} <a href="{}">{}</a>', words, address, _("Check list and approval"))

    def get_description(self, user, can_lock=False):
        """Say it in short."""
        return _("Nobody can change the draft until somebody has approved it or asked for changes")


class PolicyApprovalTask(Task):
    """Somebody who did not write the draft reads it, and approves it or asks for changes.

    Nobody changes the draft meanwhile, so what is approved is what was submitted.
    """

    lock_class = ApprovalLock

    class Meta:
        verbose_name = _("approval of the house rules")

    @classmethod
    def get_description(cls):
        """Say what the task is for."""
        return _("A lead moderator who did not write the draft approves it")

    def start(self, workflow_state, user=None):
        """Wait for a verdict on what was saved last: a draft that is submitted again may be remembered as it was."""
        task_state = super().start(workflow_state, user=user)
        task_state.revision = PolicyDraft.objects.get(pk=workflow_state.object_id).latest_revision
        task_state.save(update_fields=["revision"])
        return task_state

    def locked_for_user(self, obj, user):
        """Return that nobody may change what is being read."""
        return True

    def get_actions(self, obj, user):
        """Return what the person may do: who wrote it may do nothing but wait."""
        if not user.has_perm(PUBLISH) or user in obj.writers():
            return []
        return [("reject", _("Ask for changes"), True), ("approve", _("Approve and put in force"), False)]

    def get_task_states_user_can_moderate(self, user, **kwargs):
        """Select what waits for this person."""
        if not user.has_perm(PUBLISH):
            return TaskState.objects.none()
        waiting = self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
        return waiting.exclude(workflow_state__requested_by=user).exclude(revision__user=user)

    @transaction.atomic
    def on_action(self, task_state, user, action_name, **kwargs):
        """Approve or ask for changes; raise NotApproved for who may not, and for what may not be approved."""
        locked = TaskState.objects.select_for_update().get(pk=task_state.pk).specific
        if locked.status != TaskState.STATUS_IN_PROGRESS:
            raise NotApproved(_("Somebody has given a verdict already."))
        draft = locked.workflow_state.content_object.get_latest_revision_as_object()
        if action_name not in [name for name, _words, _asks in self.get_actions(draft, user)]:
            raise NotApproved(_("Whoever submitted or last changed a draft cannot approve it; somebody else has to."))
        if action_name == "approve" and (in_the_way := problems(draft, user)):
            raise NotApproved("\n".join(in_the_way))
        return super().on_action(locked, user, action_name, **kwargs)
