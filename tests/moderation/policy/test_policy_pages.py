from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from moderation.models import PolicyVersion
from moderation.models.publishing import publish_policy
from moderation.models.versions import COMING_VERSION, NEVER_IN_FORCE, PAST_VERSION, VERSION_IN_FORCE, version_periods
from moderation.policy.difference import Chapter, Passage, compare
from moderation.policy.document import Policy
from moderation.policy.loading import STARTER_POLICY, load_policy
from portal.word_difference import Change

pytestmark = pytest.mark.django_db

POLICY = load_policy(STARTER_POLICY)


def page(client, name, *arguments, status=200):
    response = client.get(reverse(f"moderation:{name}", args=arguments))
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def later(title, days=0, **fields):
    """Publish the policy under another title, in force after so many days."""
    day = timezone.now() + timedelta(days=days)
    return publish_policy(replace(PolicyVersion.objects.first().policy, title=title, **fields), effective_from=day)


def state_of_each():
    return {standing.version.number: standing.state for standing in version_periods()}


def test_only_version_is_in_force():
    assert state_of_each() == {1: VERSION_IN_FORCE}


def test_next_version_takes_the_place_of_the_one_before():
    later("Second")

    assert state_of_each() == {2: VERSION_IN_FORCE, 1: PAST_VERSION}
    assert version_periods()[1].until == PolicyVersion.objects.get(number=2).effective_from


def test_version_waits_for_its_day():
    later("Second", days=3)
    assert (state_of_each(), PolicyVersion.current().number) == ({2: COMING_VERSION, 1: VERSION_IN_FORCE}, 1)

    with time_machine.travel(timezone.now() + timedelta(days=4)):
        assert (state_of_each(), PolicyVersion.current().number) == ({2: VERSION_IN_FORCE, 1: PAST_VERSION}, 2)


def test_version_that_is_overtaken_was_never_in_force():
    later("Second", days=30)
    later("Third")

    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert (state_of_each(), PolicyVersion.current().number) == (
            {3: VERSION_IN_FORCE, 2: NEVER_IN_FORCE, 1: PAST_VERSION},
            3,
        )


def test_policy_page_names_its_version_and_leads_to_the_others(client):
    later("Second")

    shown = page(client, "policy")

    assert "Version 2, in force since" in shown
    assert reverse("moderation:policy_versions") in shown
    assert reverse("moderation:policy_difference", args=[1, 2]) in shown
    assert reverse("moderation:policy_file", args=[2]) in shown
    assert 'id="clause-4"' in shown


def test_policy_page_announces_what_is_to_come(client):
    coming = later("Second", days=9)
    day = timezone.localtime(coming.effective_from)

    shown = page(client, "policy")

    assert f"From {day.day} {day:%B %Y}, version 2 takes its place." in shown
    assert "How we keep the conversation fair" in shown


def test_old_version_says_that_it_does_not_count(client):
    later("Second")

    shown = page(client, "policy_version", 1)

    assert "It does not count any more." in shown
    assert "<title>How we keep the conversation fair (version 1)" in shown


def test_version_to_come_says_so(client):
    later("Second", days=9)

    assert "Version 2 is not in force yet." in page(client, "policy_version", 2)


def test_page_without_a_policy_says_so(client):
    PolicyVersion.objects.all().delete()

    assert "The house rules are being written." in page(client, "policy")
    assert "There is no version yet." in page(client, "policy_versions")


def test_rules_are_public_but_not_their_words(client):
    rule = next(rule for rule in POLICY.rules if rule.key == "spam-phrases")
    own = replace(
        rule,
        key="own",
        title="Our own list",
        when={"detector": "words", "words": ["gondolier"]},
        matches=("A gondolier.",),
        ignores=("A boat.",),
    )
    off = replace(rule, key="off", title="Switched off", mode="off")
    publish_policy(replace(POLICY, rules=(own, off)))

    shown = page(client, "policy")

    assert "Our own list" in shown
    assert "publishes with a note to the moderators" in shown
    assert "We do not show the words" in shown
    assert "Switched off" not in shown
    assert "gondolier" not in shown


def test_clause_says_what_follows_from_it(client):
    shown = page(client, "policy")

    assert "A computer never keeps a text back under this clause." in shown
    assert "Two people have to agree before we refuse a text under it." in shown
    assert "Legal basis: Privacy law." in shown


def test_list_of_versions_names_each(client):
    PolicyVersion.objects.create(number=2, document=POLICY.as_dict(), digest="2", summary="Clearer <b>words</b>.")

    shown = page(client, "policy_versions")

    assert "Clearer &lt;b&gt;words&lt;/b&gt;." in shown
    assert [reverse("moderation:policy_version", args=[n]) in shown for n in (1, 2)] == [True, True]


@pytest.mark.parametrize("more", [0, 2])
def test_list_of_versions_costs_the_same_for_more(client, more, django_assert_max_num_queries):
    for n in range(more):
        later(f"Version {n}")
    page(client, "policy_versions")

    with django_assert_max_num_queries(10):
        page(client, "policy_versions")


def test_form_leads_to_the_difference(client):
    later("Second")

    response = client.get(reverse("moderation:policy_compare"), {"a": "2", "b": "1"})

    assert response.url == reverse("moderation:policy_difference", args=[2, 1])


@pytest.mark.parametrize("chosen", [{"a": "1", "b": "1"}, {"a": "1", "b": "7"}, {"a": "x"}, {}])
def test_form_refuses_what_cannot_be_compared(client, chosen):
    later("Second")

    response = client.get(reverse("moderation:policy_compare"), chosen)

    assert response.status_code == 422
    assert "<title>Something to put right: " in response.content.decode()


@pytest.mark.parametrize(("a", "b"), [(1, 1), (1, 9), (9, 1)])
def test_difference_of_what_is_not_there_is_not_found(client, a, b):
    page(client, "policy_difference", a, b, status=404)


def test_difference_marks_words_and_tells_rules_in_sentences(client):
    clause = replace(POLICY.clauses[0], title="Be kind", severity=3)
    rules = tuple(
        replace(rule, mode="suggest") if rule.key == "phone-number" else rule
        for rule in POLICY.rules
        if rule.key != "shouting"
    )
    publish_policy(replace(POLICY, clauses=(clause, *POLICY.clauses[1:]), rules=rules))

    shown = page(client, "policy_difference", 1, 2)

    assert "Be <del>respectful</del><ins>kind</ins>" in shown
    assert "Severity: 2 → 3." in shown
    assert (
        "Rule “Telephone numbers”: can keep the text back until a person has read it → "
        "publishes with a note to the moderators." in shown
    )
    assert "Rule “Capitals only” is gone." in shown
    assert "21 clauses are the same in both." in shown


def test_difference_escapes_what_a_policy_says(client):
    publish_policy(replace(POLICY, introduction="<script>alert(1)</script>"))

    shown = page(client, "policy_difference", 1, 2)

    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown.replace("<ins>", "").replace("</ins>", "")


def test_comparison_of_a_policy_with_itself_is_empty():
    assert compare(POLICY, POLICY).is_empty


def test_comparison_does_not_see_line_breaks_of_the_file():
    def wrapped(text):
        return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))

    clauses = tuple(
        replace(clause, text=wrapped(clause.text), reason=wrapped(clause.reason)) for clause in POLICY.clauses
    )
    sections = tuple(replace(section, text=wrapped(section.text)) for section in POLICY.sections)
    other = replace(POLICY, introduction=wrapped(POLICY.introduction), clauses=clauses, sections=sections)

    assert (other == POLICY, compare(POLICY, other).is_empty) == (False, True)


def test_comparison_tells_new_and_gone_clauses_apart():
    first, second = (replace(clause, text="It.", reason="So.") for clause in POLICY.clauses[:2])
    before = Policy(title="A", introduction="B", emergency="", sections=(), clauses=(first,), rules=())
    after = replace(before, clauses=(replace(second, allowed=("Yes.",), not_allowed=()),))

    found = compare(before, after)

    assert [(chapter.kind, chapter.number) for chapter in found.clauses] == [("new", 2), ("gone", 1)]
    assert found.clauses[0] == Chapter(
        kind="new",
        title=(Change("new", "No hate against groups of people"),),
        passages=(
            Passage((Change("new", "It."),)),
            Passage((Change("new", "So."),), "Reason"),
            Passage((Change("new", "Yes.\n"),), "This is fine"),
        ),
        number=2,
    )


def test_comparison_names_settings_in_words():
    clause = POLICY.clauses[0]
    changed = replace(clause, number=9, remedy="none", second_opinion=True, legal_basis="")

    found = compare(replace(POLICY, clauses=(clause,)), replace(POLICY, clauses=(changed,)))

    assert found.clauses[0].sentences == (
        "Number: 1 → 9.",
        "What puts it right: the author changes it → nothing puts it right.",
        "Two people have to agree: no → yes.",
        "Legal basis: Rules of this site → none.",
    )


def test_comparison_never_tells_the_words_of_a_rule():
    rule = POLICY.rules[0]
    old = replace(rule, when={"detector": "words", "words": ["gondolier"]}, scope={"channels": ["email"]})
    new = replace(rule, when={"detector": "words", "words": ["boatman"]}, clause="respect", title="Abuse")

    found = compare(replace(POLICY, rules=(old,)), replace(POLICY, rules=(new,)))

    assert found.rules == (
        "Rule “Slurs against groups” is called “Abuse” now.",
        "Rule “Abuse” serves another clause.",
        "Rule “Abuse” looks for something else than before.",
        "Rule “Abuse” applies elsewhere, or at other times.",
    )
