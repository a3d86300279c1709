"""The draft of the next policy version, its editor form and its approval workflow."""

from django.contrib.auth.backends import ModelBackend
from django.db import models, transaction
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
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
from moderation.models.notification_keys import APPROVAL_ASKED
from moderation.models.policy import PUBLISH, NotApproved
from moderation.policy.blocks import ClauseBlock, RuleBlock, SectionBlock
from moderation.policy.drafting import document_of, faults_in, fields_of, policy_as_far_as_it_goes
from moderation.policy.loading import read_policy
from moderation.policy.wording import clauses_in_words, rules_in_words
from portal.outbox.models import label_of
from portal.staff.notifications.delivery import notify


class PolicyDraftForm(WagtailAdminModelForm):
    """The editor form: saving accepts an unfinished draft, submitting for approval does not."""

    def clean(self):
        """Add each fault to its block; saving without submitting skips this check."""
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
    """The next version of the policy while leads write it. There is one row, and it stays after publication.

    `publish` accepts nothing but a revision that the workflow has approved.
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
        return self.title

    @classmethod
    def from_policy(cls, policy):
        """Return an unsaved draft with the content of a policy."""
        return cls(**fields_of(policy))

    def as_policy(self):
        """Return the draft as a policy; raise PolicyError for its first fault."""
        return read_policy(document_of(self))

    def faults(self):
        """Return all faults of the draft, with their places."""
        return faults_in(self)

    def take_over(self, policy, *, actor):
        """Replace the draft's content by a policy's; the previous content stays as an earlier revision."""
        for name, value in fields_of(policy).items():
            setattr(self, name, value)
        self.summary, self.effective_from = "", None
        if self._state.adding:
            self.live = False
            self.save()
        return self.save_revision(user=actor, clean=False, log_action=True)

    @property
    def submission(self):
        """Return the workflow that waits for approval, or None."""
        return self.workflow_states.filter(status=WorkflowState.STATUS_IN_PROGRESS).first()

    def writers(self):
        """Return the people who submitted or last changed the draft; none of them may approve it."""
        state = self.current_workflow_state
        people = [state.requested_by if state else None, self.latest_revision.user if self.latest_revision else None]
        return [person for person in dict.fromkeys(people) if person]

    @transaction.atomic
    def publish(self, revision, user=None, **kwargs):
        """Publish a signed-off revision as the next version of the policy; raise NotApproved for any other.

        Every way to publish in Wagtail calls this method, so the approval is checked here.
        """
        PolicyDraft.objects.select_for_update().get(pk=self.pk)  # two approvers run one after the other
        publish_signed_off(self, revision)
        super().publish(revision, user=user, **kwargs | {"skip_permission_checks": True})
        # The next version starts without this summary and date.
        PolicyDraft.objects.filter(pk=self.pk).update(summary="", effective_from=None)

    def serve_preview(self, request, mode_name):
        """Render the public policy page with the draft's content."""
        policy = policy_as_far_as_it_goes(self)
        today = timezone.localdate()
        said = {"clauses": clauses_in_words(policy, today), "rules": rules_in_words(policy, today)}
        context = {"policy": policy, "preview": True, **said}
        return render(request, "moderation/policy.html", context)


class ApprovalLock(WorkflowLock):
    """Locks a draft for everybody while it waits for approval."""

    def get_message(self, user):
        """Return the notice in the editor, with a link to the approval page."""
        words = _("This draft waits for approval, and nobody changes it meanwhile.")
        address = reverse("policy_approval", args=[self.object.pk])
        return format_html('{} <a href="{}">{}</a>', words, address, _("Check list and approval"))

    def get_description(self, user, can_lock=False):
        """Return the short text in the editor's side panel."""
        return _("Nobody can change the draft until somebody has approved it or asked for changes")


class PolicyApprovalTask(Task):
    """Workflow task: somebody who did not write the draft approves it or asks for changes.

    The draft is locked during the task, so the approved content is the submitted content.
    """

    lock_class = ApprovalLock

    class Meta:
        verbose_name = _("approval of the house rules")

    @classmethod
    def get_description(cls):
        """Return the task's description in the list of workflows."""
        return _("A lead moderator who did not write the draft approves it")

    def start(self, workflow_state, user=None):
        """Start the task on the latest stored revision.

        Wagtail may pass a workflow state that still holds the revision of an earlier round.
        """
        task_state = super().start(workflow_state, user=user)
        draft = PolicyDraft.objects.get(pk=workflow_state.object_id)
        task_state.revision = draft.latest_revision
        task_state.save(update_fields=["revision"])
        writers = {person.pk for person in (workflow_state.requested_by, task_state.revision.user) if person}
        approvers = ModelBackend().with_perm(PUBLISH, is_active=True).exclude(pk__in=writers)
        notify(APPROVAL_ASKED, label_of(draft), approvers, actor=user)
        return task_state

    def locked_for_user(self, obj, user):
        """Return True: nobody may change a draft under approval."""
        return True

    def get_actions(self, obj, user):
        """Return the approver's actions; none for the draft's writers."""
        if not user.has_perm(PUBLISH) or user in obj.writers():
            return []
        return [("reject", _("Ask for changes"), True), ("approve", _("Approve and put in force"), False)]

    def get_task_states_user_can_moderate(self, user, **kwargs):
        """Select the task states that this person may act on."""
        if not user.has_perm(PUBLISH):
            return TaskState.objects.none()
        waiting = self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
        return waiting.exclude(workflow_state__requested_by=user).exclude(revision__user=user)

    @transaction.atomic
    def on_action(self, task_state, user, action_name, **kwargs):
        """Approve or ask for changes; raise NotApproved if this person may not, or the draft cannot be approved."""
        locked = TaskState.objects.select_for_update().get(pk=task_state.pk).specific
        if locked.status != TaskState.STATUS_IN_PROGRESS:
            raise NotApproved(_("Somebody has given a verdict already."))
        draft = locked.workflow_state.content_object.get_latest_revision_as_object()
        if action_name not in [name for name, _words, _asks in self.get_actions(draft, user)]:
            raise NotApproved(_("Whoever submitted or last changed a draft cannot approve it; somebody else has to."))
        if action_name == "approve" and (in_the_way := problems(draft, user)):
            raise NotApproved("\n".join(in_the_way))
        return super().on_action(locked, user, action_name, **kwargs)
