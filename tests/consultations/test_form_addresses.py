"""The address that a form's answer stands at can be reloaded, and its links followed: it answers GET."""

import re
from html import unescape
from urllib.parse import urljoin

import pytest
from django.urls import reverse

from consultations.receipt_links import receipt_key
from tests.consultations.submitting import stamp
from tests.factories import ConsultationFactory, idea_for, questionnaire_for, response_to, submission_to

pytestmark = pytest.mark.django_db
RELATIVE_LINK = re.compile(r'href="(\?[^"#]*)')


@pytest.fixture
def forms():
    """Return the address of every public form of the consultations."""
    page = ConsultationFactory(modes=["comments", "ideas", "questionnaire"])
    questionnaire_for(page)
    one, idea = submission_to(page), idea_for(page)
    for number in range(21):
        submission_to(page, f"Comment number {number}.")
    key = f"?key={receipt_key(one.reference)}"
    return {
        "comment": reverse("consultations:comment", args=[page.slug]),
        "reply": reverse("consultations:thread", args=[page.slug, one.reference]),
        "comment on an idea": reverse("consultations:idea", args=[page.slug, idea.reference]),
        "idea": reverse("consultations:propose", args=[page.slug]),
        "questionnaire": reverse("consultations:questionnaire", args=[page.slug]),
        "support": reverse("consultations:support", args=[page.slug, one.reference]),
        "take back": reverse("consultations:take_back", args=[page.slug, one.reference]),
        "revise": reverse("consultations:revise", args=[one.reference]) + key,
        "withdraw": reverse("consultations:withdraw", args=[one.reference]) + key,
        "report": reverse("moderation:report", args=[one.reference]),
    }


@pytest.mark.parametrize("sent", [{}, {"text": "You can reach me at 0412 345 678 any time."}], ids=["empty", "advised"])
@pytest.mark.parametrize(
    "name",
    [
        "comment",
        "reply",
        "comment on an idea",
        "idea",
        "questionnaire",
        "support",
        "take back",
        "revise",
        "withdraw",
        "report",
    ],
)
def test_the_address_of_a_form_can_be_reloaded_and_its_links_followed(client, forms, name, sent):
    address = forms[name]
    answer = client.post(address, sent | {"stamp": stamp()} if sent else {})
    links = {urljoin(address, unescape(link)) for link in RELATIVE_LINK.findall(answer.content.decode())}

    for link in (address, *links):
        again = client.get(link, follow=True)
        assert (link, again.status_code) == (link, 200)


def test_links_of_a_comment_that_was_refused_lead_to_the_consultation(client, forms):
    answer = client.get(forms["comment"] + "?sort=supported&page=2")

    assert answer["Location"] == forms["comment"].replace("/comments/", "/") + "?sort=supported&page=2"


def test_each_reply_is_on_the_page_that_its_address_leads_to(client, consultation):
    first = submission_to(consultation)
    replies = [submission_to(consultation, f"Reply {number}.", parent=first) for number in range(45)]

    led = [client.get(reply.get_absolute_url(), follow=True) for reply in replies]

    missing = [
        reply.reference
        for reply, page in zip(replies, led, strict=True)
        if f'id="{reply.reference}"' not in page.content.decode()
    ]
    assert missing == []
    assert {answer.redirect_chain[0][0].partition("#")[2] for answer in led} == {reply.reference for reply in replies}


def test_response_can_be_withdrawn_and_the_address_reloaded(client):
    page = ConsultationFactory(modes=["questionnaire"])
    given = response_to(page, {questionnaire_for(page)[0]: "Yes."})
    key = receipt_key(given.reference)
    address = reverse("consultations:withdraw_response", args=[given.reference], query={"key": key})

    client.post(address, {})

    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "name", ["comment", "reply", "comment on an idea", "idea", "questionnaire", "revise", "report"]
)
def test_form_that_is_shown_again_opens_at_what_to_look_at(client, forms, name):
    page = client.get(forms[name].replace("/comments/", "/") if name == "comment" else forms[name]).content.decode()
    again = client.post(forms[name], {"text": "", "number": 1, "stamp": stamp()}).content.decode()

    assert re.search(r'<form class="sheet say[^"]*" method="post" action="[^"]*#look-again"', page)
    assert (page.count('id="look-again"'), again.count('id="look-again"')) == (0, 1)
