"""Open data: what is given, in which order, and how it is guarded."""

import json
from datetime import UTC, datetime

import pytest
import time_machine as clock
from django.db import connection
from django.urls import reverse
from wagtail.models import PageViewRestriction

from consultations.api.submissions import public_texts
from consultations.models import Status, Support
from portal.http import freshness
from tests.factories import ConsultationFactory, held_in
from tests.search.submissions import redacted, submission

pytestmark = pytest.mark.django_db

PASSAGE = "11111111-1111-4111-8111-111111111111"
ALL = "/api/v1/submissions"


def read(client, address, **headers):
    """Return what an address answers, which must be 200."""
    response = client.get(address, headers=headers)
    assert response.status_code == 200, response.content
    return response.json()


def references(client, address):
    """Return the references of every page, each page a list."""
    pages = []
    while address:
        answer = read(client, address)
        pages.append([one["reference"] for one in answer["submissions"]])
        address = answer["next"]
    return pages


def test_submission_is_given_as_the_public_page_shows_it(client, consultation):
    idea = submission(consultation, "A lamp.", title="Light", kind="idea", author_name="Robin", author_email="r@x.org")
    one = submission(consultation, "Yes.", parent=idea, passage=PASSAGE, text_version=2, by_staff=True)

    assert read(client, f"{ALL}/{one.reference.lower()}") == {
        "reference": one.reference,
        "kind": "comment",
        "consultation": consultation.slug,
        "parent": idea.reference,
        "passage": "Eight lines",
        "text_version": 2,
        "title": "",
        "text": "Yes.",
        "redacted": False,
        "redaction": "",
        "edited": False,
        "language": "en",
        "channel": "website",
        "received_at": one.received_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "author_name": "",
        "by_staff": True,
        "official": "",
        "support_count": 0,
        "figures": {},
        "reply_count": 0,
        "address": f"http://testserver/consultations/{consultation.slug}/comments/{one.reference}/#{one.reference}",
    }
    assert b"r@x.org" not in client.get(ALL).content


def test_redacted_text_says_why(client, consultation):
    one = redacted(consultation, "Ring 123.", "Ring [taken out].")
    one.write({"status_reason": "Taken out under clause 4"})

    given = read(client, f"{ALL}/{one.reference}")

    assert [given[name] for name in ("text", "redacted", "redaction")] == [
        "Ring [taken out].",
        True,
        "Taken out under clause 4",
    ]


def test_consultation_is_given_with_its_counts(client, consultation):
    for key in ("a", "a", ""):
        submission(consultation, author_key=key)
    submission(consultation, kind="idea", title="Light", author_key="b")
    held_in(consultation)

    slug = consultation.slug
    given = read(client, f"/api/v1/consultations/{slug}")

    assert {name: given[name] for name in ("title", "summary", "state", "counts", "address", "submissions")} == {
        "title": consultation.title,
        "summary": consultation.summary,
        "state": "open",
        "counts": {"comments": 3, "ideas": 1, "statements": 0, "suggestions": 0, "people": 3},
        "address": f"http://testserver/consultations/{slug}/",
        "submissions": f"http://testserver/api/v1/consultations/{slug}/submissions",
    }
    assert read(client, "/api/v1/consultations?state=open") == {"consultations": [given], "next": None}
    assert read(client, "/api/v1/consultations?state=closed") == {"consultations": [], "next": None}


@pytest.mark.parametrize("status", [Status.RECEIVED, Status.HELD, Status.REFUSED, Status.WITHDRAWN])
def test_removed_text_is_left_out_and_its_reply_stays(client, consultation, status):
    gone = submission(consultation, "Secret.", status=status, reply_count=1)
    reply = submission(consultation, "An answer.", parent=gone)

    assert references(client, ALL) == [[reply.reference]]
    assert client.get(f"{ALL}/{gone.reference}").status_code == 404
    assert read(client, f"{ALL}/{reply.reference}")["parent"] == gone.reference


def test_kind_without_a_public_page_is_left_out(client, consultation):
    submission(consultation, kind="enquiry")

    assert references(client, ALL) == [[]]


def test_pages_stay_as_they_are_while_texts_come_and_go(client, consultation):
    old = [submission(consultation, f"Text {n}") for n in range(5)]
    first = read(client, f"{ALL}?limit=2")
    submission(consultation, "Newer than all.")
    old[3].move(Status.WITHDRAWN)  # the last one of the first page: the cursor stands on it

    assert [one["reference"] for one in first["submissions"]] == [old[4].reference, old[3].reference]
    assert references(client, first["next"]) == [[old[2].reference, old[1].reference], [old[0].reference]]


def test_texts_of_one_moment_are_all_given_once(client, consultation):
    moment = submission(consultation).received_at
    for _n in range(4):
        submission(consultation, received_at=moment)

    given = [reference for page in references(client, f"{ALL}?limit=2") for reference in page]

    assert len(given) == len(set(given)) == 5


def test_choice_is_kept_from_page_to_page(client, consultation):
    other = ConsultationFactory()
    for place, kind, language in [(consultation, "comment", "fr"), (consultation, "idea", "en"), (other, "idea", "fr")]:
        for _n in range(2):
            submission(place, kind=kind, language=language)

    def count(query):
        return [len(page) for page in references(client, f"{ALL}?limit=1&{query}")]

    assert [count("kind=comment"), count("language=fr"), count(f"consultation={other.slug}&kind=idea")] == [
        [1, 1],
        [1, 1, 1, 1],
        [1, 1],
    ]
    assert [len(page) for page in references(client, f"/api/v1/consultations/{other.slug}/submissions")] == [2]


def test_days_are_days_in_the_agency(client, consultation):
    late = submission(consultation, received_at=datetime(2026, 3, 1, 13, 30, tzinfo=UTC))  # 2 March in Sydney

    def given(query):
        return references(client, f"{ALL}?{query}")[0]

    assert [given("since=2026-03-02&until=2026-03-02"), given("until=2026-03-01"), given("since=2026-03-03")] == [
        [late.reference],
        [],
        [],
    ]
    assert given("since=0001-01-01&until=9999-12-31") == [late.reference]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("cursor=made-up", 400),
        ("cursor=", 400),
        ("limit=0", 422),
        ("limit=201", 422),
        ("kind=answer", 422),
        ("language=%00", 422),
        ("since=yesterday", 422),
        ("consultation=a/b", 422),
    ],
)
def test_what_cannot_be_read_is_a_problem(client, query, status):
    response = client.get(f"{ALL}?{query}")
    problem = response.json()

    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    assert problem["status"] == status
    assert sorted(problem) == ["detail", "errors", "status", "title"]
    assert [one["where"] for one in problem["errors"]] == ([f"query.{query.split('=')[0]}"] if status == 422 else [])


def test_cursor_of_ours_with_another_reference_is_refused(client, consultation):
    for _n in range(2):
        one = submission(consultation)
    cursor = read(client, f"{ALL}?limit=1")["next"].partition("cursor=")[2]
    forged = cursor.replace(one.reference, "2222-2222")

    assert client.get(f"{ALL}?cursor={forged}").status_code == 400


@pytest.mark.parametrize("address", ["/api/v1/", "/api/v1/nothing", f"{ALL}/2222-2222", "/api/v1/consultations/none"])
def test_unknown_address_is_a_problem(client, db, address):
    response = client.get(address)

    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


def test_writing_is_refused(client, db):
    response = client.post(ALL)

    assert (response.status_code, response["Allow"], response.json()["status"]) == (405, "GET, HEAD", 405)


@pytest.mark.parametrize("address", [ALL, "/api/v1/openapi.json", "/api/v1/nothing", "/api/v1/desk/search"])
def test_an_answer_has_a_name_of_ours_whatever_the_address_says(client, db, address):
    asked = [client.get(address + more) for more in ("", "?filename=evil.bat", ";/evil.bat")]

    names = {answer["Content-Disposition"] for answer in asked}
    assert names == {'inline; filename="consultations.json"'}
    assert {answer["Content-Type"].split(";")[0].split("/")[0] for answer in asked} == {"application"}
    assert {answer["X-Content-Type-Options"] for answer in asked} == {"nosniff"}


def test_private_and_unpublished_consultations_are_not_given(client, consultation):
    hidden, draft = ConsultationFactory(), ConsultationFactory()
    texts = [submission(place) for place in (hidden, draft)]
    PageViewRestriction.objects.create(page=hidden, restriction_type=PageViewRestriction.LOGIN)
    draft.unpublish()

    assert [one["slug"] for one in read(client, "/api/v1/consultations")["consultations"]] == [consultation.slug]
    assert references(client, ALL) == [[]]
    closed = [f"/api/v1/consultations/{place.slug}{more}" for place in (hidden, draft) for more in ("", "/submissions")]
    closed += [f"{ALL}/{text.reference}" for text in texts]
    assert [client.get(address).status_code for address in closed] == [404] * 6


def test_nothing_is_sent_again_until_something_changes(client, consultation):
    one = submission(consultation)

    def status_then_change(change):
        tag = client.get(ALL)["ETag"]
        before = client.get(ALL, headers={"If-None-Match": tag}).status_code
        change()
        return before, client.get(ALL, headers={"If-None-Match": tag}).status_code

    assert status_then_change(lambda: Support.give(one, "somebody")) == (304, 200)
    assert status_then_change(lambda: Support.take_back(one, "somebody")) == (304, 200)
    assert status_then_change(consultation.save_revision().publish) == (304, 200)
    assert status_then_change(one.withdraw) == (304, 200)
    assert references(client, ALL) == [[]]


def test_consultation_that_closes_is_sent_again(client, consultation, monkeypatch):
    monkeypatch.setattr(freshness, "STATE_SECONDS", 0)
    address = "/api/v1/consultations"
    tag = client.get(address)["ETag"]
    with clock.travel(consultation.closes_at, tick=False):
        response = client.get(address, headers={"If-None-Match": tag})

    assert (response.status_code, response.json()["consultations"][0]["state"]) == (200, "closed")


def test_open_data_may_be_read_from_any_page(client, consultation):
    given = client.get(ALL)
    asked = client.options(ALL, headers={"Access-Control-Request-Headers": "if-none-match"})

    assert [given[name] for name in ("Access-Control-Allow-Origin", "Cache-Control")] == ["*", "public, no-cache"]
    assert "Set-Cookie" not in given
    assert [asked.status_code, asked["Access-Control-Allow-Headers"]] == [204, "If-None-Match"]


@pytest.mark.parametrize("address", [ALL, "/api/v1/consultations", f"{ALL}/2222-2222", "/api/v1/openapi.json"])
def test_head_is_answered_as_get_without_its_body(client, consultation, address):
    submission(consultation)
    with clock.travel(1_800_000_010, tick=False):
        got, asked = client.get(address), client.head(address)
        again = client.head(address, headers={"If-None-Match": got.get("ETag", "none")})

    told = ("Content-Type", "Content-Length", "ETag", "Cache-Control", "Access-Control-Allow-Origin")
    assert (asked.status_code, asked.content) == (got.status_code, b"")
    assert [asked.get(name) for name in told] == [got.get(name) for name in told]
    assert again.status_code == (304 if "ETag" in got else got.status_code)


def test_consultations_come_page_by_page(client, consultation):
    closing = [ConsultationFactory(closes_at=consultation.closes_at) for _n in range(4)]
    pages, address = [], "/api/v1/consultations?limit=2"
    while address:
        answer = read(client, address)
        pages.append([one["slug"] for one in answer["consultations"]])
        address = answer["next"]

    assert [len(page) for page in pages] == [2, 2, 1]
    assert [slug for page in pages for slug in page] == [one.slug for one in [*reversed(closing), consultation]]
    assert client.get("/api/v1/consultations?cursor=made-up").status_code == 400


def test_a_cursor_of_texts_is_none_of_consultations(client, consultation):
    submission(consultation), submission(consultation)
    cursor = read(client, f"{ALL}?limit=1")["next"].partition("?")[2]

    assert client.get(f"/api/v1/consultations?{cursor}").status_code == 400


def test_all_texts_are_read_in_the_order_of_an_index(consultation):
    if connection.vendor != "sqlite":
        pytest.skip("Another planner sorts what is as little as this.")
    submission(consultation)
    plan = public_texts().order_by("-received_at", "-pk")[:50].explain()

    assert ("submission_public" in plan, "TEMP B-TREE" in plan) == (True, False)


def test_who_asks_too_often_is_told_when_to_come_back(client, settings, db):
    settings.API_REQUESTS_PER_MINUTE = 2
    with clock.travel(1_800_000_010, tick=False):
        answers = [client.get(ALL) for _n in range(3)]
        other = client.get(ALL, REMOTE_ADDR="10.1.2.3")

    assert [answer.status_code for answer in [*answers, other]] == [200, 200, 429, 200]
    assert answers[2]["Retry-After"] == "50"
    assert [answer["RateLimit"] for answer in answers] == [f'"address";r={left};t=50' for left in (1, 0, 0)]
    assert {answer["RateLimit-Policy"] for answer in answers} == {'"address";q=2;w=60'}
    assert json.loads(answers[2].content)["detail"] == "Too many requests from this address. Ask again in 50 seconds."
    assert answers[2]["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("count", [1, 3])
def test_page_of_texts_costs_the_same_queries_however_many(client, consultation, django_assert_num_queries, count):
    for _n in range(count):
        parent = submission(ConsultationFactory(), kind="idea")
        submission(parent.consultation, parent=parent, passage=PASSAGE)
    client.get(ALL)

    with django_assert_num_queries(3):  # which texts, the texts, their consultations
        client.get(ALL)


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_consultations_costs_the_same_queries_however_many(client, db, django_assert_num_queries, count):
    for _n in range(count):
        submission(ConsultationFactory())
    client.get("/api/v1/consultations")

    with django_assert_num_queries(3):
        client.get("/api/v1/consultations")


def test_document_describes_every_address(client, db):
    document = read(client, reverse("api:openapi-json"))

    assert sorted(address for address in document["paths"] if "/desk/" not in address) == [
        "/api/v1/consultations",
        "/api/v1/consultations/{slug}",
        "/api/v1/consultations/{slug}/submissions",
        "/api/v1/submissions",
        "/api/v1/submissions/{reference}",
    ]


def test_a_consultation_that_does_not_exist_is_not_found(client, consultation):
    response = client.get(f"{ALL}?consultation=nothing-of-this-name")

    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    "address",
    [
        f"{ALL}?consultatoin=x",
        f"{ALL}?limit=1&limit=2",
        "/api/v1/consultations?q=bus",
        f"{ALL}/ABCD-2345?text=1",
        "/api/v1/consultations/x?state=open",
    ],
)
def test_parameters_that_an_address_does_not_know_are_refused(client, consultation, address):
    response = client.get(address)

    assert (response.status_code, response["Content-Type"]) == (422, "application/problem+json")
    assert response.json()["errors"][0]["where"] == f"query.{address.partition('?')[2].partition('=')[0]}"
