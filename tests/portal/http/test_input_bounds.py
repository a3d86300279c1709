"""What a request may bring: what people cannot see is dropped, what no page of ours sends is refused in words."""

import json
import logging

import pytest
from django.test import Client, RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT
from django.urls import reverse

from consultations.models import ConsultationPage, Submission
from moderation.models.case import CaseNote
from portal.http.library_faults import answer_to_unfit_input
from portal.http.log_lines import RefusalFilter
from tests.consultations.editor_forms import SECTION, add, streamfield
from tests.consultations.submitting import comment
from tests.factories import held_in, submission_to

pytestmark = pytest.mark.django_db

NOT_READ, NOT_HERE = "We could not read what was sent", "This page is not here"
PROBLEM = "application/problem+json"
DEEP = "[" * 5000 + "]" * 5000


def sent_as_it_is(client, method="GET", path="/", query="", body=b"", kind="application/json", **environment):
    return client.generic(method, "/", body, kind, PATH_INFO=path, QUERY_STRING=query, **environment)


@pytest.mark.parametrize("path", ["/a\x00b/", "/consultations/\x00/", "/\xe2\x80\xae/", "/x" * 1500, "/" + "x" * 300])
def test_an_address_that_cannot_be_ours_is_not_here(client, path):
    page = sent_as_it_is(client, path=path)

    assert (page.status_code, NOT_HERE in page.content.decode()) == (404, True)


@pytest.mark.parametrize("number", ["9" * 19, "9" * 30, "9" * 5000])
def test_a_number_that_no_row_can_have_is_not_here(client, moderator, number):
    client.force_login(moderator)

    assert client.get(f"/policy/versions/{number}/").status_code == 404
    assert client.get(f"/admin/queue/{number}/").status_code == 404


def test_control_characters_of_a_question_are_dropped(client, consultation):
    ideas = reverse("consultations:ideas", args=[consultation.slug])

    plain, controls = client.get(f"{ideas}?q=lamp"), client.get(f"{ideas}?q=%00la%1Fmp%7f")

    assert controls.content == plain.content
    assert 'value="lamp"' in plain.content.decode()


def test_a_cookie_with_control_characters_is_none_of_ours(client):
    client.cookies.load({"sessionid": "x"})

    page = client.get("/consultations/", headers={"Cookie": 'sessionid="\\000aaaaaaaaaaa"'})

    assert page.status_code == 200


@pytest.mark.parametrize("header", ["Referer", "Origin"])
def test_a_header_that_is_no_address_is_none(client, consultation, header):
    text = submission_to(consultation)
    wish = reverse("consultations:support", args=[consultation.slug, text.reference])

    page = client.post(wish, {"token": "0123456789abcdef", "back": "http://["}, headers={header: "http://["})

    assert page.status_code == 302


def test_an_address_that_is_too_long_is_told_on_a_page(client):
    page = client.get("/consultations/", {"q": "a" * 9000})

    assert (page.status_code, NOT_READ in page.content.decode()) == (414, True)


@pytest.mark.parametrize(
    ("kind", "length"), [(MULTIPART_CONTENT.replace(BOUNDARY, ""), "5"), (MULTIPART_CONTENT, "x"), ("a/b", "9" * 5000)]
)
def test_a_body_that_cannot_be_read_is_told_on_a_page(client, consultation, kind, length):
    form = reverse("consultations:comment", args=[consultation.slug])

    page = sent_as_it_is(client, "POST", form, body=b"--", kind=kind, CONTENT_LENGTH=length)

    assert (page.status_code, NOT_READ in page.content.decode()) == (400, True)


def test_signs_that_nobody_sees_leave_what_citizens_and_staff_write(client, consultation, moderator):
    typed = "More\x00 lamps \u202eplease\u202c\x1b, at the east gate."
    comment(client, consultation, typed, author_name="A\u2066b\x00")
    case = held_in(consultation).cases.get()
    client.force_login(moderator)
    client.post(reverse("queue_note", args=[case.pk]), {"note-text": "Rea\x00d \u202ethis."})

    kept = Submission.objects.earliest("pk")
    assert (kept.current.text, kept.author_name) == ("More lamps please, at the east gate.", "Ab")
    assert CaseNote.objects.get().text == "Read this."


def test_an_editors_document_holds_what_every_database_can_store(client, editor):
    client.force_login(editor)
    words = {
        "blocks": [{"key": "a", "text": "All\x00 night \ud800\u202elong 🚌.", "type": "unstyled"}],
        "entityMap": {},
    }
    section = SECTION | {"text": json.dumps(words)}

    add(client, body=streamfield([("section", section)]))

    page = ConsultationPage.objects.get(slug="night-buses").get_latest_revision_as_object()
    assert page.body[0].value["text"].source.count("All night long 🚌.") == 1


def test_a_document_that_is_nested_too_deep_is_refused_on_a_page(client, editor):
    client.force_login(editor)

    page = client.post(reverse("wagtailadmin_account"), {"a": DEEP})

    assert (page.status_code, NOT_READ in page.content.decode()) == (400, True)


def test_a_citizens_brackets_are_a_text_and_no_document(client, consultation):
    assert comment(client, consultation, "[" * 200 + " a wall of brackets, and a lamp.").status_code == 302


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"path": "/api/v1/nothing"}, 404),
        ({"path": "/api/v1/a\x00b"}, 404),
        ({"path": "/api/v1/submissions/" + "9" * 5000}, 404),
        ({"path": "/api/v1/submissions", "method": "DELETE"}, 405),
        ({"path": "/api/v1/submissions", "method": "PATCH", "HTTP_IF_NONE_MATCH": "*"}, 405),
        ({"path": "/api/v1/submissions", "method": "POST", "body": b"{", "HTTP_ACCEPT": "text/html"}, 405),
        ({"path": "/api/v1/submissions", "method": "POST", "body": DEEP.encode()}, 400),
        ({"path": "/api/v1/submissions", "method": "POST", "body": b"a" * 3_000_000}, 413),
        ({"path": "/api/v1/submissions", "method": "POST", "CONTENT_LENGTH": "x"}, 400),
        ({"path": "/api/v1/submissions", "query": "since=%00"}, 422),
        ({"path": "/api/v1/submissions", "query": "q=" + "a" * 9000}, 414),
        ({"path": "/api/v1/submissions", "query": "since=infinity"}, 422),
        ({"path": "/api/v1/submissions", "query": "limit=" + "9" * 5000}, 422),
        ({"path": "/api/v1/submissions", "HTTP_HOST": "["}, 400),
    ],
)
def test_programs_are_told_with_a_problem_whatever_comes(client, request_, status):
    answer = sent_as_it_is(client, **request_)

    assert (answer.status_code, answer["Content-Type"]) == (status, PROBLEM)
    told = answer.json()
    assert (told["status"], bool(told["title"]), bool(told["detail"])) == (status, True, True)


def test_a_librarys_view_that_breaks_over_what_was_sent_is_told_on_a_page(client, editor, caplog):
    client.force_login(editor)

    with caplog.at_level(logging.WARNING, logger="portal.http"):
        page = client.get(reverse("wagtailimages_chooser:chosen", args=["all"]))

    assert (page.status_code, NOT_READ in page.content.decode()) == (400, True)
    assert [record.exc_info for record in caplog.records if record.exc_info] == []
    assert "wagtailimages_chooser:chosen broke over what was sent: ValueError" in caplog.text


def test_an_address_writes_no_line_of_its_own_into_the_log(client, caplog):
    with caplog.at_level(logging.INFO, logger="portal.http"):
        page = client.get("/a%0aERROR root Everything is broken/", {"q": "a" * 9000})

    assert page.status_code == 414
    assert [record.getMessage() for record in caplog.records if "\n" in record.getMessage()] == []


def test_a_fault_of_ours_stays_one():
    try:
        int("a word")
    except ValueError as error:
        assert answer_to_unfit_input(RequestFactory().get("/"), error) is None


def test_wagtails_address_that_breaks_on_purpose_is_not_there(administrator):
    client = Client(raise_request_exception=False)
    client.force_login(administrator)

    assert client.get("/admin/failwhale/").status_code == 404


@pytest.mark.parametrize(
    ("logger", "level", "kept"),
    [
        ("django.security.DisallowedHost", logging.ERROR, False),
        ("django.request", logging.WARNING, False),
        ("django.request", logging.ERROR, True),
        ("portal.outbox", logging.WARNING, True),
    ],
)
def test_the_log_has_no_traceback_of_what_was_refused(logger, level, kept):
    try:
        raise ValueError
    except ValueError as error:
        fault = (type(error), error, error.__traceback__)
    record = logging.LogRecord(logger, level, "", 1, "", (), fault)

    assert RefusalFilter().filter(record)
    assert bool(record.exc_info) == kept
