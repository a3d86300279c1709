"""What staff look at stands in the ledger: searches, cases, texts, once in ten minutes."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from portal.audit import text_digest
from portal.models import AuditEntry
from search.models import ApiToken
from tests.factories import held_in, submission_to

pytestmark = pytest.mark.django_db
WORDS = "Wilhelmina Fitzgerald"


def looks():
    return [(entry.action, entry.by, entry.subject, entry.facts) for entry in AuditEntry.objects.order_by("number")]


def test_a_search_is_kept_without_its_words(client, officer, consultation):
    submission_to(consultation, f"{WORDS} says so.")
    client.force_login(officer)

    client.get(reverse("desk"), {"q": WORDS})
    client.get(reverse("desk"), {"q": WORDS, "page": 1})
    client.get(reverse("desk"), {"q": "bus"})

    first, second = looks()
    assert first == ("desk.searched", officer.pk, "", {"found": 1, "words": text_digest(WORDS)})
    assert second[3]["words"] == text_digest("bus")
    assert WORDS not in str(looks())


def test_a_tools_search_is_kept_too(client, officer, consultation):
    token, secret = ApiToken.issue(officer, "A tool", 30)

    client.get(reverse("api:desk_search"), {"q": WORDS}, headers={"Authorization": f"Bearer {secret}"})

    action, by, subject, facts = looks()[-1]
    assert (action, by, subject) == ("desk.searched_by_tool", officer.pk, f"search.apitoken:{token.pk}")
    assert facts["words"] == text_digest(WORDS)


def test_an_opened_text_is_kept(client, officer, privacy, consultation):
    one = submission_to(consultation)
    for user, name in ((officer, "desk_submission"), (privacy, "privacy_submission")):
        client.force_login(user)
        client.get(reverse(name, args=[one.reference]))

    subject = f"consultations.submission:{one.pk}"
    assert [look[:3] for look in looks()] == [
        ("desk.opened", officer.pk, subject),
        ("submission.opened", privacy.pk, subject),
    ]


def test_an_opened_case_is_kept_once_in_ten_minutes(client, moderator, lead, consultation):
    case = held_in(consultation).cases.get()
    address = reverse("queue_case", args=[case.pk])
    for user in (moderator, moderator, lead):
        client.force_login(user)
        client.get(address)
    opened = [("case.opened", who.pk, f"moderation.case:{case.pk}", {}) for who in (moderator, lead)]
    assert looks() == opened

    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        cache.clear()  # a cache in memory goes by another clock
        client.get(address)
    assert len(looks()) == 3


def test_who_may_not_read_a_case_has_not_opened_it(client, moderator, consultation):
    case = held_in(consultation).cases.get()
    case.write(desk="legal")
    client.force_login(moderator)

    client.get(reverse("queue_case", args=[case.pk]))

    assert looks() == []


def test_the_reading_list_is_kept_with_what_it_showed(client, moderator, consultation):
    consultation.moderation = "before"
    consultation.save()
    texts = [submission_to(consultation, f"The {n}th bus is late.") for n in range(3)]
    client.force_login(moderator)

    client.get(reverse("queue_reading"))
    client.get(reverse("queue_reading"))

    [(action, by, _subject, facts)] = looks()
    assert (action, by) == ("reading.opened", moderator.pk)
    assert sorted(facts["texts"]) == sorted(text.reference for text in texts)


def test_an_empty_reading_list_shows_nothing_to_keep(client, moderator, consultation):
    client.force_login(moderator)

    client.get(reverse("queue_reading"))

    assert looks() == []


def test_figures_of_a_questionnaire_are_kept_and_each_file_of_them(client, officer, consultation):
    client.force_login(officer)
    for name in ("desk_questionnaire", "desk_questionnaire", "desk_questionnaire_table", "desk_questionnaire_table"):
        client.get(reverse(name, args=[consultation.pk]))

    subject = f"consultations.consultationpage:{consultation.pk}"
    assert [look[:3] for look in looks()] == [
        ("questionnaire.opened", officer.pk, subject),
        *[("questionnaire.exported", officer.pk, subject)] * 2,
    ]
