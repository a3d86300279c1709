"""Wagtail's e-mails about workflows, sent when the change they tell of is stored and nobody waits for its lock."""

from functools import partial

from django.db import transaction
from wagtail import signals
from wagtail.admin import mail
from wagtail.models import TaskState, WorkflowState

# The names under which Wagtail connects its own: whoever connects first under a name stays.
NOTIFIERS = [
    (
        signals.task_submitted,
        TaskState,
        mail.GroupApprovalTaskStateSubmissionEmailNotifier,
        "group_approval_task_submitted_email_notification",
    ),
    (
        signals.workflow_submitted,
        WorkflowState,
        mail.WorkflowStateSubmissionEmailNotifier,
        "workflow_state_submitted_email_notification",
    ),
    (
        signals.workflow_rejected,
        WorkflowState,
        mail.WorkflowStateRejectionEmailNotifier,
        "workflow_state_rejected_email_notification",
    ),
    (
        signals.workflow_approved,
        WorkflowState,
        mail.WorkflowStateApprovalEmailNotifier,
        "workflow_state_approved_email_notification",
    ),
]


def connect_notifiers():
    """Connect Wagtail's notifiers so that each sends after the commit: a slow mail server then holds up no lock."""
    for signal, sender, notifier, name in NOTIFIERS:
        signal.connect(after_commit(notifier()), sender=sender, dispatch_uid=name, weak=False)


def after_commit(notifier):
    """Return a receiver that calls a notifier once the transaction is committed."""

    def receive(**told):
        transaction.on_commit(partial(notifier, **told), robust=True)

    return receive
