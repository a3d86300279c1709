"""Versions of a consultation's text as people read them: the page, the list, an earlier text, the difference."""

import re

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.models import PageViewRestriction

from consultations import text_difference
from portal.http import freshness
from portal.http.page_store import pages
from tests.consultations.versions import EIGHT, FIRST, NINE, NOTE, SECOND, STOPS, opened, passage, publish, published
from tests.factories import UserFactory, submission_to

pytestmark = pytest.mark.django_db


def test_comment_on_an_earlier_version_says_so_and_leads_there(client):
    page = published()
    made = submission_to(page, passage=SECOND, text_version=1)
    assert "version 1" not in opened(client, page)

    page = publish(page, NOTE, body=[NINE])
    newer = submission_to(page, "On the new one.", text_version=2)
    shown = opened(client, page)

    first = reverse("consultations:text_version", args=[page.slug, 1])
    assert f'<a href="{first}">on version 1</a>' in shown
    assert f'<a href="{first}#p-{SECOND}">What we stop</a>' in shown
    assert "on version 2" not in shown
    assert f'id="p-{SECOND}"' in opened(client, page, "text_version", 1)
    receipts = [client.get(each.get_receipt_url()).content.decode() for each in (made, newer)]
    assert [re.findall(r"on version (\d)", words) for words in receipts] == [["1"], ["2"]]


def test_page_names_its_version_and_the_passages_that_it_changed(client):
    page = published()
    versions = reverse("consultations:text_versions", args=[page.slug])
    assert versions not in opened(client, page)

    page = publish(page, NOTE, body=[NINE, STOPS])
    shown = opened(client, page)

    assert re.search(rf'href="{versions}">\s*Version 2</a>', shown)
    assert re.findall(r'/versions/2/changes/#p-([-\d]+)"', shown) == [FIRST]


def test_versions_are_listed_newest_first_with_their_notes(client):
    page = publish(published(), NOTE, body=[NINE, STOPS])

    shown = opened(client, page, "text_versions")

    assert re.findall(r"(?<=>)\s*Version (\d)", shown) == ["2", "1"]
    assert shown.count(NOTE) == 1
    assert f"/consultations/{page.slug}/versions/1/changes/" not in shown


def test_an_earlier_text_is_shown_as_it_was_and_says_that_there_is_a_newer(client):
    page = publish(published(), NOTE, body=[NINE, STOPS])

    first, second = (opened(client, page, "text_version", number) for number in (1, 2))

    assert ("Eight lines run all night." in first, "Nine lines" in first) == (True, False)
    assert "This is an earlier text: version 2 is the newest" in first
    assert ("This is the newest version" in second, NOTE in second) == (True, True)
    assert "Changed in version" not in first + second


def test_difference_marks_words_and_folds_away_what_stayed(client):
    fact = {"type": "fact", "id": "f", "value": {"figure": "11,400", "statement": "ride", "source": "Survey"}}
    page = publish(published(), NOTE, body=[NINE, STOPS, fact])

    shown = opened(client, page, "text_changes", 2)

    marked = re.sub(r'<span class="visually-hidden">(.*?)</span>', r"\1", shown)
    assert "<del>[taken out: Eight ]</del><ins>[added: Nine ]</ins>lines run all night." in marked
    assert (NOTE in shown, "1 part is the same" in shown, "Fact with its source" in shown) == (True, True, True)
    assert re.findall(r'change__kind">\s*(\w+)', shown) == ["changed", "new"]


def test_a_changed_figure_is_shown_as_it_was_and_a_timeline_without_words(client):
    fact = {"type": "fact", "id": "f", "value": {"figure": "11,400", "statement": "ride", "source": "Survey"}}
    days = {"type": "timeline", "id": "t", "value": [{"date": "2026-11-01", "title": "Start", "text": ""}]}
    later = {**days, "value": [{"date": "2026-11-02", "title": "Start", "text": ""}]}
    page = publish(published(), NOTE, body=[fact, days])
    page = publish(page, NOTE, body=[{**fact, "value": fact["value"] | {"figure": "12,400"}}, later])

    shown = opened(client, page, "text_changes", 3)

    marked = re.sub(r'<span class="visually-hidden">(.*?)</span>', r"\1", shown)
    assert "<del>[taken out: 11]</del><ins>[added: 12]</ins>,400 ride" in marked
    assert re.findall(r'change__kind">\s*(\w+)', shown) == ["changed", "changed"]
    assert shown.count('class="change__text"') == 1


def test_difference_is_worked_out_once_and_the_page_compares_no_words(client, monkeypatch):
    page = publish(published(), NOTE, body=[NINE, STOPS])
    compared, compare = [], text_difference.difference

    def counted(*sides):
        compared.append(sides)
        return compare(*sides)

    monkeypatch.setattr(text_difference, "difference", counted)

    assert "Changed in version 2" in opened(client, page)
    assert compared == []
    shown = []
    for _twice in range(2):
        pages.clear()
        shown.append(opened(client, page, "text_changes", 2))
        worked_out = len(compared)
        compared.clear()
    assert (worked_out, shown[0].count("<ins>"), shown[1].count("<ins>")) == (0, 2, 2)


@pytest.mark.parametrize("path", ["versions/3/", "versions/0/", "versions/1/changes/", "versions/3/changes/"])
def test_what_no_version_has_is_not_found(client, path):
    page = publish(published(), NOTE, body=[NINE])

    assert client.get(f"/consultations/{page.slug}/{path}").status_code == 404


@pytest.mark.parametrize("path", ["", "versions/", "versions/1/", "versions/2/changes/"])
def test_versions_are_as_private_as_their_consultation(client, path):
    page = publish(published(), NOTE, body=[NINE])
    address = f"/consultations/{page.slug}/{path}"
    assert client.get(address).status_code == 200

    restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert client.get(address).status_code == 404
    client.force_login(UserFactory())
    assert client.get(address).status_code == 200
    restriction.delete()
    page.unpublish()
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("gone", [False, True])
def test_number_of_comments_on_a_passage_opens_exactly_those(client, gone):
    page = published()
    parent = submission_to(page, "On the passage.", passage=FIRST)
    for number in range(5):
        submission_to(page, f"Reply {number}.", parent=parent)
    submission_to(page, "On another.", passage=SECOND)
    submission_to(page, "On all of it.")
    page = publish(page, NOTE, body=[STOPS] if gone else [NINE, STOPS])
    submission_to(page, "On the passage as it is now.", passage=FIRST, passage_heading="Nine lines")

    shown = opened(client, page, "text_version", 1) if gone else opened(client, page)
    link, number = re.search(rf'href="([^"]*\?passage={FIRST}#comments)">.*?(\d+) comments', shown, re.DOTALL).groups()
    listed = client.get(
        reverse("consultations:detail", args=[page.slug])
        + link.partition("#")[0].removeprefix(reverse("consultations:detail", args=[page.slug]))
    ).content.decode()

    assert (number, re.search(r"(\d+) comments</span>", listed)[1]) == ("7", "7")
    assert re.findall(r">(On [\w ]+\.)<", listed) == ["On the passage as it is now.", "On the passage."]
    assert "2 more replies" in listed


ON_PAGES = [("text_versions", (), 11), ("text_version", (1,), 15), ("text_changes", (2,), 12), ("detail", (), 21)]


def with_nothing_kept(client, page, name, *args):
    """Forget all pages and values that are kept, but for what a process keeps for good."""
    opened(client, page, name, *args)
    cache.clear()
    pages.clear()
    freshness.look_again()


@pytest.mark.parametrize(("name", "args", "number"), ON_PAGES)
def test_a_page_with_versions_takes_few_queries(client, django_assert_num_queries, name, args, number):
    page = publish(published(), NOTE, body=[NINE, STOPS])
    with_nothing_kept(client, page, name, *args)

    with django_assert_num_queries(number):
        opened(client, page, name, *args)


def test_a_consultation_with_one_version_takes_no_query_for_it(client, django_assert_num_queries):
    page = published()
    with_nothing_kept(client, page, "detail")

    with django_assert_num_queries(20):
        opened(client, page)


@pytest.mark.parametrize("kind", ["listed", "linked"])
def test_document_of_an_earlier_text_stays_open_as_long_as_that_text(client, kind):
    paper = get_document_model().objects.create(title="Plan", file=ContentFile(b"Plan", name="plan.txt"))
    other = get_document_model().objects.create(title="Other", file=ContentFile(b"Other", name="other.txt"))
    page = published()
    listed = {"type": "documents", "value": {"title": "Papers", "entries": [{"title": "Plan", "document": paper.pk}]}}
    linked = passage("A plan", f'Read <a linktype="document" id="{paper.pk}">it</a>.', SECOND)
    page = publish(page, NOTE, body=[EIGHT, listed if kind == "listed" else linked])
    page = publish(page, NOTE, body=[EIGHT])

    given = [client.get(each.url) for each in (paper, other)]
    assert [(each.status_code, b"".join(each) == b"Plan") for each in given] == [(200, True), (404, False)]
    page.unpublish()
    assert client.get(paper.url).status_code == 404
