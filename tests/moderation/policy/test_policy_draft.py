import json
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail.models import Workflow

from moderation.models import PolicyDraft, PolicyVersion
from moderation.policy.digests import rules_digest
from moderation.policy.document import Policy
from moderation.policy.drafting import policy_as_far_as_it_goes
from moderation.policy.faults import PolicyFault, faults_of
from moderation.policy.loading import STARTER_POLICY, load_policy
from moderation.policy.toml_tables import read_table, table_as_toml
from portal.http.signs import value_without_controls
from tests.factories import UserFactory, policy_draft
from tests.moderation.policy.policy_editor import EDIT, edit, posted, saved

pytestmark = pytest.mark.django_db

POLICY = load_policy(STARTER_POLICY)


@pytest.fixture
def draft(lead):
    return policy_draft(actor=lead)


@pytest.fixture
def as_lead(client, lead):
    client.force_login(lead)
    return client


def test_draft_says_exactly_what_the_starter_policy_says():
    assert PolicyDraft.from_policy(POLICY).as_policy() == POLICY


def test_draft_keeps_all_that_a_policy_can_say(db):
    clause = replace(
        POLICY.clauses[0],
        second_opinion=True,
        reasons={"de": "Bitte\n\nanders.", "fr": "Non."},
        ground="ILLEGAL_CONTENT",
    )
    tree = {"all": [{"detector": "phone"}, {"not": {"author": {"staff": True}}}, {"context": {"crisis_level": 1}}]}
    rule = replace(
        next(rule for rule in POLICY.rules if rule.key == "phone-number"),
        when=tree,
        given={"crisis_level": 2},
        scope={"since": "2027-03-01", "channels": ["website"], "crisis_level": 1},
        owner="Lea",
        review_by="2027-06-30",
        explain='Has "a number" in it.',
    )
    policy = replace(POLICY, clauses=(clause, *POLICY.clauses[1:]), rules=(rule,), language="de")

    assert PolicyDraft.from_policy(policy).as_policy() == policy


def test_draft_survives_its_revision(draft):
    assert (saved().as_policy(), policy_as_far_as_it_goes(saved())) == (POLICY, POLICY)


def test_form_of_the_whole_policy_gives_back_what_it_got(as_lead, draft):
    data = posted(draft)

    response = edit(as_lead, draft)

    assert (response.status_code, len(data) > 1000) == (302, True)
    assert (saved().as_policy(), draft.revisions.count()) == (POLICY, 2)


@settings(max_examples=60)
@given(
    st.recursive(
        st.booleans() | st.integers(-(2**62), 2**62) | st.text(st.characters(codec="utf-8"), max_size=12),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
        max_leaves=8,
    )
)
def test_table_is_read_as_it_was_written(value):
    assert read_table(table_as_toml({"it": value})) == {"it": value_without_controls(value)}


def test_table_may_be_typed_in_braces_and_with_days():
    assert read_table('{ detector = "phone" }') == {"detector": "phone"}
    assert read_table("since = 2027-03-01\r\ncrisis_level = 1") == {"since": "2027-03-01", "crisis_level": 1}
    assert read_table("  ") == {}


def test_unfinished_draft_is_saved_with_all_that_was_typed(as_lead, draft):
    rule = {"rules-0-value-when": "detector = ", "rules-0-value-clause": ""}
    clause = {"clauses-0-value-title": "", "clauses-0-value-number": "", "clauses-0-value-text": ""}

    response = as_lead.post(reverse(EDIT, args=[draft.pk]), posted(draft) | rule | clause | {"title": ""})

    assert response.status_code == 302
    written = saved()
    assert (written.rules[0].value["when"], written.rules[0].value["clause"]) == ("detector = ", "")
    assert (written.title, written.clauses[0].value["title"], written.clauses[0].value["number"]) == ("", "", None)
    assert [block.value["key"] for block in written.rules] == [rule.key for rule in POLICY.rules]
    assert "this is not TOML" in as_lead.get(reverse(EDIT, args=[draft.pk])).content.decode()


def test_submitting_shows_each_fault_at_its_place_and_loses_nothing(as_lead, draft):
    sent = posted(draft) | {
        "rules-0-value-when": 'detector = "crystal_ball"',
        "rules-2-value-mode": "hold",
        "rules-2-value-clause": "on-topic",
        "clauses-3-value-key": "hate",
        "action-submit": "1",
    }

    response = as_lead.post(reverse(EDIT, args=[draft.pk]), sent)

    assert (response.status_code, PolicyDraft.objects.get().workflow_in_progress) == (200, False)
    errors = response.context["form"].errors.as_data()
    rules, clauses = errors["rules"][0].block_errors, errors["clauses"][0].block_errors
    said = {place: [str(each.message) for each in error.non_block_errors.as_data()] for place, error in rules.items()}
    assert "there is no detector “crystal_ball”" in said[0][0]
    assert said[2] == [
        "The rule “severe-abuse” may only suggest: its clause “on-topic” is about a topic or a viewpoint."
    ]
    assert [str(each.message) for each in clauses[3].non_block_errors.as_data()] == [
        "The clause “hate” is there more than once."
    ]
    assert response.context["form"].data["rules-0-value-when"] == 'detector = "crystal_ball"'


def test_faults_are_all_found_with_their_places():
    document = json.loads(json.dumps(POLICY.as_dict()))
    document["clauses"][1]["severity"] = 9
    document["rules"][0]["clause"] = "nowhere"
    document["rules"][6]["matches"] = []
    document["rules"][7]["ignores"] = ["Ring 0491 570 006."]

    assert faults_of(document) == [
        PolicyFault("The clause “hate”: severity must be one of 0, 1, 2, 3, 4, not “9”.", "clauses", 1),
        PolicyFault("The rule “slurs” belongs to the clause “nowhere”, which is not there.", "rules", 0),
        PolicyFault(
            "The rule “e-mail-address” needs at least one example that it matches and one that it ignores.", "rules", 6
        ),
        PolicyFault("The rule “phone-number” does not ignore its example “Ring 0491 570 006.”.", "rules", 7),
    ]


def test_rule_of_a_faulty_clause_waits_for_the_clause():
    document = POLICY.as_dict()
    document["clauses"][4]["remedy"] = "magic"  # private details

    assert [(fault.part, fault.place) for fault in faults_of(document)] == [("clauses", 4)]


def test_empty_policy_is_no_policy():
    empty = Policy(title="", introduction="", emergency="", sections=(), clauses=(), rules=())

    assert [fault.message for fault in faults_of(empty.as_dict())] == [
        "The policy has no title.",
        "The policy has no introduction.",
        "The policy has no clause.",
    ]


def test_rules_digest_names_what_rules_do_and_nothing_else():
    rule = POLICY.rules[0]
    reworded = replace(rule, title="Other", matches=("x",), ignores=("y",), owner="Lea", explain="Because.")
    same = replace(POLICY, title="Other", rules=(*POLICY.rules[1:], reworded))

    assert rules_digest(same) == rules_digest(POLICY)
    for change in ({"mode": "off"}, {"clause": "respect"}, {"scope": {"channels": ["email"]}}, {"when": {}}):
        other = replace(POLICY, rules=(replace(rule, **change), *POLICY.rules[1:]))
        assert rules_digest(other) != rules_digest(POLICY)


def test_preview_shows_an_unfinished_draft(as_lead, draft):
    preview = reverse("wagtailsnippets_moderation_policydraft:preview_on_edit", args=[draft.pk])
    data = posted(draft) | {"rules-0-value-when": "detector = ", "clauses-0-value-title": "Be <b>kind</b>"}
    data |= {"rules-0-value-mode": "", "clauses-1-value-severity": ""}

    assert as_lead.post(preview, data).json() == {"is_valid": True, "is_available": True}
    page = as_lead.get(preview + "?mode=").content.decode()
    assert "Be &lt;b&gt;kind&lt;/b&gt;" in page
    assert "A draft, as it would be. It is not in force." in page
    assert "Telephone numbers" in page


def test_starting_again_keeps_what_the_draft_said_in_its_history(as_lead, draft):
    edit(as_lead, draft, title="Quite new")
    assert saved().title == "Quite new"

    response = as_lead.post(reverse("policy_start"))

    assert response.url == reverse(EDIT, args=[draft.pk])
    assert (saved().as_policy(), PolicyDraft.objects.count()) == (POLICY, 1)
    assert "Quite new" in [revision.as_object().title for revision in draft.revisions]


def test_first_draft_is_started_from_the_version_in_force(as_lead):
    as_lead.post(reverse("policy_start"))

    draft = PolicyDraft.objects.get()
    assert (draft.live, saved().as_policy(), draft.latest_revision.user.first_name) == (False, POLICY, "Lea")


def test_there_is_nothing_to_start_from_without_a_version(as_lead):
    PolicyVersion.objects.all().delete()

    page = as_lead.post(reverse("policy_start"), follow=True)

    assert "There is no version in force to start from." in page.content.decode()
    assert not PolicyDraft.objects.exists()


@pytest.mark.parametrize("root", [False, True])
def test_nobody_publishes_a_draft_by_hand(client, lead, django_user_model, draft, root):
    person = django_user_model.objects.create_superuser("root@example.org") if root else lead
    client.force_login(person)

    page = client.get(reverse(EDIT, args=[draft.pk])).content.decode()
    edit(client, draft, "publish", title="Quite new")

    assert 'name="action-publish"' not in page
    assert PolicyVersion.objects.count() == 1
    with pytest.raises(PermissionDenied):
        draft.latest_revision.publish(user=person, skip_permission_checks=True)
    assert PolicyVersion.objects.count() == 1


def test_nobody_adds_or_deletes_a_draft_by_hand(client, django_user_model, draft):
    client.force_login(django_user_model.objects.create_superuser("root@example.org"))
    names = ("add", "delete")
    addresses = [
        reverse(f"wagtailsnippets_moderation_policydraft:{name}", args=[draft.pk] if name == "delete" else [])
        for name in names
    ]

    assert [client.post(address).status_code for address in addresses] == [302, 302]
    assert PolicyDraft.objects.count() == 1


def test_workflow_of_drafts_is_there(db):
    workflow = PolicyDraft.get_default_workflow()

    assert (workflow.name, [type(task.specific).__name__ for task in workflow.tasks]) == (
        "Approval of the house rules",
        ["PolicyApprovalTask"],
    )
    assert Workflow.objects.count() == 2  # and that of pages


def test_editor_shows_the_check_list(as_lead, draft):
    page = as_lead.get(reverse(EDIT, args=[draft.pk])).content.decode()

    assert "Every clause and rule is complete" in page
    assert "Nothing in it differs from version 1." in page
    assert "Approved by somebody else than" in page


def test_editors_have_no_business_here(client, draft):
    client.force_login(UserFactory(groups=["Submission moderators"]))

    assert client.get(reverse(EDIT, args=[draft.pk])).status_code == 302
