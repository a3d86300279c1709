from dataclasses import replace
from datetime import date

import pytest

from moderation.detectors import Context
from moderation.policy.loading import read_policy
from moderation.policy.rules import Finding
from moderation.policy.ruleset import Ruleset, Screening, looks_at
from tests.moderation.policy.documents import HOLD, RULE, data

DAY = date(2027, 3, 1)


def rules(**changes):
    return Ruleset(read_policy(data(rules=[HOLD | changes])))


def finding(action):
    return Finding("figs", "fruit", action, "text", 2, 5, "Contains a listed word: “fig”.", "words")


@pytest.fixture
def explained():
    return rules().screen("A fig.").findings[0].explanation


@pytest.mark.parametrize(("today", "action"), [(None, "hold"), (DAY, "hold"), (date(2027, 3, 2), "shadow")])
def test_rule_whose_review_is_overdue_only_counts(explained, today, action):
    screening = rules(review_by="2027-03-01").screen("A fig.", context=Context(today=today))

    found = replace(finding(action), explanation=explained)
    assert screening == Screening("hold" if action == "hold" else "publish", (found,))


def test_rule_without_a_day_of_review_goes_on(explained):
    screening = rules().screen("A fig.", context=Context(today=date(2099, 1, 1)))

    assert screening.action == "hold"


def test_suggestion_falls_to_shadow_as_well():
    ruleset = Ruleset(read_policy(data(rules=[RULE | {"review_by": "2027-03-01"}])))

    screening = ruleset.screen("A banana.", context=Context(today=date(2027, 3, 2)))
    assert (screening.action, [each.action for each in screening.findings]) == ("publish", ["shadow"])


def test_overdue_rule_that_breaks_holds_nothing(monkeypatch):
    ruleset = rules(review_by="2027-03-01")
    bound = ruleset.rules[0]
    monkeypatch.setattr(bound, "condition", None)  # asking it raises AttributeError

    actions = [ruleset.screen("A fig.", context=Context(today=today)).action for today in (DAY, date(2027, 3, 2))]
    assert actions == ["hold", "publish"]


def test_two_rulesets_that_share_the_looks_say_what_each_says_alone():
    first, second = rules(), Ruleset(read_policy(data(rules=[RULE, HOLD])))
    looks = looks_at("A fig and a banana.", title="Fig", name="Banana")

    told = {"title": "Fig", "name": "Banana"}
    assert first.judge(looks) == first.screen("A fig and a banana.", **told)
    assert second.judge(looks) == second.screen("A fig and a banana.", **told)
