import pytest

from moderation.findings.redaction import Span
from moderation.models import Case, PolicyVersion
from moderation.redress.tombstones import redacted_tombstone, refused_tombstone
from moderation.review.decisions import decide
from tests.factories import held_in, submission_to

pytestmark = pytest.mark.django_db

PRIVATE = "clause 5 (Keep private details private)"


@pytest.mark.parametrize(
    ("keys", "refused", "redacted"),
    [
        (["personal-information"], f"Refused under {PRIVATE}", f"A moderator took out 2 passages: {PRIVATE}"),
        (["accusations"], "Not published", "A moderator took out 2 passages"),
        (
            ["accusations", "personal-information"],
            f"Refused under {PRIVATE}",
            f"A moderator took out 2 passages: {PRIVATE}",
        ),
        ([], "Not published", "A moderator took out 2 passages"),
        (["unknown"], "Not published", "A moderator took out 2 passages"),
    ],
)
def test_a_hidden_tombstone_keeps_its_clause_from_readers(keys, refused, redacted):
    version = PolicyVersion.current()

    assert (refused_tombstone(version, keys), redacted_tombstone(version, keys, 2)) == (refused, redacted)


def thread_after(client, consultation, moderator, action, **kwargs):
    """Return a comment's thread after a decision on the comment, which has a reply."""
    comment = held_in(consultation, author_name="Amira")
    submission_to(consultation, "A reply that stays.", parent=comment)
    case = Case.objects.get(submission=comment, closed_at=None)
    decide(case, revision_id=case.revision_id, action=action, actor=moderator, reason="For the author only.", **kwargs)
    comment.refresh_from_db()
    return client.get(comment.get_absolute_url()).content.decode()


def test_a_removed_text_keeps_its_place_with_clause_and_replies(client, consultation, moderator):
    page = " ".join(thread_after(client, consultation, moderator, "refuse", clauses=["personal-information"]).split())

    assert f"Refused under {PRIVATE}. Its author is told why, and may ask for another look." in page
    assert "A reply that stays." in page
    assert [secret for secret in ("0491", "Amira", "For the author only.") if secret in page] == []


def test_a_text_removed_under_a_clause_that_is_kept_from_readers_says_no_more(client, consultation, moderator, lead):
    comment = held_in(consultation)
    submission_to(consultation, "A reply that stays.", parent=comment)
    case = comment.cases.get()
    for reader in (moderator, lead):  # two have to agree on an accusation
        decide(
            case, revision_id=case.revision_id, action="refuse", actor=reader, reason="Secret.", clauses=["accusations"]
        )
    comment.refresh_from_db()

    page = " ".join(client.get(comment.get_absolute_url()).content.decode().split())

    assert comment.status_reason == "Not published"
    assert "Not published. Its author is told" in page
    assert [secret for secret in ("crimes", "Secret.") if secret in page] == []


def test_a_redacted_text_says_how_many_passages_and_which_clause(client, consultation, moderator):
    page = thread_after(
        client, consultation, moderator, "redact", clauses=["personal-information"], spans=[Span("text", 11, 23)]
    )

    assert f"A moderator took out 1 passage: {PRIVATE}" in page
