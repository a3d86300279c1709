import pytest
from django.urls import reverse

from consultations.models import Status
from search.access.scope import scope_query
from search.engines.configured import get_engine
from search.index.relay import relay_batch
from search.language.query import Query
from search.models import ReadMark
from tests.search.submissions import submission


def mark(client, one, wish, **asked):
    address = reverse("desk_mark", args=[one.reference], query=asked)
    return client.post(address, {"mark": wish})


def found(desk, **asked):
    return [row.submission for row in desk(**asked).context["rows"]]


def test_marks_are_each_officers_own(desk, client, consultation, officer):
    read, flagged, plain = (submission(consultation) for _n in range(3))
    mark(client, read, "read")
    mark(client, flagged, "flag")

    lists = [found(desk, mark=wish) for wish in ("unread", "flagged")]
    assert lists == [[plain, flagged], [flagged]]
    assert found(desk, mark=["unread", "flagged"]) == [flagged]

    client.force_login(officer)
    assert [len(found(desk, mark=wish)) for wish in ("unread", "flagged")] == [3, 0]


def test_marks_are_taken_away_again(desk, client, consultation, citizen):
    one = submission(consultation)
    for wish in ("read", "flag", "unread", "unflag"):
        mark(client, one, wish)

    assert list(ReadMark.objects.values_list("user", "read_at", "flagged")) == [(citizen.pk, None, False)]


def test_reading_leads_to_the_next_of_the_result(desk, client, consultation):
    first, second = (submission(consultation) for _n in range(2))
    desk()

    response = mark(client, second, "read", q="bus", place=1)

    assert response.url == reverse("desk_submission", args=[first.reference]) + "?q=bus&place=2#text"


def test_reading_in_the_list_of_the_unread_stays_in_step(desk, client, consultation):
    _last, first, second = (submission(consultation) for _n in range(3))
    desk()

    response = mark(client, second, "read", mark="unread", place=1)

    shown = client.get(response.url).context
    assert (shown["submission"], shown["place"], shown["listed"]) == (first, 1, 2)


def test_a_get_marks_nothing_and_what_may_not_be_read_cannot_be_marked(public_desk, client, consultation):
    one, held = submission(consultation), submission(consultation, status=Status.HELD)

    client.get(reverse("desk_submission", args=[one.reference]))

    assert mark(client, held, "flag").status_code == 404
    assert client.get(reverse("desk_mark", args=[one.reference])).status_code == 302
    assert not ReadMark.objects.exists()


def test_an_export_of_the_flagged_holds_only_those(desk, client, consultation, citizen):
    one, _other = submission(consultation), submission(consultation)
    relay_batch()
    mark(client, one, "flag")

    assert list(get_engine().iterate(scope_query(citizen, Query(read_marks=("flagged",))))) == [one.pk]


def counts(response):
    mine = next(facet for facet in response.context["facets"] if facet.name == "mark")
    return [(choice.value, choice.count, choice.ticked) for choice in mine.choices]


def test_marks_are_counted_within_the_question_and_the_scope(public_desk, client, consultation, officer):
    read, flagged, _plain = (submission(consultation) for _n in range(3))
    tram, held = submission(consultation, "A tram"), submission(consultation, status=Status.HELD)
    mark(client, read, "read")
    mark(client, read, "flag")
    mark(client, flagged, "flag")
    mark(client, tram, "flag")
    ReadMark.set_mark(officer, flagged, "read")
    ReadMark.set_mark(response_user(public_desk()), held, "flag")  # from when it was public

    assert counts(public_desk()) == [("unread", 3, False), ("flagged", 3, False)]
    assert counts(public_desk(q="bus")) == [("unread", 2, False), ("flagged", 2, False)]
    assert counts(public_desk(q="bus", mark="unread")) == [("unread", 2, True), ("flagged", 2, False)]
    assert counts(public_desk(q="zeppelin")) == [("unread", 0, False), ("flagged", 0, False)]


def response_user(response):
    return response.wsgi_request.user


@pytest.mark.parametrize("count", [1, 3])
def test_counting_marks_takes_the_same_queries_for_any_number(
    desk, client, consultation, count, django_assert_num_queries
):
    submission(consultation)
    for wish in ("read", "flag", "read")[:count]:
        mark(client, submission(consultation), wish)
    desk()

    with django_assert_num_queries(29):  # two more than without: what was read is left out
        desk(mark="unread")


def test_a_whole_result_is_read_and_taken_back_but_for_what_was_read_since(desk, client, consultation, citizen):
    before, flagged, other, tram = (submission(consultation, text) for text in ("Bus", "Bus", "Bus", "Tram"))
    mark(client, before, "read")
    mark(client, flagged, "flag")

    response = client.post(reverse("desk_read", query={"q": "bus"}), follow=True)

    assert "2 submissions were marked as read." in response.content.decode()
    assert response.wsgi_request.get_full_path() == "/admin/desk/?q=bus"
    assert found(desk, mark="unread") == [tram]
    assert found(desk, mark="flagged") == [flagged]
    mark(client, other, "unread")
    mark(client, other, "read")

    for _n in range(2):  # once, and nothing more
        client.post(reverse("desk_read_undo"))
    assert found(desk, mark="unread") == [tram, flagged]


def test_reading_together_reaches_no_further_than_the_scope_and_the_own_marks(
    public_desk, client, consultation, citizen, officer
):
    public, held = submission(consultation), submission(consultation, status=Status.HELD)
    ReadMark.set_mark(officer, held, "flag")

    client.post(reverse("desk_read"))
    client.force_login(officer)
    client.post(reverse("desk_read_undo"))

    read = ReadMark.objects.exclude(read_at=None).values_list("user", "submission")
    assert list(read) == [(citizen.pk, public.pk)]


def test_more_than_can_be_read_at_once_is_said_and_goes_on(desk, client, consultation, monkeypatch):
    monkeypatch.setattr("search.desk.views.read_state.MAX_CHANGED_AT_ONCE", 2)
    monkeypatch.setattr("search.desk.views.tagging.MAX_CHANGED_AT_ONCE", 2)
    for _n in range(3):
        submission(consultation)

    page = client.post(reverse("desk_read"), follow=True).content.decode()
    assert "2 submissions were marked as read. At most 2 are marked at once: do it again for the rest." in page
    client.post(reverse("desk_read"))
    assert found(desk, mark="unread") == []
