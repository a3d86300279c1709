"""Versions of a consultation's text: when one is made, what people wrote on which, and how they are read."""

import re
from datetime import timedelta
from importlib import import_module
from threading import Barrier, Thread

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from django.utils import timezone
from wagtail.signals import page_published

from consultations.models import ConsultationPage, Submission, TextVersion
from consultations.text_versions import keep_text, version_read
from tests.consultations.following.letters import follow_of, letters_after
from tests.consultations.submitting import comment, stamp
from tests.consultations.versions import EIGHT, FIRST, NINE, NOTE, SECOND, STOPS, opened, passage, publish, published
from tests.factories import ConsultationFactory, questionnaire_for, submission_to

pytestmark = pytest.mark.django_db


def versions_of(page):
    """Return the number, the headings and the note of each version, oldest first."""
    rows = page.text_versions.order_by("number")
    return [(each.number, [*each.passage_titles.values()], each.note) for each in rows]


def test_each_text_that_is_published_is_a_version_with_its_note():
    page = published()
    page = publish(page, NOTE, body=[NINE, STOPS])

    assert versions_of(page) == [(1, ["Eight lines", "What we stop"], ""), (2, ["Nine lines", "What we stop"], NOTE)]
    assert (page.text_version, page.change_note) == (2, "")
    assert page.get_latest_revision_as_object().change_note == ""


@pytest.mark.parametrize("field", ["title", "summary"])
def test_title_and_summary_are_part_of_the_text(field):
    page = publish(published(), NOTE, **{field: "Trams at night"})

    assert [(each.number, getattr(each, field)) for each in page.text_versions.all()[:1]] == [(2, "Trams at night")]
    assert page.text_version == 2


def test_publishing_anything_else_makes_none():
    page = published()
    closes_at = page.closes_at + timedelta(days=2)
    made_anew = [{**EIGHT, "id": SECOND}, {**STOPS, "id": FIRST}]  # the same words, as an editor may paste them
    numbered = passage("Eight lines", "Eight lines run all night.").copy()
    numbered["value"] = {"heading": "Eight lines", "text": '<p data-block-key="a1b2c">Eight lines run all night.</p>'}
    for changes in ({}, {"closes_at": closes_at}, {"answering": "Transport"}, {"body": [numbered, STOPS]}):
        page = publish(page, **changes)
    page = publish(page, body=made_anew)

    assert (page.text_version, TextVersion.objects.count()) == (1, 1)


def test_a_draft_makes_none_and_an_old_draft_keeps_the_number():
    page = published()
    old = page.save_revision()
    page = publish(page, NOTE, body=[NINE, STOPS])
    page.title = "A draft"
    page.save_revision()
    assert TextVersion.objects.count() == 2

    old.publish()

    page.refresh_from_db()
    assert [page.text_version, *(each[0] for each in versions_of(page))] == [3, 1, 2, 3]


def test_a_page_that_goes_live_later_gets_it_then():
    now = timezone.now()
    page = ConsultationFactory(live=False, body=[EIGHT])
    page.go_live_at = now + timedelta(hours=1)
    page.save_revision().publish()
    assert TextVersion.objects.count() == 0

    with time_machine.travel(now + timedelta(hours=2)):
        call_command("publish_scheduled")

    page.refresh_from_db()
    assert (page.live, page.text_version, versions_of(page)) == (True, 1, [(1, ["Eight lines"], "")])


def test_a_copy_takes_none_along():
    page = publish(published(), NOTE, body=[NINE])

    copy = page.copy(update_attrs={"slug": "again"}, keep_live=False)

    assert (copy.text_version, copy.text_versions.count(), copy.change_note) == (0, 0, "")


def test_version_says_what_is_stored():
    page = published()
    ConsultationPage.objects.filter(pk=page.pk).update(summary="As it is stored.", change_note=NOTE)

    keep_text(page, None, None)

    newest = page.text_versions.first()
    assert (newest.number, newest.summary, newest.note) == (2, "As it is stored.", NOTE)


def test_a_publication_that_fails_leaves_neither_text_nor_version():
    page = published()

    def fail(**_signal):
        raise OSError("The disk is full.")

    page_published.connect(fail, sender=ConsultationPage)
    try:
        with pytest.raises(OSError, match="full"):
            publish(page, NOTE, body=[NINE])
    finally:
        page_published.disconnect(fail, sender=ConsultationPage)

    page = ConsultationPage.objects.get(pk=page.pk)
    assert ([*page.passage_titles.values()], len(versions_of(page))) == (["Eight lines", "What we stop"], 1)


@pytest.mark.django_db(transaction=True)
def test_two_publications_at_once_make_two_numbers():
    page, both_drafted, texts = published(), Barrier(2), ("Nine lines", "Ten lines")

    def work(heading):
        draft = ConsultationPage.objects.get(pk=page.pk).get_latest_revision_as_object()
        draft.body, draft.change_note = [passage(heading, "All night.")], NOTE
        revision = draft.save_revision()
        both_drafted.wait(30)
        revision.publish()
        connection.close()

    threads = [Thread(target=work, args=[heading]) for heading in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    page.refresh_from_db()
    numbers, headings, _notes = zip(*versions_of(page)[1:], strict=True)
    assert (page.text_version, numbers, sorted(headings)) == (3, (2, 3), [[each] for each in texts])


def test_public_consultations_get_version_one_and_texts_their_headings():
    public, taken_off, draft = ConsultationFactory(), ConsultationFactory(), ConsultationFactory(live=False)
    public.save_revision().publish()
    taken_off.save_revision().publish()
    TextVersion.objects.all().delete()
    ConsultationPage.objects.update(text_version=0)
    ConsultationPage.objects.get(pk=taken_off.pk).unpublish()
    about, gone = submission_to(public, passage=FIRST), submission_to(public, passage=SECOND)
    Submission.objects.update(passage_heading="")
    migration = import_module("consultations.migrations.0030_first_text_versions")
    tables = MigrationExecutor(connection).loader.project_state([migration.Migration.dependencies[0]]).apps

    for _twice in range(2):
        migration.keep_first_versions(tables, None)
        migration.keep_headings(tables, None)

    for page, expected in ((public, [(1, ["Eight lines"], "")]), (taken_off, []), (draft, [])):
        page.refresh_from_db()
        assert (page.text_version, versions_of(page)) == (len(expected), expected)
    assert public.text_versions.get().published_at == public.last_published_at
    headings = Submission.objects.in_bulk([about.pk, gone.pk])
    assert [headings[each.pk].passage_heading for each in (about, gone)] == ["Eight lines", ""]
    assert publish(public).text_version == 1


def test_followers_read_the_number_and_the_note():
    page = published(title="Night buses")
    follow_of(page)
    publish(page, NOTE, body=[NINE, STOPS])

    [letter] = letters_after()

    assert letter.subject == "Night buses: the text has changed, this is version 2"
    assert f"\n{NOTE}\nhttp://testserver/consultations/{page.slug}/versions/2/changes/\n" in letter.body


# What people write


def number_in(shown):
    """Return the number of the version that a form on the page carries."""
    return re.search(r'name="text_version" value="(\d+)"', shown)[1]


def test_a_text_says_the_version_that_was_read(client):
    page = published()
    read = number_in(opened(client, page))
    page = publish(page, NOTE, body=[NINE, STOPS])

    comment(client, page, passage=FIRST, text_version=read)
    comment(client, page, "A second.", passage=FIRST, text_version=number_in(opened(client, page)))

    kept = Submission.objects.order_by("pk").values_list("text_version", "passage_heading")
    assert [*kept] == [(1, "Eight lines"), (2, "Nine lines")]


def test_a_passage_that_was_taken_out_meanwhile_keeps_its_comment(client):
    page = published()
    page = publish(page, NOTE, body=[EIGHT])

    comment(client, page, passage=SECOND, text_version="1")
    comment(client, page, "Read the new one.", passage=SECOND, text_version="2")

    kept = Submission.objects.order_by("pk").values_list("passage", "passage_heading", "text_version")
    assert [*kept] == [(SECOND, "What we stop", 1), ("", "", 2)]


def test_a_passage_that_was_made_anew_in_the_same_words_is_commented_on(client):
    page = publish(published(), body=[EIGHT, {**STOPS, "id": "33333333-3333-4333-8333-333333333333"}])
    assert page.text_version == 1

    comment(client, page, passage="33333333-3333-4333-8333-333333333333", text_version="1")

    assert Submission.objects.get().passage_title == "What we stop"


@pytest.mark.parametrize(
    ("sent", "kept"), [("1", 1), ("2", 2), ("3", 2), ("0", 2), ("", 2), ("-1", 2), ("²", 2), ("999999999", 2)]
)
def test_a_number_that_no_version_has_is_the_newest(sent, kept):
    page = publish(published(), NOTE, body=[NINE])

    assert version_read(page, sent) == kept


def test_a_page_from_before_knows_the_version_of_this_second():
    page = published()
    publish(page, NOTE, body=[NINE])

    assert (version_read(page, "2"), version_read(ConsultationFactory(), "1")) == (2, None)


def test_ideas_replies_and_questionnaires_keep_it_too(client):
    page = published()
    question = questionnaire_for(page)[0]
    first = submission_to(page, "First.")
    page = publish(page, NOTE, body=[NINE])
    sent = {"text": "A lamp at the gate.", "stamp": stamp(), "text_version": "1"}

    client.post(reverse("consultations:propose", args=[page.slug]), sent | {"title": "A lamp"})
    client.post(reverse("consultations:thread", args=[page.slug, first.reference]), sent)
    answered = sent | {f"question-{question.pk}": "A lamp."}
    client.post(reverse("consultations:questionnaire", args=[page.slug]), answered)

    kept = Submission.objects.exclude(pk=first.pk).order_by("kind", "pk")
    assert [*kept.values_list("kind", "text_version")] == [("answer", 1), ("comment", 1), ("idea", 1)]
    assert page.responses.get().text_version == 1
    assert Submission.objects.get(pk=first.pk).text_version is None


def test_heading_costs_no_query_and_stays(django_assert_num_queries):
    page = published()
    made = submission_to(page, passage=FIRST)
    publish(page, NOTE, body=[NINE])
    made = Submission.objects.get(pk=made.pk)

    with django_assert_num_queries(0):
        assert made.passage_title == "Eight lines"


def test_taking_a_text_in_costs_no_query_more(client, django_assert_max_num_queries):
    page, other = publish(published(), NOTE, body=[NINE]), ConsultationFactory()
    for each in (page, other):
        comment(client, each, "A first text, for the caches.")

    counts = []
    for each in (page, other):
        with django_assert_max_num_queries(20) as queries:
            comment(client, each, f"More lamps, {each.pk}.", passage=FIRST, text_version=str(each.text_version))
        counts.append(len(queries))

    assert counts == [11, 11]  # the page is at hand; one reads its passages
