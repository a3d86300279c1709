from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from moderation.models import Decision, PolicyVersion
from tests.factories import held_in

steps = import_module("moderation.migrations.0004_policy_work_data")
OLD = {"key": "fruit", "detector": "words", "parameters": {"words": ["fig"]}, "action": "note", "matches": ["A fig."]}
NEW = {
    "key": "fruit",
    "matches": ["A fig."],
    "when": {"detector": "words", "words": ["fig"]},
    "mode": "suggest",
}


def test_rule_of_before_becomes_a_condition_with_a_mode():
    assert steps.rewritten(OLD) == NEW
    assert steps.rewritten(NEW) == NEW


@pytest.mark.django_db
def test_version_of_before_is_rewritten_with_its_digest():
    version = PolicyVersion(number=7, document={"title": "Old", "rules": [OLD]}, digest="old")
    version.save()

    steps.rewrite_rules(apps, None)

    stored = PolicyVersion.objects.get(number=7)
    assert stored.document == {"title": "Old", "rules": [NEW]}
    assert stored.digest != "old"


@pytest.mark.django_db
def test_decisions_of_before_get_keys_of_their_own(consultation, moderator):
    version = PolicyVersion.objects.get()
    for _number in range(3):
        case = held_in(consultation).cases.get()
        Decision.objects.create(
            case=case,
            revision=case.revision,
            version=version,
            action="publish",
            actor=moderator,
            created_at=timezone.now(),
        )
    before = set(Decision.objects.values_list("key", flat=True))

    steps.name_decisions(apps, None)

    after = set(Decision.objects.values_list("key", flat=True))
    assert len(after) == 3
    assert not after & before
