from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from wagtail.models import TaskState, Workflow

from moderation.models import NotApproved, PolicyDraft, PolicyVersion, Replay
from moderation.models.approval import problems
from moderation.models.publishing import publish_policy
from moderation.policy.digests import rules_digest
from moderation.policy.own_words import without_own_words
from portal.models import AuditEntry
from tests.factories import ConsultationFactory, UserFactory, policy_draft
from tests.moderation.policy.policy_editor import EDIT, edit, judge, posted, saved, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(db):
    return UserFactory(first_name="Bea", groups=["Lead moderators"])


def rules_with(**changes):
    """Return the rules in force, those named changed."""
    return tuple(replace(rule, **changes.get(rule.key, {})) for rule in PolicyVersion.current().policy.rules)


def own_rule(when, **changes):
    """Return a rule of the agency's own words that holds."""
    rule = next(rule for rule in PolicyVersion.current().policy.rules if rule.key == "spam-phrases")
    values = {"key": "own", "title": "Our words", "mode": "hold", "ignores": ("Yes.",), "explain": ""} | changes
    return replace(rule, when=when, **values)


def replayed(policy, days=1, **changes):
    """Store a finished replay of a policy's rules."""
    values = {"state": Replay.State.DONE, "finished_at": timezone.now() - timedelta(days=days), "total": 1200}
    return Replay.objects.create(document=policy.as_dict(), rules_digest=rules_digest(policy), **values | changes)


def test_second_lead_approves_and_the_version_is_in_force(client, lead, second):
    draft = submitted(client, policy_draft(actor=lead, title="Fair play"), lead)

    response = judge(client, draft, second)

    version = PolicyVersion.current()
    assert (response.status_code, response.url) == (302, reverse("policy_home"))
    assert (version.number, version.policy.title) == (2, "Fair play")
    assert (version.published_by, version.approved_by, version.replay) == (lead, second, None)
    entry = AuditEntry.objects.get(action="policy.published")
    assert (entry.by, entry.subject) == (second.pk, f"moderation.policyversion:{version.pk}")
    assert entry.facts == {"number": 2, "digest": version.digest, "submitted_by": lead.pk, "replay": None}


def test_draft_is_ready_for_the_next_round(client, lead, second):
    draft = submitted(client, policy_draft(actor=lead, title="Fair play"), lead)
    judge(client, draft, second)

    client.force_login(lead)
    edit(client, saved(), title="Fairer play", summary="A better title.")
    judge(client, submitted(client, saved(), lead), second)

    assert [version.policy.title for version in PolicyVersion.objects.order_by("number")][1:] == [
        "Fair play",
        "Fairer play",
    ]
    assert PolicyVersion.current().summary == "A better title."
    assert (saved().summary, saved().effective_from, PolicyDraft.objects.count()) == ("", None, 1)


def test_version_comes_into_force_on_its_day(client, lead, second):
    draft = policy_draft(actor=lead, title="Fair play")
    day = timezone.localtime(timezone.now() + timedelta(days=9)).replace(second=0, microsecond=0)
    client.force_login(lead)
    edit(client, draft, "submit", effective_from=day.strftime("%Y-%m-%d %H:%M"))

    judge(client, draft, second)

    assert PolicyVersion.objects.get(number=2).effective_from == day
    assert PolicyVersion.current().number == 1


def test_day_that_has_passed_becomes_now(client, lead, second):
    client.force_login(lead)
    draft = policy_draft(actor=lead, title="Fair play")
    edit(client, draft, "submit", effective_from="2020-01-01 09:00")
    before = timezone.now()

    judge(client, draft, second)

    assert PolicyVersion.objects.get(number=2).effective_from >= before


def test_writer_cannot_approve(client, lead):
    draft = submitted(client, policy_draft(actor=lead, title="Fair play"), lead)

    response = judge(client, draft, lead)

    assert (response.status_code, PolicyVersion.objects.count()) == (422, 1)
    assert "somebody else has to" in response.content.decode()


def test_who_changed_it_last_cannot_approve(client, lead, second):
    draft = policy_draft(actor=second, title="Fair play")
    draft.get_workflow().start(draft, lead)

    assert problems(draft, second) == ["You submitted or last changed it, so somebody else has to approve it."]
    assert judge(client, draft, second).status_code == 422
    assert judge(client, draft, UserFactory(groups=["Lead moderators"])).status_code == 302


def test_administrator_who_wrote_it_cannot_approve_either(client, django_user_model):
    root = django_user_model.objects.create_superuser("root@example.org")
    draft = submitted(client, policy_draft(actor=root, title="Fair play"), root)

    response = judge(client, draft, root)

    assert (response.status_code, PolicyVersion.objects.count()) == (422, 1)


@pytest.mark.parametrize("role", ["Submission moderators", "Policy officers", "Editors"])
def test_other_roles_cannot_approve(client, lead, role):
    draft = submitted(client, policy_draft(actor=lead, title="Fair play"), lead)

    assert judge(client, draft, UserFactory(groups=[role])).status_code == 302
    assert PolicyVersion.objects.count() == 1


def test_wagtails_own_button_leads_to_the_check_list(client, lead, second):
    draft = submitted(client, policy_draft(actor=lead, title="Fair play"), lead)
    state = draft.current_workflow_task_state
    client.force_login(second)

    address = reverse("wagtailsnippets_moderation_policydraft:workflow_action", args=[draft.pk, "approve", state.pk])
    response = client.post(address)

    assert (response.url, PolicyVersion.objects.count()) == (reverse("policy_approval", args=[draft.pk]), 1)


def test_nobody_changes_the_draft_while_it_is_read(client, lead, second):
    draft = submitted(client, policy_draft(actor=lead, title="Fair play"), lead)
    revision = draft.latest_revision_id

    for person in (lead, second):
        client.force_login(person)
        client.post(reverse(EDIT, args=[draft.pk]), posted(saved(), title="Smuggled in"))
        client.post(reverse(EDIT, args=[draft.pk]), posted(saved(), title="Smuggled in") | {"action-publish": "1"})
        client.post(reverse("policy_start"))

    draft.refresh_from_db()
    assert (draft.latest_revision_id, saved().title) == (revision, "Fair play")


def test_sign_off_counts_for_the_text_that_was_read_only(client, lead, second):
    draft = submitted(client, policy_draft(actor=lead, title="Fair play"), lead)
    draft.get_latest_revision_as_object().take_over(replace(saved().as_policy(), title="Smuggled in"), actor=lead)
    draft.refresh_from_db()
    state = draft.current_workflow_task_state

    with pytest.raises(NotApproved):
        state.task.specific.on_action(state, second, "approve")

    state.refresh_from_db()
    assert (state.status, PolicyVersion.objects.count()) == (TaskState.STATUS_IN_PROGRESS, 1)


def test_old_sign_off_is_good_for_nothing(client, lead, second):
    draft = submitted(client, policy_draft(actor=lead, title="Fair play"), lead)
    judge(client, draft, second)
    old = PolicyDraft.objects.get().latest_revision
    publish_policy(replace(PolicyVersion.current().policy, title="Another"))

    with pytest.raises(NotApproved):
        old.publish(user=second)  # signed off, and published already
    policy_draft(actor=lead, title="Third")
    with pytest.raises(NotApproved):
        old.publish(user=second)


@pytest.mark.parametrize("action", ["approve", "reject"])
def test_second_verdict_comes_too_late(client, lead, second, action):
    state = submitted(client, policy_draft(actor=lead, title="Fair play"), lead).current_workflow_task_state
    state.task.specific.on_action(state, second, action, comment="First.")

    with pytest.raises(NotApproved, match="Somebody has given a verdict already"):
        state.task.specific.on_action(state, second, "approve")

    assert PolicyVersion.objects.count() == {"approve": 2, "reject": 1}[action]


def test_another_workflow_is_no_way_round(client, lead, django_user_model):
    root = django_user_model.objects.create_superuser("root@example.org")
    draft = policy_draft(actor=root, title="Fair play")
    empty = Workflow.objects.create(name="Nobody asks")

    with pytest.raises(PermissionDenied):
        empty.start(draft, root)

    assert PolicyVersion.objects.count() == 1


def test_asking_for_changes_needs_words_and_gives_the_draft_back(client, lead, second):
    draft = submitted(client, policy_draft(actor=lead, title="Fair play"), lead)

    assert judge(client, draft, second, "reject").status_code == 422
    assert judge(client, draft, second, "reject", "Say more.").status_code == 302

    client.force_login(lead)
    assert edit(client, saved(), title="Fairer play").status_code == 302
    response = judge(client, submitted(client, saved(), lead), second)
    assert response.status_code == 302, response.context["form"].errors
    assert PolicyVersion.current().policy.title == "Fairer play"


def test_the_same_again_is_no_news(client, lead, second):
    draft = submitted(client, policy_draft(actor=lead), lead)

    assert problems(draft, second) == ["Nothing in it differs from version 1."]
    assert judge(client, draft, second).status_code == 422


def test_faulty_draft_is_not_published_even_when_it_was_submitted(client, lead, second):
    draft = policy_draft(actor=lead, rules=rules_with(spam={"clause": "on-topic"}))
    draft.get_workflow().start(draft, lead)

    assert problems(draft, second) == [
        "The draft has faults; the other checks wait until they are put right. "
        "The rule “spam” may only suggest: its clause “on-topic” is about a topic or a viewpoint."
    ]
    assert judge(client, draft, second).status_code == 422


@pytest.mark.parametrize(
    ("changes", "needed"),
    [
        ({"title": "Other words", "owner": "Lea", "matches": ("?",)}, False),
        ({"mode": "suggest"}, False),
        ({"scope": {"channels": ["website"]}}, True),
        ({"when": {"any": [{"detector": "empty"}, {"detector": "card"}]}}, True),
        ({"clause": "respect"}, True),
    ],
)
def test_replay_is_needed_for_rules_that_hold_something_else(lead, second, changes, needed):
    draft = policy_draft(actor=lead, rules=rules_with(**{"no-words": changes}))

    found = problems(draft, second)

    title = changes.get("title", "No words at all")
    expected = (
        f"A rule that holds texts is new or changed. It needs a replay, as it is, in the last 30 days. Rule “{title}”."
    )
    assert found == ([expected] if needed else [])


@pytest.mark.parametrize(
    ("changes", "passes"),
    [
        ({}, True),
        ({"days": 29}, True),
        ({"days": 31}, False),
        ({"state": Replay.State.RUNNING}, False),
        ({"state": Replay.State.FAILED}, False),
        ({"rules_digest": "0" * 64}, False),
    ],
)
def test_replay_is_of_exactly_these_rules_finished_and_fresh(lead, second, changes, passes):
    rules = rules_with(shouting={"mode": "hold"})
    draft = policy_draft(actor=lead, rules=rules)
    digest = changes.pop("rules_digest", None)
    replay = replayed(draft.get_latest_revision_as_object().as_policy(), **changes)
    if digest:
        Replay.objects.filter(pk=replay.pk).update(rules_digest=digest)

    assert (problems(draft.get_latest_revision_as_object(), second) == []) is passes


def test_replay_is_kept_with_the_version(client, lead, second):
    draft = policy_draft(actor=lead, rules=rules_with(shouting={"mode": "hold"}))
    replay = replayed(saved().as_policy())

    client.force_login(second)
    page = client.get(reverse("policy_approval", args=[draft.pk])).content.decode()
    judge(client, submitted(client, draft.get_latest_revision_as_object(), lead), second)

    assert "1200 texts were tried with exactly these rules." in page
    assert PolicyVersion.current().replay == replay


@pytest.mark.parametrize(
    ("when", "example", "passage"),
    [
        ({"detector": "words", "words": ["night bus", "gondola"]}, "A night bus.", "night bus"),
        ({"detector": "pattern", "patterns": ["all +night"]}, "all night long", "All night"),
        ({"detector": "spam_phrases", "phrases": ["wharf"]}, "The wharf.", "wharf"),
        (
            {"all": [{"detector": "words", "words": ["wharf"]}, {"detector": "link_count", "maximum": 0}]},
            "wharf a.com",
            "wharf",
        ),
    ],
)
def test_words_of_our_own_consultations_hold_nothing(lead, second, when, example, passage):
    ConsultationFactory(title="A night bus for the wharf")
    rules = (*rules_with(), own_rule(when, matches=(example,)))
    draft = policy_draft(actor=lead, rules=rules).get_latest_revision_as_object()
    replayed(draft.as_policy())

    assert problems(draft, second) == [
        "Words that our own consultations use are about a topic, so a rule with them may only suggest. "
        f"The rule “Our words” finds “{passage}” in the consultation “A night bus for the wharf”."
    ]


@pytest.mark.parametrize(
    "rule",
    [
        {"when": {"detector": "words", "words": ["night bus"]}, "matches": ("A night bus.",), "mode": "suggest"},
        {"when": {"detector": "words", "words": ["gondola"]}, "matches": ("A gondola.",)},
        {
            "when": {"all": [{"detector": "phone"}, {"not": {"detector": "words", "words": ["night bus"]}}]},
            "matches": ("Ring 0491 570 006.",),
        },
    ],
)
def test_other_words_may_hold_and_topic_words_may_suggest(lead, second, rule):
    ConsultationFactory(title="A night bus for the wharf")
    draft = policy_draft(actor=lead, rules=(*rules_with(), own_rule(rule.pop("when"), **rule)))
    draft = draft.get_latest_revision_as_object()
    replayed(draft.as_policy())

    assert problems(draft, second) == []


def test_words_of_a_consultation_that_nobody_can_see_do_not_count(lead, second):
    ConsultationFactory(title="A night bus for the wharf").unpublish()
    rule = own_rule({"detector": "words", "words": ["wharf"]}, matches=("wharf",))
    draft = policy_draft(actor=lead, rules=(*rules_with(), rule)).get_latest_revision_as_object()
    replayed(draft.as_policy())

    assert problems(draft, second) == []


def test_rules_with_words_of_our_own_are_kept_from_the_public():
    policy = PolicyVersion.current().policy
    hidden = own_rule({"not": {"detector": "words", "words": ["gondola"]}}, mode="suggest")

    assert without_own_words(replace(policy, rules=(*policy.rules, hidden))) == policy.rules


def test_draft_that_nobody_is_known_to_have_written_is_not_approved(second):
    draft = policy_draft(title="Fair play")

    assert problems(draft, second) == ["Nobody is known to have written it, so nobody can be the second person."]


def test_approval_page_says_what_changes(client, lead, second):
    draft = submitted(client, policy_draft(actor=lead, rules=rules_with(**{"no-words": {"mode": "suggest"}})), lead)
    client.force_login(second)

    page = client.get(reverse("policy_approval", args=[draft.pk])).content.decode()

    before, after = "can keep the text back until a person has read it", "publishes with a note to the moderators"
    assert f"Rule “No words at all”: {before} → {after}." in page
    assert "It was written by" in page
    assert 'value="approve">' in page


def test_approval_page_has_no_button_for_its_writer(client, lead):
    draft = submitted(client, policy_draft(actor=lead, title="Fair play"), lead)

    page = client.get(reverse("policy_approval", args=[draft.pk])).content.decode()

    assert 'value="approve"' not in page
    assert "Whoever submitted or last changed it cannot give it." in page


def test_approval_shows_on_the_first_page_of_the_second_lead_only(client, lead, second):
    draft = submitted(client, policy_draft(actor=lead, title="Fair play"), lead)
    task = draft.current_workflow_task

    waiting = [list(task.get_task_states_user_can_moderate(person)) for person in (second, lead)]
    assert waiting == [list(TaskState.objects.all()), []]
    client.force_login(second)
    assert "Fair play" in client.get(reverse("wagtailadmin_home")).content.decode()
