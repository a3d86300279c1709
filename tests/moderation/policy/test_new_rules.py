"""Rules that came with a newer release are offered to a site with a policy of its own, and go through the draft."""

from dataclasses import replace

import pytest
from django.urls import reverse

from moderation.models import PolicyDraft, PolicyVersion
from moderation.models.publishing import new_starter_rules, publish_policy, starter_policy
from tests.moderation.policy.policy_editor import saved

pytestmark = pytest.mark.django_db

NEW, OTHER = starter_policy().rules[0], starter_policy().rules[1]


@pytest.fixture
def older_site():
    """Make a site whose first policy came with an older release, and which has taken a rule out since."""
    PolicyVersion.objects.all().delete()
    older = [rule for rule in starter_policy().rules if rule != NEW]
    publish_policy(replace(starter_policy(), rules=tuple(older)))
    return publish_policy(replace(starter_policy(), title="Ours", rules=tuple(rule for rule in older if rule != OTHER)))


def test_new_site_has_all_rules():
    assert new_starter_rules() == []


def test_rules_that_a_site_never_had_are_offered_and_what_it_took_out_is_not(older_site):
    assert new_starter_rules() == [NEW]


def test_rules_of_a_clause_that_a_site_does_not_have_are_not_offered(older_site):
    publish_policy(
        replace(older_site.policy, clauses=tuple(c for c in older_site.policy.clauses if c.key != NEW.clause), rules=())
    )

    assert new_starter_rules() == []


def test_new_rules_are_taken_into_the_draft_and_nothing_is_in_force(client, lead, older_site):
    client.force_login(lead)
    page = client.get(reverse("policy_home")).content.decode()

    client.post(reverse("policy_take_rules"))

    assert f"<li>{NEW.title}</li>" in page
    assert saved().as_policy() == replace(older_site.policy, rules=(*older_site.policy.rules, NEW))
    assert PolicyVersion.current() == older_site


def test_without_new_rules_nothing_is_offered_or_taken(client, lead):
    client.force_login(lead)

    client.post(reverse("policy_take_rules"))

    assert "New rules" not in client.get(reverse("policy_home")).content.decode()
    assert not PolicyDraft.objects.exists()
