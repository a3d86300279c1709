"""What a browser sends from the draft's editor, and the way of a draft to its approval."""

from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, streamfield

from moderation.models import PolicyDraft

EDIT = "wagtailsnippets_moderation_policydraft:edit"
PLAIN = ("title", "introduction", "emergency", "language", "summary")


def posted(draft, **changes):
    """Return a draft as the editor's form sends it, line ends and all."""
    fields = {name: getattr(draft, name) for name in PLAIN} | {"effective_from": ""}
    for name in ("sections", "clauses", "rules"):
        blocks = getattr(draft, name)
        fields[name] = streamfield([(block.block_type, sent(block.value)) for block in blocks])
    data = nested_form_data(fields | changes)
    return {name: value.replace("\n", "\r\n") if isinstance(value, str) else value for name, value in data.items()}


def sent(value):
    """Return a block as a form sends it; an empty checkbox is not sent at all."""
    if hasattr(value, "bound_blocks") and hasattr(value, "items"):
        return {name: sent(inner) for name, inner in value.items() if inner is not False}
    if hasattr(value, "list_block"):
        rows = [{"deleted": "", "order": str(n), "id": "", "value": sent(each)} for n, each in enumerate(value)]
        return {"count": str(len(rows))} | {str(n): row for n, row in enumerate(rows)}
    if value is True:
        return "on"
    return "" if value is None else str(value)


def edit(client, draft, action="", **changes):
    """Send the draft's form, as saved or with one of the other buttons."""
    buttons = {f"action-{action}": "1"} if action else {}
    return client.post(reverse(EDIT, args=[draft.pk]), posted(draft, **changes) | buttons)


def saved():
    """Return the draft as it was saved last."""
    return PolicyDraft.objects.get().get_latest_revision_as_object()


def submitted(client, draft, lead):
    """Submit a draft as a lead moderator does."""
    client.force_login(lead)
    response = edit(client, draft, "submit")
    assert PolicyDraft.objects.get().workflow_in_progress, response.content.decode()[:20000]
    return PolicyDraft.objects.get()


def judge(client, draft, actor, action="approve", comment=""):
    """Give a verdict on the page of the approval."""
    client.force_login(actor)
    return client.post(reverse("policy_approval", args=[draft.pk]), {"action": action, "comment": comment})
