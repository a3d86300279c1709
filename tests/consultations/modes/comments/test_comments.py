"""Comments and replies: sent, and read in their threads."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from consultations.models import Kind, Submission
from tests.consultations.submitting import comment, stamp
from tests.factories import submission_to

pytestmark = pytest.mark.django_db


def test_a_reply_stands_under_its_comment(client, consultation):
    parent = submission_to(consultation)
    address = reverse("consultations:thread", args=[consultation.slug, parent.reference])

    client.post(address, {"text": "I agree.", "stamp": stamp()})

    reply = Submission.objects.get(parent=parent)
    assert (reply.kind, reply.public_text) == (Kind.COMMENT, "I agree.")


def test_a_comment_knows_its_passage(client, consultation):
    passage = next(iter(consultation.passage_titles))
    comment(client, consultation, passage=passage)
    comment(client, consultation, "Another.", passage="no-such-passage")

    assert list(Submission.objects.order_by("id").values_list("passage", flat=True)) == [passage, ""]


def test_a_thread_shows_three_replies_and_counts_the_others(client, consultation):
    comment = submission_to(consultation)
    for number in range(5):
        submission_to(consultation, f"Answer number {number}.", parent=comment)

    page = client.get(reverse("consultations:detail", args=[consultation.slug])).content.decode()
    whole = client.get(reverse("consultations:thread", args=[consultation.slug, comment.reference])).content.decode()

    assert [f"Answer number {n}." in page for n in range(5)] == [True, True, True, False, False]
    assert [f"Answer number {n}." in whole for n in range(5)] == [True] * 5


def test_comments_come_twenty_to_a_page(client, consultation):
    first_at = timezone.now() - timedelta(hours=1)
    for number in range(21):
        submission_to(consultation, f"Comment {number:02}.", received_at=first_at + timedelta(minutes=number))
    address = reverse("consultations:detail", args=[consultation.slug])

    first, second = client.get(address).content.decode(), client.get(address, {"page": 2}).content.decode()
    assert ("Comment 20." in first, "Comment 00." in first) == (True, False)
    assert ("Comment 20." in second, "Comment 00." in second) == (False, True)


def test_the_most_supported_come_first_when_asked(client, consultation):
    loved = submission_to(consultation, "Loved by many.")
    submission_to(consultation, "Newer.")
    Submission.objects.filter(pk=loved.pk).update(support_count=9)

    page = client.get(reverse("consultations:detail", args=[consultation.slug]), {"sort": "supported"}).content.decode()
    assert page.index("Loved by many.") < page.index("Newer.")
