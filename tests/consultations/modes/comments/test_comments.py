"""Comments and replies: sent, and read in their threads."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from consultations.models import Kind, Submission
from tests.consultations.submitting import comment, stamp
from tests.factories import idea_for, submission_to

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


def links_under_the_passage(page):
    """Return the links under the first passage: words and address."""
    ways = page[page.index('<p class="passage__ways">') :].partition("</p>")[0]
    found = re.findall(
        r'<a class="passage__talk" href="([^"]+)">.*?<span>(.*?)<span class="visually-hidden">', ways, re.DOTALL
    )
    return {" ".join(words.split()): href for href, words in found}


def test_a_number_under_a_passage_leads_to_just_so_many_comments(client, consultation):
    passage = next(iter(consultation.passage_titles))
    about = [submission_to(consultation, f"Line {n} is late.", passage=passage) for n in range(25)]
    other = submission_to(consultation, "Something else.")
    reply = submission_to(consultation, "An answer.", parent=about[0])
    about.append(reply)
    submission_to(consultation, "An answer to the other.", parent=other, passage=passage)  # as it could be sent once
    address = consultation.get_absolute_url()

    ways = links_under_the_passage(client.get(address).content.decode())

    assert ways == {
        "Comment on this": f"?passage={passage}#have-your-say",
        "26 comments": f"?passage={passage}#comments",
    }
    pages = [client.get(address, {"passage": passage, "page": n}).content.decode() for n in (1, 2)]
    listed = [
        each.reference for each in about for page in pages if f'<article class="comment" id="{each.reference}"' in page
    ]
    assert sorted(listed) == sorted(each.reference for each in about)
    assert other.reference not in "".join(pages)
    assert ["26 comments" in page[page.index('id="comments"') :] for page in pages] == [True, True]
    assert f'href="{address}#comments">all comments instead' in pages[0]


def test_the_number_over_the_list_is_the_lists(client, consultation):
    comment, idea = submission_to(consultation, "Line 5 is late."), idea_for(consultation)
    gone = submission_to(consultation, "Line 6 is late.")
    for parent in (comment, comment, gone, idea):
        submission_to(consultation, "So it is.", parent=parent)
    on_idea = Submission.objects.get(parent=idea)
    submission_to(consultation, "And so is line 7.", parent=on_idea)
    gone.withdraw()

    pages = [client.get(each).content.decode() for each in (consultation.get_absolute_url(), idea.get_absolute_url())]
    cards = client.get(reverse("consultations:ideas", args=[consultation.slug])).content.decode()

    numbers = [re.findall(r'choices__end soft small">(\d+) comment', page) for page in pages]
    assert numbers == [["4"], ["2"]]
    assert [page.count('<article class="comment"') for page in pages] == [4, 2]
    assert re.findall(r"<dt>(comments?[^<]*)</dt><dd>(\d+)<", pages[0]) == [
        ("comments", "4"),
        ("comments on proposals", "2"),
    ]
    assert "· 2 comments" in cards


@pytest.mark.parametrize("below", ["propose", "thread", "idea"])
def test_only_a_comment_on_the_text_is_about_a_passage(client, consultation, below):
    about = {"thread": submission_to(consultation), "idea": idea_for(consultation)}
    args = [consultation.slug, *([about[below].reference] if below in about else [])]
    words = {"title": "A lamp", "text": "At each stop.", "stamp": stamp()}
    words["passage"] = next(iter(consultation.passage_titles))

    client.post(reverse(f"consultations:{below}", args=args), words)

    assert Submission.objects.latest("id").current.text == "At each stop."
    assert Submission.objects.latest("id").passage == ""


def test_a_passage_without_comments_offers_no_number_and_a_closed_one_no_form(client, consultation):
    passage = next(iter(consultation.passage_titles))
    address = consultation.get_absolute_url()
    assert list(links_under_the_passage(client.get(address).content.decode())) == ["Comment on this"]
    submission_to(consultation, passage=passage)
    consultation.closes_at = timezone.now()
    consultation.save()

    assert list(links_under_the_passage(client.get(address).content.decode())) == ["1 comment"]
