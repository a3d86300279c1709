from django.urls import reverse

from consultations.models import Status
from search.engines import engine
from search.models import Reading
from search.query import Query
from search.relay import relay
from search.scope import scoped

from .cast import submission


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

    assert list(Reading.objects.values_list("user", "read_at", "flagged")) == [(citizen.pk, None, False)]


def test_reading_leads_to_the_next_of_the_result(desk, client, consultation):
    first, second = (submission(consultation) for _n in range(2))
    desk()

    response = mark(client, second, "read", q="bus", place=1)

    assert response.url == reverse("desk_submission", args=[first.reference]) + "?q=bus&place=2"


def test_reading_in_the_list_of_the_unread_stays_in_step(desk, client, consultation):
    _last, first, second = (submission(consultation) for _n in range(3))
    desk()

    response = mark(client, second, "read", mark="unread", place=1)

    shown = client.get(response.url).context
    assert (shown["submission"], shown["place"], shown["of"]) == (first, 1, 2)


def test_a_get_marks_nothing_and_what_may_not_be_read_cannot_be_marked(public_desk, client, consultation):
    one, held = submission(consultation), submission(consultation, status=Status.HELD)

    client.get(reverse("desk_submission", args=[one.reference]))

    assert mark(client, held, "flag").status_code == 404
    assert client.get(reverse("desk_mark", args=[one.reference])).status_code == 405
    assert not Reading.objects.exists()


def test_an_export_of_the_flagged_holds_only_those(desk, client, consultation, citizen):
    one, _other = submission(consultation), submission(consultation)
    relay()
    mark(client, one, "flag")

    assert list(engine().iterate(scoped(citizen, Query(marks=("flagged",))))) == [one.pk]
