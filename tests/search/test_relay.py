from django.core.management import call_command

from consultations.models import Status, Submission
from search.engines.configured import get_engine
from search.index.relay import bring_up_to_date, mark_indexed, relay_batch
from search.language.query import Query
from tests.search.submissions import redacted, submission

EVERYTHING = {"visibility": ("public", "restricted")}


def found(text=""):
    return sorted(get_engine().iterate(Query(text=text, scope=EVERYTHING)))


def lag():
    return Submission.objects.lagging().count()


def test_relay_sends_what_lags_once(consultation):
    one, two = submission(consultation), submission(consultation, status=Status.HELD)
    submission(consultation, status=Status.RECEIVED)

    assert (relay_batch(), relay_batch()) == (3, 0)
    assert (found(), lag()) == ([one.pk, two.pk], 0)


def test_relay_sends_a_part(consultation):
    made = [submission(consultation) for _n in range(5)]

    assert relay_batch(limit=2) == 2
    assert (found(), lag()) == ([one.pk for one in made[:2]], 3)


def test_a_change_shows_and_a_withdrawal_deletes(consultation):
    one, two = submission(consultation, "A tram"), submission(consultation, "A tram")
    relay_batch()

    one.write({"cleared": one.add_revision(text="A bus", title="", actor=None)})
    two.withdraw()
    relay_batch()

    assert (found("tram"), found("bus"), found()) == ([], [one.pk], [one.pk])


def test_a_redaction_takes_the_words_out_of_the_index(consultation):
    one = submission(consultation, "Call Jo on 0491 570 006")
    relay_batch()

    revision = one.add_revision(text="Call […]", title="", actor=None, origin="redaction")
    one.write({"cleared": revision})
    relay_batch()

    assert (found("Jo"), found('"0491 570 006"'), found("call")) == ([], [], [one.pk])


def test_an_unread_edit_is_not_found(consultation):
    one = submission(consultation, "A bus")
    one.add_revision(text="A rude word", title="", actor=None)
    relay_batch()

    assert (found("rude"), found("bus")) == ([], [one.pk])


def test_a_sealed_original_never_enters(consultation):
    one = redacted(consultation, "Call Jo on 0491 570 006", "Call […]")
    relay_batch()

    assert (found("Jo"), found("call")) == ([], [one.pk])


def test_mark_never_goes_back_and_leaves_later_changes_lagging(consultation):
    one, two = submission(consultation), submission(consultation)
    Submission.objects.filter(pk=two.pk).update(indexed_version=9, version=9)

    mark_indexed({one.pk: one.version - 1, two.pk: 3})

    assert list(Submission.objects.order_by("pk").values_list("indexed_version", flat=True)) == [one.version - 1, 9]
    assert lag() == 1


def test_catch_up_tells_what_is_left(consultation):
    submission(consultation)

    assert (bring_up_to_date(seconds=0), bring_up_to_date()) == (1, 0)
    assert len(found()) == 1


def test_relay_command_says_what_it_did(consultation, capsys):
    submission(consultation)

    call_command("relay")
    submission(consultation)
    call_command("relay", verbosity=0)

    assert capsys.readouterr().out == "1 sent; the index is up to date.\n"
