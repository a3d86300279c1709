"""The desk for an officer's own tools."""

import json
from datetime import timedelta

import pytest
import time_machine as clock
from django.utils import timezone

from consultations.models import Status
from portal.models import AuditEntry
from search.engines.configured import get_engine
from search.index.relay import relay_batch
from search.models import ApiToken
from tests.factories import submission_to
from tests.search.submissions import submission

pytestmark = pytest.mark.django_db

SEARCH, EXPORT = "/api/v1/desk/search", "/api/v1/desk/export"


@pytest.fixture
def words(officer):
    return ApiToken.issue(officer, "A tool", 90)[1]


def ask(client, address, words):
    return client.get(address, headers={"Authorization": f"Bearer {words}"})


def test_search_gives_what_the_desk_finds(client, consultation, words):
    one = submission(consultation, "The night bus is late.")
    submission(consultation, "A tree.")

    response = ask(client, f"{SEARCH}?q=bus&kind=comment&kind=idea", words)
    found = response.json()

    assert {name: found[name] for name in ("total", "page", "pages", "pending")} == {
        "total": 1,
        "page": 1,
        "pages": 1,
        "pending": 0,
    }
    assert found["facets"]["kind"] == {"comment": 1}
    assert [(row["reference"], row["text"], row["address"]) for row in found["submissions"]] == [
        (one.reference, "The night bus is late.", f"http://testserver/admin/desk/{one.reference}/")
    ]
    assert response["Cache-Control"] == "private, no-store"
    assert "Access-Control-Allow-Origin" not in response


def test_export_streams_lines_and_is_in_the_ledger(client, consultation, officer, words):
    texts = [submission(consultation, f"Bus {n}").reference for n in range(3)]

    response = ask(client, f"{EXPORT}?sort=oldest", words)
    lines = [json.loads(line) for line in b"".join(response).splitlines()]

    assert (response["Content-Type"], [line["reference"] for line in lines]) == ("application/jsonl", texts)
    entry = AuditEntry.objects.get(action="submissions.exported")
    assert (entry.by, entry.facts) == (officer.pk, {"format": "jsonl", "count": 3, "sealed": False})
    assert entry.subject_type == "search.apitoken"


def test_head_of_an_export_takes_nothing_away(client, consultation, words):
    submission(consultation)

    response = client.head(EXPORT, headers={"Authorization": f"Bearer {words}"})

    assert (response.status_code, response["Content-Type"], response.content) == (200, "application/jsonl", b"")
    assert not AuditEntry.objects.filter(action="submissions.exported").exists()


@pytest.mark.parametrize("given", ["", "wrong", "parley_", "\udcff"])
def test_unknown_token_is_refused(client, db, given):
    response = ask(client, SEARCH, given)

    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")


def test_token_is_void_when_revoked_over_or_its_owner_gone(client, consultation, officer, words):
    token = ApiToken.objects.get()

    assert ask(client, SEARCH, words).status_code == 200
    with clock.travel(timezone.now() + timedelta(days=91)):
        assert ask(client, SEARCH, words).status_code == 401
    officer.is_active = False
    officer.save()
    assert ask(client, SEARCH, words).status_code == 401
    officer.is_active = True
    officer.save()
    token.revoke(officer)
    token.revoke(officer)
    assert ask(client, SEARCH, words).status_code == 401
    actions = AuditEntry.objects.order_by("number").values_list("action", flat=True)
    assert list(actions.filter(action__startswith="api_token")) == ["api_token.made", "api_token.revoked"]


def test_owner_who_may_no_longer_search_is_refused(client, officer, words):
    officer.groups.clear()

    assert [ask(client, address, words).status_code for address in (SEARCH, EXPORT)] == [403, 403]
    assert not AuditEntry.objects.filter(action="submissions.exported").exists()


def test_owner_who_may_not_export_searches_only(client, privacy):
    words = ApiToken.issue(privacy, "A tool", 90)[1]

    assert [ask(client, address, words).status_code for address in (SEARCH, EXPORT)] == [200, 403]


NAMES_NOTHING = ["consultation=999", "answer=999", "answer=999=Daily", "tag=nothing"]
NOT_KNOWN = ["place=1", "copies=all", "Q=bus", "since=2026-01-01&since=2026-01-02"]
NOT_ASKED = ["since=2026-02-02&until=2026-02-01", "sort=x", "kind=x", "q=🚲", "month=0000-01", "month=9999-12"]


@pytest.mark.parametrize("address", [SEARCH, EXPORT])
@pytest.mark.parametrize("query", [*NAMES_NOTHING, *NOT_KNOWN, *NOT_ASKED])
def test_question_that_breaks_the_rules_is_a_problem(client, words, address, query):
    response = ask(client, f"{address}?{query}", words)

    assert (response.status_code, response["Content-Type"]) == (422, "application/problem+json")
    assert response.json()["errors"][0]["where"].startswith("query.")


@pytest.mark.parametrize("query", ["since=0001-01-01", "until=9999-12-31", "since=0001-01-01&until=9999-12-31"])
def test_any_day_can_be_asked_for(client, consultation, words, query):
    submission(consultation)

    assert ask(client, f"{SEARCH}?{query}", words).json()["total"] == 1


def test_pages_list_as_many_texts_as_the_total_says(client, consultation, words):
    letter = "Please keep the night bus on the bridge road, because nurses on the late shift have no other way home."
    for _n in range(3):
        submission_to(consultation, letter)

    found = ask(client, SEARCH, words).json()

    assert (found["total"], found["pages"], len(found["submissions"])) == (3, 1, 3)


def test_how_far_the_index_is_is_said_and_no_part_is_taken_for_the_whole(client, consultation, words, monkeypatch):
    submission(consultation)
    relay_batch()
    submission(consultation)
    submission(consultation, status=Status.RECEIVED)  # which nobody may find yet
    monkeypatch.setattr("search.engines.fts5.Fts5Engine.embedded", False)  # as with an index that a worker feeds

    found = ask(client, SEARCH, words).json()
    refused, part = ask(client, EXPORT, words), ask(client, f"{EXPORT}?incomplete=true", words)

    assert (found["total"], found["pending"], found["not_found_yet"]) == (1, 2, 1)
    assert (refused.status_code, refused["Content-Type"]) == (503, "application/problem+json")
    assert "1 of 2 texts can be found yet" in refused.json()["detail"]
    assert len(b"".join(part).splitlines()) == 1


def test_an_error_that_nobody_foresaw_is_a_problem_too(client, words, settings):
    settings.SEARCH_URL = "gopher://nowhere"

    response = ask(client, SEARCH, words)

    assert (response.status_code, response["Content-Type"]) == (500, "application/problem+json")


def test_index_that_cannot_answer_is_said(client, words):
    get_engine().write([])
    get_engine().path.resolve().write_bytes(b"damage" * 1000)
    get_engine().close()

    assert [ask(client, address, words).status_code for address in (SEARCH, EXPORT)] == [503, 503]


def test_use_is_noted_once_a_minute(client, consultation, words, django_assert_num_queries):
    with clock.travel(1_800_000_000, tick=False):
        ask(client, SEARCH, words)
        before = ApiToken.objects.get().used_at
    with clock.travel(1_800_000_030, tick=False):
        ask(client, SEARCH, words)

    assert ApiToken.objects.get().used_at == before
    assert before.timestamp() == 1_800_000_000


@pytest.mark.parametrize("count", [1, 3])
def test_search_costs_the_same_queries_however_many_are_found(
    client, consultation, words, django_assert_num_queries, count
):
    for _n in range(count):
        submission(consultation)
    ask(client, SEARCH, words)

    with django_assert_num_queries(12):
        ask(client, SEARCH, words)
