"""A public page is made once for everybody: same bytes, no cookie, 304, and gone as soon as something changes."""

import gzip
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from consultations.models import ConsultationIndexPage, Event, Support
from moderation.models import CaretakerPeriod
from portal.http import freshness
from portal.http.page_store import PAGE_SECONDS, pages
from portal.models import Agency, ContentPage, PublicChange
from tests.factories import (
    ConsultationFactory,
    idea_for,
    questionnaire_for,
    response_to,
    submission_to,
)

PAGE_PARTS = 3  # in the memory of a small store


@pytest.fixture(autouse=True)
def _one_minute():
    """Stand still in the middle of a minute: a page ends with it, however long the test takes."""
    with time_machine.travel(timezone.now().replace(second=30) + timedelta(minutes=1), tick=False):
        yield


@pytest.fixture
def shown(consultation):
    """Return the addresses of all public pages."""
    comment, idea = submission_to(consultation), idea_for(consultation)
    question = questionnaire_for(consultation)[0]
    answer = response_to(consultation, {question: "A lamp."}).open_answers.get()
    home = ConsultationIndexPage.objects.get().get_parent()
    about = home.add_child(instance=ContentPage(title="About", slug="about", body=[]))
    slug = consultation.slug
    return [
        "/",
        about.url,
        reverse("consultations:list"),
        reverse("consultations:detail", args=[slug]),
        reverse("consultations:thread", args=[slug, comment.reference]),
        reverse("consultations:ideas", args=[slug]),
        reverse("consultations:idea", args=[slug, idea.reference]),
        reverse("consultations:propose", args=[slug]),
        reverse("consultations:questionnaire", args=[slug]),
        reverse("consultations:answers", args=[slug]),
        reverse("consultations:answers_to", args=[slug, question.pk]),
        reverse("consultations:answer", args=[slug, answer.reference]),
        reverse("consultations:feed", args=[slug]),
        reverse("consultations:calendar", args=[slug]),
        reverse("moderation:report", args=[comment.reference]),
        reverse("moderation:policy"),
        reverse("moderation:policy_versions"),
        reverse("moderation:policy_version", args=[1]),
        reverse("moderation:policy_file", args=[1]),
        reverse("moderation:transparency"),
        reverse("moderation:figures_json"),
        reverse("moderation:figures_csv"),
        reverse("api_documentation"),
    ]


@pytest.mark.django_db
def test_every_public_page_is_the_same_for_two_guests_and_costs_the_second_no_query(shown, django_assert_num_queries):
    first = [Client().get(address) for address in shown]
    with django_assert_num_queries(0):
        second = [Client(headers={"User-Agent": "another"}).get(address) for address in shown]

    assert [answer.status_code for answer in first] == [200] * len(shown)
    assert [one.content == two.content for one, two in zip(first, second, strict=True)] == [True] * len(shown)
    assert [answer["ETag"] for answer in first] == [answer["ETag"] for answer in second]


@pytest.mark.django_db
def test_no_public_page_sets_a_cookie_or_holds_a_token(shown):
    answers = [Client().get(address) for address in shown]

    assert [dict(answer.cookies) for answer in answers] == [{}] * len(shown)
    assert [
        address for address, answer in zip(shown, answers, strict=True) if b"csrfmiddlewaretoken" in answer.content
    ] == []
    assert {answer["Cache-Control"] for answer in answers} == {"public, max-age=0, must-revalidate"}
    assert {answer["Vary"] for answer in answers} == {"Accept-Encoding, Cookie"}
    assert all("default-src 'none'" in answer["Content-Security-Policy"] for answer in answers)


@pytest.mark.django_db
def test_who_has_the_page_is_told_that_it_is_unchanged(client, consultation):
    address = reverse("consultations:ideas", args=[consultation.slug])
    for encoding in ("gzip", "identity"):
        got = client.get(address, headers={"Accept-Encoding": encoding})
        again = client.get(address, headers={"Accept-Encoding": encoding, "If-None-Match": got["ETag"]})

        assert (again.status_code, again.content) == (304, b"")
        assert [again[name] for name in ("ETag", "Cache-Control", "Vary")] == [
            got[name] for name in ("ETag", "Cache-Control", "Vary")
        ]
    idea_for(consultation)
    assert client.get(address, headers={"If-None-Match": got["ETag"]}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("accepted", ["gzip", "br, gzip;q=0.5"])
def test_a_page_is_kept_compressed_and_made_whole_for_who_cannot_read_it(client, consultation, accepted):
    address = reverse("consultations:detail", args=[consultation.slug])
    packed = client.get(address, headers={"Accept-Encoding": accepted})
    whole = client.get(address, headers={"Accept-Encoding": "br"})

    assert (packed["Content-Encoding"], gzip.decompress(packed.content)) == ("gzip", whole.content)
    assert "Content-Encoding" not in whole
    assert packed["ETag"] != whole["ETag"]
    assert [int(answer["Content-Length"]) for answer in (packed, whole)] == [len(packed.content), len(whole.content)]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["consultations:detail", "consultations:receipt"])
@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        *[(words, None) for words in ("gzip;q=0", "br, gzip; q=0.000", "identity, gzip ;q=0", "*", "x-gzipped", "")],
        *[(words, "gzip") for words in ("gzip", "br, gzip;q=0.5", "gzip;q=0.001")],
    ],
)
def test_who_refuses_gzip_gets_none(client, consultation, path, accepted, encoding):
    named = consultation.slug if path.endswith("detail") else submission_to(consultation).reference
    answer = client.get(reverse(path, args=[named]), headers={"Accept-Encoding": accepted})

    assert (answer.status_code, answer.get("Content-Encoding")) == (200, encoding)
    assert "Accept-Encoding" in answer["Vary"]


@pytest.mark.django_db
@pytest.mark.parametrize("asked_before", [False, True])
def test_head_is_answered_as_get_without_its_body(client, consultation, asked_before):
    address = reverse("consultations:detail", args=[consultation.slug])
    if asked_before:
        client.get(address)

    head, got = client.head(address), client.get(address)

    told = ("Content-Type", "Content-Length", "ETag", "Cache-Control", "Vary", "Content-Security-Policy")
    assert (head.status_code, head.content) == (200, b"")
    assert [head[name] for name in told] == [got[name] for name in told]


@pytest.mark.django_db
def test_parameters_that_a_page_does_not_know_neither_show_nor_fill_the_memory(client, consultation, monkeypatch):
    for _number in range(21):
        submission_to(consultation)
    address = reverse("consultations:detail", args=[consultation.slug])
    plain = client.get(address)
    before = len(pages.entries)

    rubbish = [client.get(f"{address}?utm_source={n}&x={'y' * n}&page=") for n in range(50)]
    sorted_ = client.get(f"{address}?x=1&sort=supported&sort=newest&x=2")

    assert {answer.content for answer in rubbish} == {plain.content}
    assert sorted_.content == client.get(f"{address}?sort=newest").content
    assert len(pages.entries) == before + 1
    assert b"utm_source" not in client.get(f"{address}?utm_source=1&page=2").content


@pytest.mark.django_db
def test_the_memory_keeps_what_was_used_last_and_no_more_than_it_may(client, consultation, settings):
    address = reverse("consultations:ideas", args=[consultation.slug])
    client.get(address)
    settings.PAGE_CACHE_BYTES = PAGE_PARTS * (pages.size + 100)

    for n in range(20):
        client.get(f"{address}?q=word{n}")
        client.get(address)

    assert pages.size <= settings.PAGE_CACHE_BYTES
    assert pages.size == sum(entry.size for entry in pages.entries.values())
    assert [key.query for key in pages.entries][-1] == ""
    client.get(f"{address}?q={'w' * 1000}")
    assert max(len(key.query) for key in pages.entries) < 100


@pytest.mark.django_db
def test_without_memory_every_page_is_rendered_and_the_same(client, consultation, settings):
    settings.PAGE_CACHE_BYTES = 0
    address = reverse("consultations:detail", args=[consultation.slug])

    assert client.get(address).content == client.get(address).content
    assert pages.entries == {}


@pytest.mark.django_db
def test_who_signed_in_or_sent_something_has_pages_of_their_own(client, consultation, citizen):
    idea = idea_for(consultation)
    address = reverse("consultations:idea", args=[consultation.slug, idea.reference])
    guest = client.get(address)
    client.post(
        reverse("consultations:support", args=[consultation.slug, idea.reference]), {"token": "0123456789abcdef"}
    )
    supporter = client.get(address)
    member = Client()
    member.force_login(citizen)

    assert [answer["Cache-Control"] for answer in (supporter, member.get(address))] == ["private, no-cache"] * 2
    assert ["You support this." in answer.content.decode() for answer in (guest, supporter)] == [False, True]
    assert "You support this." not in Client().get(address).content.decode()
    assert Client(headers={"Authorization": "Basic eDp5"}).get(address)["Cache-Control"] == "private, no-cache"
    assert Client().get("/nothing-here/")["Cache-Control"] == "private, no-cache"


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [PageViewRestriction.LOGIN, PageViewRestriction.PASSWORD, PageViewRestriction.GROUPS])
def test_a_restricted_page_is_never_kept(client, shown, kind):
    assert [client.get(address).status_code for address in shown[:4]] == [200] * 4
    for page in Page.objects.filter(depth__gt=1):
        PageViewRestriction.objects.create(page=page, restriction_type=kind, password="a-secret")

    answers = [Client().get(address) for address in (*shown[:2], shown[3])]

    assert all("public" not in answer["Cache-Control"] for answer in answers)
    assert [answer.status_code for answer in answers[2:]] == [404]
    assert [key.address.path for key in pages.entries if key.address.path in (*shown[:2], shown[3])] == []


def changes(consultation):
    """Return changes that show on a public page without an event, by name."""
    idea = idea_for(consultation)
    home = ConsultationIndexPage.objects.get().get_parent()
    now = timezone.now()
    return {
        "name": lambda: Agency.load().save(),
        "page": lambda: consultation.save_revision().publish(),
        "new page": lambda: home.add_child(instance=ContentPage(title="New", slug="new", body=[])),
        "unpublished": consultation.unpublish,
        "restriction": lambda: PageViewRestriction.objects.create(page=home, restriction_type="login"),
        "support": lambda: Support.give(idea, "somebody"),
        "taken back": lambda: Support.take_back(idea, "somebody"),
        "response": lambda: response_to(consultation, {}),
        "caretaker": lambda: CaretakerPeriod.objects.create(
            title="T", notice="N", starts_at=now, ends_at=now + timedelta(days=1)
        ),
    }


@pytest.mark.django_db
def test_whatever_shows_without_an_event_makes_another_state(consultation):
    Support.give(idea_for(consultation), "nobody")
    states = [freshness.state()]
    for change in changes(consultation).values():
        change()
        states.append(freshness.state())

    assert len(set(states)) == len(states)
    assert freshness.state() == states[-1]


@pytest.mark.django_db
def test_figures_on_a_page_are_those_of_its_state(client, consultation):
    address = reverse("consultations:detail", args=[consultation.slug])
    found = []
    for _number in range(3):
        submission_to(consultation)
        found.append(client.get(address).content.decode().count("<article"))
        assert f"<dd>{found[-1]}</dd>" in client.get(address).content.decode()

    assert found == [1, 2, 3]


@pytest.mark.django_db
@pytest.mark.parametrize(("opens", "closes"), [(30, 3600), (-3600, 30)])
def test_a_page_changes_at_the_moment_that_binds(client, opens, closes):
    minute = timezone.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
    page = ConsultationFactory(opens_at=minute + timedelta(seconds=opens), closes_at=minute + timedelta(seconds=closes))
    address = reverse("consultations:detail", args=[page.slug])
    has_form = []
    for second in (0, 29.9, 30):
        with time_machine.travel(minute + timedelta(seconds=second), tick=False):
            has_form.append('id="have-your-say"' in client.get(address).content.decode())

    assert has_form == ([False, False, True] if opens > 0 else [True, True, False])


@pytest.mark.django_db
def test_a_list_follows_a_consultation_that_it_did_not_show(client, monkeypatch):
    minute = timezone.now().replace(second=0, microsecond=0)
    ConsultationFactory(title="Coming soon", opens_at=minute + timedelta(seconds=5))
    address = reverse("consultations:list") + "?state=open"
    monkeypatch.setattr(freshness, "STATE_SECONDS", 0)
    found = []
    for second in (0, 4, 5):
        with time_machine.travel(minute + timedelta(seconds=second), tick=False):
            found.append("Coming soon" in client.get(address).content.decode())

    assert found == [False, False, True]


@pytest.mark.django_db
def test_a_page_says_the_same_all_minute_long_and_ends_with_it(client, consultation):
    minute = timezone.now().replace(second=0, microsecond=0) + timedelta(minutes=10)
    address = reverse("consultations:detail", args=[consultation.slug])
    submission_to(consultation)
    tags = []
    for second in (1, 30, PAGE_SECONDS - 1, PAGE_SECONDS):
        pages.clear()  # as another process renders it
        with time_machine.travel(minute + timedelta(seconds=second), tick=False):
            tags.append(client.get(address)["ETag"])

    assert [tag == tags[0] for tag in tags] == [True, True, True, False]


@pytest.mark.django_db
def test_what_changed_while_a_page_was_rendered_is_not_kept(client, consultation, monkeypatch):
    monkeypatch.setattr(freshness, "STATE_SECONDS", 0)
    address = reverse("consultations:feed", args=[consultation.slug])

    def held_meanwhile(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if 'FROM "consultations_submission"' in sql and not Event.objects.filter(pk=9000).exists():
            with connection.execute_wrapper(lambda run, *rest: run(*rest)):
                PublicChange.note()
                freshness.state()
        return result

    with connection.execute_wrapper(held_meanwhile):
        client.get(address)

    assert pages.entries == {}


@pytest.mark.django_db
def test_old_changes_are_cleared_away_and_the_state_stays():
    for _number in range(freshness.NEWEST_ROWS + 5):
        PublicChange.note()
    PublicChange.objects.update(created_at=timezone.now() - timedelta(days=2))
    state = freshness.state()

    PublicChange.clear_away()
    freshness.look_again()

    assert PublicChange.objects.count() == freshness.NEWEST_ROWS
    assert freshness.state() == state


@pytest.mark.django_db
def test_indentation_is_left_out_and_nothing_that_somebody_typed(client, consultation):
    text = "One line.\n\n   Another one,\n      <b> indented </b>\n   <i>."
    comment = submission_to(consultation, text)
    shown = client.get(reverse("moderation:report", args=[comment.reference])).content.decode()

    assert "&lt;b&gt; indented &lt;/b&gt;\n   &lt;i&gt;." in shown
    assert "One line.\n\n   Another one,\n      &lt;b&gt;" in shown
    assert re.search(r">\s*\n\s+<|>\s+\n\s*<", shown) is None
