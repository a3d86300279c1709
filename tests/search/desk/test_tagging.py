from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from consultations.models import Status
from search.models import ReadAction, ReadMark, Tag, TagAction, Tagging
from tests.search.submissions import submission


def tag(client, name="Safety", asked=None, **posted):
    return client.post(reverse("desk_tag", query=asked or {}), {"tag": name, **posted})


def tagged(name="Safety"):
    return sorted(Tagging.objects.filter(tag__name=name).values_list("content_object", flat=True))


def counts(response):
    tags = next(facet for facet in response.context["facets"] if facet.name == "tag")
    return [(choice.label, choice.count, choice.ticked) for choice in tags.choices]


def test_what_is_ticked_is_tagged_and_found_by_the_tag(desk, client, consultation):
    one, other = submission(consultation), submission(consultation, "A tram")

    tag(client, ticked=[one.pk])
    tag(client, "safety ", ticked=[one.pk, other.pk])  # the same tag, whatever its case

    assert (list(Tag.objects.values_list("name", flat=True)), tagged()) == (["Safety"], [one.pk, other.pk])
    response = desk(q="bus", tag="safety")
    assert [row.submission for row in response.context["rows"]] == [one]
    assert counts(response) == [("Safety", 1, True)]
    assert response.context["sentence"] == "Submissions that contain “bus”; tagged: Safety."


def test_a_whole_result_is_tagged_only_after_its_number_was_said(desk, client, consultation):
    made = [submission(consultation, f"Bus {n}").pk for n in range(23)]
    submission(consultation, "A tram")

    asked = tag(client, asked={"q": "bus"}, which="all")
    assert ("Tag 23 submissions “Safety”?" in asked.content.decode(), tagged()) == (True, [])
    tag(client, asked={"q": "bus"}, which="all", sure="yes")

    assert tagged() == made


def test_the_last_change_is_taken_back_and_nothing_else(desk, client, consultation):
    first, second = (submission(consultation).pk for _n in range(2))
    tag(client, ticked=[first])
    tag(client, ticked=[first, second])

    client.post(reverse("desk_tag_undo"))
    assert tagged() == [first]

    client.post(reverse("desk_tag_undo"))  # there is nothing more to take back
    tag(client, ticked=[first], do="remove")
    assert tagged() == []
    client.post(reverse("desk_tag_undo"))
    assert tagged() == [first]


def test_what_was_done_long_ago_is_no_longer_offered_to_be_taken_back(desk, client, consultation):
    one = submission(consultation)
    tag(client, ticked=[one.pk])
    client.post(reverse("desk_read"))
    assert desk().content.decode().count("Take that back") == 2

    for action in (TagAction, ReadAction):
        action.objects.update(created_at=timezone.now() - timedelta(days=2))

    assert "Take that back" not in desk().content.decode()
    client.post(reverse("desk_tag_undo"))
    client.post(reverse("desk_read_undo"))
    assert (tagged(), ReadMark.objects.filter(read_at=None).exists()) == ([one.pk], False)


def test_more_than_the_most_is_said_and_bounded(desk, client, consultation, monkeypatch):
    monkeypatch.setattr("search.desk.views.tagging.MAX_CHANGED_AT_ONCE", 2)
    for _n in range(3):
        submission(consultation)

    assert "More than 2 match" in tag(client, which="all").content.decode()
    tag(client, which="all", sure="yes")
    assert len(tagged()) == 2


def test_tags_reach_no_further_than_the_scope(public_desk, client, consultation, officer):
    public, held = submission(consultation), submission(consultation, status=Status.HELD)
    TagAction.apply_tag(officer, Tag.get_or_create_by_name("Theirs"), [public.pk, held.pk], added=True)

    assert counts(public_desk()) == [("Theirs", 1, False)]
    tag(client, which="all", sure="yes")
    tag(client, ticked=[held.pk])
    assert tagged() == [public.pk]


@pytest.mark.parametrize("posted", [{"name": " "}, {"ticked": ["x", "9" * 30]}])
def test_without_a_name_or_a_tick_nothing_is_tagged(desk, client, posted):
    assert tag(client, **posted).status_code == 302
    assert not Tagging.objects.exists()
