import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from wagtail.models import Page

from consultations.models import Revision, Status
from search.engines.configured import get_engine
from search.index.relay import relay_batch
from search.models import Export, Tagging
from tests.search.submissions import redacted, submission

HOSTILE = "=cmd <script>alert(1)</script> & a night bus"


def words(response):
    """Return what a page says, without its tags."""
    return " ".join(re.sub("<[^>]*>", "", response.content.decode()).split()).replace(" ,", ",").replace(" .", ".")


def references(response):
    return [row.submission.reference for row in response.context["rows"]]


def test_desk_finds_without_anybody_relaying(desk, consultation):
    one = submission(consultation, HOSTILE)

    response = desk(q="buses")

    assert references(response) == [one.reference]
    page = response.content.decode()
    assert "=cmd &lt;script&gt;alert(1)&lt;/script&gt; &amp; a night <mark>bus</mark>" in page
    assert "<script>alert(1)" not in page
    assert "Submissions that contain “buses”." in page
    assert "1 received from 1 person, 1 distinct text." in words(response)
    assert "Index: up to date" in page


def test_desk_narrows_by_what_is_ticked(desk, consultation):
    one = submission(consultation, status=Status.HELD)
    submission(consultation)

    response = desk(status="held", consultation=consultation.pk)

    assert references(response) == [one.reference]
    facets = {facet.name: [(c.label, c.count, c.ticked) for c in facet.choices] for facet in response.context["facets"]}
    assert facets["status"] == [("Held for a moderator", 1, True), ("Published", 1, False)]
    assert facets["consultation"] == [(consultation.title, 1, True)]
    assert response.context["sentence"] == (
        f"All submissions; consultation: {consultation.title}; status: Held for a moderator."
    )


def test_what_is_ticked_stays_on_the_page_with_nothing_found(desk, consultation):
    submission(consultation)

    response = desk(kind="idea", q="nothing")

    kinds = next(facet for facet in response.context["facets"] if facet.name == "kind")
    assert [(c.label, c.count, c.ticked) for c in kinds.choices] == [("Idea", 0, True)]
    assert "Nothing matches" in response.content.decode()


def test_without_submissions_the_desk_says_so(desk):
    assert "No submissions yet" in desk().content.decode()


def test_unpublished_texts_stay_out_of_hits_facets_and_months(public_desk, consultation, client):
    held = submission(consultation, "A secret bus", status=Status.HELD, kind="idea")
    refused = submission(consultation, "A secret bus", status=Status.REFUSED)

    response = public_desk(q="bus")

    assert (references(response), response.context["months"], response.context["chart"]) == ([], [], None)
    assert [facet.choices + facet.more for facet in response.context["facets"][1:]] == [()] * 7
    for one in (held, refused):
        assert client.get(reverse("desk_submission", args=[one.reference])).status_code == 404


@pytest.mark.parametrize("status", [Status.RECEIVED, Status.WITHDRAWN])
def test_the_unscreened_and_the_withdrawn_are_on_nobodys_desk(desk, client, consultation, status):
    one = submission(consultation, status=status)

    assert references(desk()) == []
    assert client.get(reverse("desk_submission", args=[one.reference])).status_code == 404


@pytest.mark.parametrize("spelling", ["{0}", "{1}", "{2}", "{3}", "{1} bus", '"{1}" | nothing'])
def test_the_desk_finds_a_reference_in_any_spelling(desk, consultation, spelling):
    one = submission(consultation, "A bus")
    submission(consultation, "A bus")
    code = one.reference

    asked = spelling.format(code, code.lower(), code.replace("-", ""), code.replace("-", "").lower())

    assert references(desk(q=asked)) == [code]


def test_the_address_of_a_text_takes_its_reference_in_any_spelling(desk, client, consultation):
    code = submission(consultation, "A bus").reference
    desk()

    spellings = [code, code.lower(), code.replace("-", "").lower()]
    assert [client.get(reverse("desk_submission", args=[each])).status_code for each in spellings] == [200] * 3


def test_the_desk_tells_what_came_after_the_closing_moment(desk, client, consultation):
    late = submission(consultation, "A bus")
    consultation.closes_at = late.received_at - timedelta(seconds=1)
    consultation.save()
    desk()

    shown = client.get(reverse("desk_submission", args=[late.reference])).content.decode()

    assert "after the closing time, by a form that was opened before it" in shown


@pytest.mark.parametrize("language", ["French", "Français", "zh-Hans", "x"])
def test_every_language_of_a_facet_can_be_ticked(desk, consultation, language):
    one = submission(consultation, language=language)

    assert desk().context["result"].facets["language"] == ((language, 1),)
    assert references(desk(language=language)) == [one.reference]


@pytest.mark.parametrize("words", ["🚲", "§", "\u200b", "()"])
def test_a_query_that_cannot_be_asked_is_answered_with_nothing_and_why(desk, client, consultation, words):
    submission(consultation, "A bus")

    response = desk(q=words)
    tagged = client.post(
        f"{reverse('desk_tag')}?{urlencode({'q': words})}", {"tag": "x", "which": "all", "sure": "yes"}
    )

    assert (references(response), tagged.status_code, Tagging.objects.count()) == ([], 302, 0)
    assert "that could be looked for, so nothing is found" in response.content.decode()
    assert "Typical words" not in response.content.decode()


def test_what_was_not_read_as_meant_is_said_with_what_to_ask_instead(desk, consultation):
    page = desk(q="bus OR tram").content.decode()

    assert "“OR” was no sign" in page
    assert "q=bus+%7C+tram" in page


def test_the_desk_says_how_many_texts_can_be_found_yet(desk, client, consultation, monkeypatch):
    submission(consultation, "A bus")
    relay_batch()
    for _n in range(4):
        submission(consultation, "A bus", status=Status.HELD)
    monkeypatch.setattr("search.engines.fts5.Fts5Engine.embedded", False)  # as with an index that a worker feeds

    page = desk(q="bus").content.decode()
    asked = client.post(f"{reverse('desk_tag')}?q=bus", {"tag": "x", "which": "all"}).content.decode()

    assert "1 received" in page
    assert "Index: 1 of 5 texts can be found yet" in page
    assert all("1 of 5 texts can be found yet, so there may be more" in each for each in (page, asked))


def test_how_far_the_index_is_tells_nothing_of_what_somebody_may_not_find(public_desk, consultation, monkeypatch):
    submission(consultation, "A bus")
    relay_batch()
    submission(consultation, "A tram", status=Status.HELD)
    submission(consultation, "A tram")
    monkeypatch.setattr("search.engines.fts5.Fts5Engine.embedded", False)  # as with an index that a worker feeds

    assert "Index: 1 of 2 texts can be found yet" in public_desk().content.decode()


@pytest.mark.parametrize("asked", [{"since": "0001-01-01"}, {"until": "9999-12-31"}, {"since": "1899-12-31"}])
def test_any_day_can_be_asked_for(desk, consultation, asked):
    one = submission(consultation)

    assert references(desk(**asked)) == [one.reference]


@pytest.mark.parametrize("month", ["0000-01", "0001-01", "1899-12", "2240-01", "9999-12"])
def test_a_month_that_no_index_holds_is_refused(desk, month):
    assert desk(month=month).status_code == 400


def test_the_row_wins_when_the_index_is_behind(desk, consultation, monkeypatch):
    gone, edited = submission(consultation, "A bus we took back"), submission(consultation, "A bus with Jo's number")
    relay_batch()
    gone.withdraw()
    shown = edited.add_revision(text="A bus […]", title="", actor=None, origin=Revision.Origin.REDACTION)
    edited.write({"cleared": shown})
    monkeypatch.setattr("search.index.relay.DOCUMENT_BATCH_SIZE", 0)
    monkeypatch.setattr("search.engines.fts5.Fts5Engine.embedded", False)  # as with an index that a worker feeds

    response = desk(q="bus")

    page = response.content.decode()
    assert references(response) == [edited.reference]
    assert "Index: 2 changes behind" in page
    assert "Changed a moment ago" in page
    assert "Jo's" not in page
    assert "Jo&#x27;s" not in page


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"page": "501"}, "page"), ({"page": "x"}, "page"), ({"sort": "best"}, "sort"), ({"kind": "no kind"}, "kind"),
        ({"month": "2026-13"}, "month"), ({"consultation": "1 OR 1"}, "consultation"), ({"since": "soon"}, "since"),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "until"), ({"q": "w " * 65}, "q"), ({"q": "w" * 501}, "q"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_said(desk, asked, field):
    response = desk(**asked)

    assert response.status_code == 400
    assert list(response.context["form"].errors) == [field]
    assert "Please look at this again" in response.content.decode()


def test_an_index_that_cannot_answer_is_said_plainly(desk, consultation, client):
    one = submission(consultation, "Still here")
    get_engine().write([])
    get_engine().path.resolve().write_bytes(b"damage" * 1000)
    get_engine().close()

    response = desk(q="bus")

    assert response.status_code == 503
    assert "Search is not available just now" in response.content.decode()
    assert "Still here" in client.get(reverse("desk_submission", args=[one.reference])).content.decode()
    assert client.post(reverse("desk_export_ask"), {"ending": "csv"}).status_code == 503


def test_pages_are_turned(desk, consultation):
    made = [submission(consultation) for _n in range(23)]

    first, second, beyond = desk(), desk(page=2), desk(page=9)

    expected = [one.reference for one in reversed(made)]
    assert (references(first), references(second), references(beyond)) == (expected[:20], expected[20:], [])
    assert "Page 2 of 2" in second.content.decode()
    assert "This page is empty" in beyond.content.decode()


def test_a_reading_page_shows_no_sealed_original_and_no_address(desk, client, consultation):
    one = redacted(
        consultation, "Call Jo on 0491 570 006", "Call […]", author_name="Amira", author_email="amira@example.org"
    )

    page = client.get(reverse("desk_submission", args=[one.reference])).content.decode()

    assert "Call […]" in page
    assert "Amira" in page
    assert "0491" not in page
    assert "amira@" not in page


def test_an_edit_that_waits_is_shown_to_those_who_may(desk, client, consultation, citizen):
    one = submission(consultation, "First text")
    one.add_revision(text="Second <b>text</b>", title="", actor=None)
    address = reverse("desk_submission", args=[one.reference])
    assert "Second &lt;b&gt;text" in client.get(address).content.decode()

    citizen.user_permissions.remove(Permission.objects.get(codename="read_unpublished_submission"))
    assert "Second" not in client.get(address).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_desk_takes_the_same_queries_for_any_number_of_hits(desk, consultation, count, django_assert_num_queries):
    for status in (Status.PUBLISHED, Status.HELD, Status.PUBLISHED)[:count]:
        submission(consultation, HOSTILE, status=status)
    desk()
    Page.objects.first()

    with django_assert_num_queries(32):  # 5 of them are the ledger's entry
        assert len(references(desk(q="bus"))) == count


@pytest.mark.parametrize("name", ["desk", "desk_exports", "desk_exports_progress"])
def test_desk_is_closed_to_those_who_may_not_search(client, moderator, name):
    client.force_login(moderator)

    assert client.get(reverse(name)).status_code != 200


def test_export_needs_its_own_permission(desk, client, citizen):
    citizen.user_permissions.remove(Permission.objects.get(codename="export_submission"))

    assert "desk/export" not in desk().content.decode()
    assert client.post(reverse("desk_export_ask"), {"ending": "csv"}).status_code != 200
    assert not Export.objects.exists()


@pytest.mark.parametrize(
    "asked", [{"consultation": "9999999999"}, {"answer": "9999999999=x"}, {"answer": "9999999999"}, {"kind": "gone"}]
)
def test_what_names_nothing_finds_nothing(desk, consultation, asked):
    submission(consultation)

    response = desk(**asked)

    assert (response.status_code, references(response)) == (200, [])
