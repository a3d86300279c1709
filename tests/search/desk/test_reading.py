import pytest
from django.urls import reverse

from consultations.models import Status
from portal.word_difference import Change
from tests.factories import submission_to
from tests.search.submissions import submission

LETTER = "Please keep the night bus on the bridge road, because nurses on the late shift have no other way home at all."


def read(client, one, **asked):
    return client.get(reverse("desk_submission", args=[one.reference]), asked)


def around(response):
    """Return what the pane says of the place in the result."""
    rows = [response.context.get(name) for name in ("previous", "next")]
    found = [(row.submission.reference, row.place) if row else None for row in rows]
    return (*found, response.context.get("place") or None, response.context.get("listed") or None)


@pytest.fixture
def letters(consultation):
    return [submission_to(consultation, text) for text in (LETTER, f"{LETTER} I am one of them.", LETTER)]


def test_a_submission_is_read_whole_with_its_neighbours(desk, client, consultation):
    made = [submission(consultation, f"Bus {n}", title="Lamps") for n in range(3)]
    desk()

    response = read(client, made[1], q="bus", place=2)

    assert around(response) == ((made[2].reference, 1), (made[0].reference, 3), 2, 3)
    assert "<mark>Bus</mark> 1" in response.content.decode()
    assert [row.submission for row in response.context["rows"]] == made[::-1]


def test_neighbours_are_found_over_the_edge_of_a_page(desk, client, consultation):
    made = [submission(consultation) for _n in range(42)][::-1]
    desk()

    first, last = read(client, made[20], place=21), read(client, made[39], place=40)

    assert around(first) == ((made[19].reference, 20), (made[21].reference, 22), 21, 42)
    assert around(last) == ((made[38].reference, 39), (made[40].reference, 41), 40, 42)


def test_a_place_that_moved_a_little_is_found_again(desk, client, consultation):
    made = [submission(consultation) for _n in range(3)]

    response = read(client, made[0], place=1)

    assert around(response) == ((made[1].reference, 2), None, 3, 3)


def test_without_a_place_or_with_one_far_off_the_text_stands_alone(desk, client, consultation):
    made = [submission(consultation) for _n in range(2)]

    assert around(read(client, made[0])) == (None, None, None, None)
    response = read(client, made[0], place=400)
    assert around(response) == (None, None, None, None)
    assert "The result has changed since" in response.content.decode()


def test_copies_of_a_letter_are_one_row_with_their_number(desk, consultation, letters):
    alone = submission_to(consultation, "Trees give shade to those who wait.")

    once, every = desk(), desk(copies="all")

    assert [(row.submission, row.copies) for row in once.context["rows"]] == [(alone, 1), (letters[2], 3)]
    assert [row.copies for row in every.context["rows"]] == [1, 1, 1, 1]
    assert [once.context["listed"], every.context["listed"], once.context["result"].total] == [2, 4, 4]
    assert "One letter, sent 3 times" in once.content.decode()


def test_only_what_each_changed_in_a_letter_is_shown(desk, client, letters):
    response = client.get(reverse("desk_copies", args=[letters[2].reference]))

    changes = [(member.submission, member.changes) for member in response.context["members"]]
    assert changes == [(letters[1], (Change("new", "I am one of them"),)), (letters[2], ())]
    assert response.content.decode().count("nurses on the late shift") == 1


def test_a_redacted_copy_is_shown_with_its_letter_and_not_what_was_taken_out(desk, client, consultation, letters):
    kept = letters[0].redact(text=f"{LETTER[:39]} [name removed]", title="", actor=None)
    letters[0].move(Status.HELD)
    letters[0].move(Status.PUBLISHED, revision=kept)

    response = client.get(reverse("desk_copies", args=[letters[0].reference]))

    assert response.context["letter"] == letters[1]  # the first that is whole
    members = [(each.submission, each.changes, each.redacted) for each in response.context["members"]]
    left_out = (Change("gone", "I am one of them"),)
    assert members == [(letters[2], left_out, False), (letters[0], (Change("new", "[name removed]"),), True)]
    assert "A moderator took passages out of this copy." in response.content.decode()
    page = client.get(reverse("desk_submission", args=[letters[0].reference])).content.decode()
    assert "One letter, sent 3 times" in page
    row = desk().context["rows"][0]
    assert (desk().context["result"].distinct_texts, row.copies) == (1, 3)


def test_copies_that_may_not_be_read_are_neither_shown_nor_counted(public_desk, client, letters):
    letters[0].move(Status.HELD)
    letters[1].move(Status.REFUSED)
    address = reverse("desk_copies", args=[letters[2].reference])

    response = client.get(address)

    assert response.context["letter"] == letters[2]
    assert response.context["members"] == []
    assert client.get(reverse("desk_copies", args=[letters[1].reference])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_copies_take_the_same_queries_for_any_number(desk, client, consultation, count, django_assert_num_queries):
    made = [submission_to(consultation, LETTER) for _n in range(count + 1)]
    address = reverse("desk_copies", args=[made[0].reference])
    client.get(address)

    with django_assert_num_queries(13):
        assert len(client.get(address).context["members"]) == count
