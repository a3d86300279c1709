from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from moderation.models import CaretakerPeriod, Crisis, ModerationSettings, PolicyVersion
from moderation.models.publishing import publish_policy
from moderation.policy.loading import STARTER_POLICY, load_policy, read_policy
from moderation.policy.wording import clauses_in_words, rules_in_words
from tests.factories import ConsultationFactory
from tests.moderation.policy.documents import CLAUSE, HOLD, RULE, data

POLICY = load_policy(STARTER_POLICY)
DAY = date(2027, 3, 1)
HOLDS = "The computer can keep such a text back until a person has read it."
MIXED = "The computer can keep such a text back until a person has read it, or only leave moderators a note."
NOTES = "If the computer notices such a text, it leaves our moderators a note and keeps nothing back."
COUNTS = "The computer only counts such texts, and changes nothing."
NOTHING = "The computer does not look for such texts."
UNNOTICED = "What it does not notice, a person looks at when somebody reports it."
REPORTED = "A person looks at such a text when somebody reports it."
EDIT = "You can change your text and send it again while the consultation is open."
NEVER = "A computer never keeps a text back under this clause."
TWO = "Two people have to agree before we refuse a text under it."
REDACT = "We can take the passage out and publish the rest."


def said(rules=(), day=DAY, level=0, **clause):
    policy = read_policy(data(clauses=[CLAUSE | clause], rules=rules))
    return [str(sentence) for sentence in clauses_in_words(policy, day, level)[0].sentences]


@pytest.mark.parametrize(
    ("modes", "machine", "reading"),
    [
        ([], NOTHING, REPORTED),
        (["off"], NOTHING, REPORTED),
        (["shadow"], COUNTS, REPORTED),
        (["shadow", "off"], COUNTS, REPORTED),
        (["suggest"], NOTES, UNNOTICED),
        (["suggest", "shadow"], NOTES, UNNOTICED),
        (["hold"], HOLDS, UNNOTICED),
        (["hold", "shadow"], HOLDS, UNNOTICED),
        (["hold", "off"], HOLDS, UNNOTICED),
        (["hold", "suggest"], MIXED, UNNOTICED),
        (["hold", "suggest", "shadow", "off"], MIXED, UNNOTICED),
    ],
)
@pytest.mark.parametrize("former", [{}, {"default_action": "note"}])  # a field of files and versions from before
def test_clause_says_what_its_rules_do_whatever_its_author_wrote(modes, machine, reading, former):
    rules = [HOLD | {"key": f"figs-{mode}", "mode": mode} for mode in modes]

    assert said(rules, **former) == [machine, reading, EDIT]


@pytest.mark.parametrize(
    ("change", "day", "level", "machine"),
    [
        ({"review_by": "2027-03-01"}, DAY, 0, HOLDS),
        ({"review_by": "2027-03-01"}, DAY + timedelta(days=1), 0, COUNTS),
        ({"scope": {"since": "2027-03-01"}}, DAY - timedelta(days=1), 0, NOTHING),
        ({"scope": {"since": "2027-03-01"}}, DAY, 0, HOLDS),
        ({"scope": {"until": "2027-03-01"}}, DAY + timedelta(days=1), 0, NOTHING),
        ({"scope": {"crisis_level": 1}}, DAY, 0, NOTHING),
        ({"scope": {"crisis_level": 1}}, DAY, 1, HOLDS),
        ({"scope": {"languages": ["de"]}}, DAY, 0, HOLDS),
    ],
)
def test_rule_outside_its_time_is_not_said_to_hold(change, day, level, machine):
    rule = HOLD | change
    policy = read_policy(data(rules=[rule]))

    assert said([rule], day, level)[0] == machine
    assert len(rules_in_words(policy, day, level)) == (machine != NOTHING)


@pytest.mark.parametrize(
    "unfinished", [{"scope": {"since": 3}}, {"scope": {"moon": 1}}, {"review_by": "soon"}, {"mode": ""}]
)
def test_rule_that_is_not_finished_does_not_break_the_preview(unfinished):
    policy = read_policy(data(rules=[HOLD]))
    draft = replace(policy, rules=(replace(policy.rules[0], **unfinished),))

    machine = clauses_in_words(draft, DAY)[0].sentences[0]

    assert (machine, len(rules_in_words(draft, DAY))) == (NOTHING if "mode" in unfinished else HOLDS, 1)


@pytest.mark.parametrize(
    ("clause", "sentences"),
    [
        ({"viewpoint": True}, [NOTES, NEVER, UNNOTICED, EDIT]),
        ({"auto_max": "note"}, [NOTES, NEVER, UNNOTICED, EDIT]),
        ({"second_opinion": True}, [NOTES, UNNOTICED, TWO, EDIT]),
        ({"remedy": "redact"}, [NOTES, UNNOTICED, REDACT]),
        ({"remedy": "none"}, [NOTES, UNNOTICED]),
    ],
)
def test_clause_says_what_else_binds_us(clause, sentences):
    assert said([RULE], **clause) == sentences


def shown(client, clause, url=None):
    """Return the words of one clause on a page of the policy."""
    page = client.get(url or reverse("moderation:policy")).content.decode()
    start = page.index(f'<section class="clause" id="clause-{clause}"')
    return " ".join(page[start : page.index("</section>", start)].split())


@pytest.mark.django_db
def test_clause_on_respect_does_not_promise_that_its_own_example_waits(client):
    example = POLICY.clauses[0].not_allowed[0]
    assert PolicyVersion.current().ruleset.screen(example).action == "note"

    assert MIXED in shown(client, 1)
    assert "before it can appear" not in shown(client, 1)


@pytest.mark.django_db
def test_new_version_changes_what_its_clauses_say_at_once(client):
    assert MIXED in shown(client, 1)
    rules = [replace(rule, mode="shadow") if rule.clause == "respect" else rule for rule in POLICY.rules]

    publish_policy(replace(POLICY, rules=tuple(rules)))

    assert COUNTS in shown(client, 1)
    assert MIXED in shown(client, 1, reverse("moderation:policy_version", args=[1]))


@pytest.mark.django_db
def test_rule_that_comes_due_changes_what_the_page_says(client):
    today = timezone.localdate()
    due = [replace(rule, review_by=today.isoformat()) if rule.clause == "respect" else rule for rule in POLICY.rules]
    publish_policy(replace(POLICY, rules=tuple(due)))
    assert MIXED in shown(client, 1)

    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert COUNTS in shown(client, 1)


def first(client):
    page = client.get(reverse("moderation:policy")).content.decode()
    start = page.index('id="what-happens-first"')
    return " ".join(page[start : page.index("</section>", start)].split())


@pytest.mark.django_db
def test_page_says_what_happens_to_a_text_first(client):
    assert "What no rule keeps back appears at once." in first(client)
    assert "a person reads every text" not in first(client)

    careful = ConsultationFactory(moderation="before", title="Trees & paths")

    assert "What no rule keeps back appears at once." in first(client)
    assert "In these consultations a person reads every text before it appears:" in first(client)
    assert f'<a href="{careful.get_absolute_url()}">Trees &amp; paths</a>' in first(client)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("level", "sentence"),
    [
        (1, "For now a person first reads texts with links, and many texts in a row."),
        (2, "For now a person reads every text before it appears."),
        (3, "Nothing new is published for now."),
    ],
)
def test_page_says_what_a_crisis_level_changes(client, moderator, lead, level, sentence):
    crisis = Crisis.ask(level=level, hours=4, banner="Slowly.", reason="An accident.", actor=moderator)
    crisis.approve(actor=lead)

    assert sentence in first(client)


@pytest.mark.django_db
def test_page_says_that_a_caretaker_period_has_everything_read_first(client):
    now = timezone.now()
    CaretakerPeriod.objects.create(
        title="Election", notice="We wait.", starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=9)
    )

    assert "For now a person reads every text before it appears." in first(client)


def promised(client):
    page = client.get(reverse("moderation:policy")).content.decode()
    start = page.index('id="promises"')
    return " ".join(page[start : page.index("</section>", start)].split()).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.django_db
def test_page_promises_what_the_settings_say(client):
    said = promised(client)

    assert "Our moderators work from 9 am to 5 pm, Monday to Friday." in said
    assert (
        "A text that was kept back is read within 4 working hours; within 2 working hours if it may tell private "
        "details, and within 30 working minutes if somebody may be in danger." in said
    )
    assert "A text that a reader reports is looked at within 8 working hours." in said
    assert "You can ask for another look at a decision for 6 months, and are answered within 5 working days." in said


@pytest.mark.django_db
def test_other_settings_are_other_promises_at_once(client):
    promised(client)
    settings = ModerationSettings.load()
    settings.around_the_clock, settings.review_hours, settings.appeal_days = True, 1, 1
    settings.save()

    said = promised(client)

    assert "Our moderators work around the clock." in said
    assert "A text that was kept back is read within 1 hour; within 2 hours" in said
    assert "and are answered within 1 working day." in said


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("weekdays", "0246", "Our moderators work from 9 am to 5 pm, Monday, Wednesday, Friday, Sunday."),
        ("weekdays", "56", "Our moderators work from 9 am to 5 pm, Saturday, Sunday."),
        ("country", "AU", "Our moderators work from 9 am to 5 pm, Monday to Friday, except on public holidays."),
    ],
)
@pytest.mark.django_db
def test_working_days_are_said_as_they_are(client, field, value, sentence):
    settings = ModerationSettings.load()
    setattr(settings, field, value)
    settings.save()

    assert sentence in promised(client)
