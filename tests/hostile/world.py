"""A site with something of everything, and everybody who may come to it."""

from django.test import Client

from consultations.receipt_links import receipt_key
from moderation.models import Batch, Replay
from moderation.redress.reports import file_report
from moderation.review.decisions import decide
from portal.models import Message, SuppressedAddress
from search.models import ApiToken, Rebuild, SavedSearch
from tests.consultations.modes.questionnaire.saving import saved_response_to
from tests.factories import (
    UserFactory,
    announced_version,
    export_of,
    held_in,
    idea_for,
    policy_draft,
    questionnaire_for,
    response_to,
    submission_to,
    unusual_times,
)

GROUPS = {
    "editor": "Editors",
    "moderator": "Submission moderators",
    "lead": "Lead moderators",
    "officer": "Policy officers",
    "privacy": "Privacy officers",
    "administrator": "Administrators",
}


def clients_of_cast() -> dict[str, Client]:
    """Return a browser for each role, for a citizen with an account, for a superuser, and for a guest."""
    people = {role: UserFactory(groups=[group]) for role, group in GROUPS.items()}
    people |= {"citizen": UserFactory(), "root": UserFactory(is_superuser=True)}
    clients = {role: Client(headers={"Sec-Fetch-Site": "same-origin"}) for role in ["guest", *people]}
    for role, user in people.items():
        clients[role].force_login(user)
    return clients


def make_world(consultation, officer) -> list[str]:
    """Make rows of every kind; return addresses from which links lead to the rest."""
    comment, idea = submission_to(consultation), idea_for(consultation)
    held_in(consultation)
    decided = held_in(consultation).cases.get()
    decide(decided, revision_id=decided.revision_id, action="publish", actor=None, imported=True)
    question = questionnaire_for(consultation)[0]
    response = response_to(consultation, {question: "A lamp."})
    saved = saved_response_to(consultation, {question: "A lamp to come."})
    policy_draft()
    announced_version()
    unusual_times()
    Replay.objects.create(document={})
    Rebuild.objects.create()
    Batch.objects.create(title="A letter")
    ApiToken.issue(officer, "A tool", 30)
    SavedSearch.objects.create(owner=officer, name="Night buses", asked="q=bus")
    Message.objects.post("consultations/author", to="a@example.org", about=comment, cause=1)
    SuppressedAddress.objects.note("a@example.org", "bounced", "")
    report = file_report(comment, comment.cleared, reporter_key="a")
    export_of(officer)
    key = receipt_key(comment.reference)
    return [
        "/", consultation.get_absolute_url(), idea.get_absolute_url(), "/policy/", "/api/", "/moderation/", "/admin/",
        comment.get_receipt_url(), f"/receipts/{comment.reference}/edit/?key={key}",
        f"/receipts/{comment.reference}/withdraw/?key={key}", f"/report/{comment.reference}/",
        f"/reports/{report.reference}/", f"/responses/{response.reference}/?key={receipt_key(response.reference)}",
        *(saved.address_of(view) for view in ("saved_questionnaire", "saved_link", "delete_saved")),
    ]  # fmt: skip
