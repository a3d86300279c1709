"""What the rules in force say of a text before it is sent."""

import pytest

from consultations import screening
from consultations.models import Kind, Submission
from consultations.submitting.precheck import warnings_of
from moderation.models import Finding, ModerationSettings, PolicyVersion, Screening
from moderation.models.publishing import publish_policy
from moderation.templatetags.announcements import line_of
from tests.call_count import calls_of
from tests.consultations.submitting import comment
from tests.factories import HELD_TEXT

pytestmark = pytest.mark.django_db

CUES = {  # detector: mode, a text that it must see, and one that it must not
    "emergency": ("suggest", "Please call an ambulance, a man has collapsed at the wharf.", "The wharf is cold."),
    "crisis_help": ("hold", "I want to kill myself.", "The wharf is cold."),
    "undisclosed_staff": ("suggest", "The night bus is good as it is.", ""),
}


def draft(consultation, **fields):
    return Submission(kind=Kind.COMMENT, consultation=consultation, **fields)


def with_cues(*names):
    """Put the three cues into force, beside the starter policy's own rules; they may be there already."""
    document = PolicyVersion.current().policy.as_dict()
    kept = [rule for rule in document["rules"] if not set(CUES) & {rule["when"].get("detector")}]
    added = [
        {
            "key": f"try-{name}",
            "clause": document["clauses"][0]["key"],
            "title": name,
            "when": {"detector": name},
            "mode": CUES[name][0],
            "matches": [CUES[name][1]],
            "ignores": [CUES[name][2] or "x"],
            "given": {},
        }
        for name in names
    ]
    from moderation.policy.loading import read_policy

    publish_policy(read_policy(document | {"rules": [*kept, *added]}, try_examples=False))


def kinds(consultation, text, title="", **fields):
    return [each.kind for each in warnings_of(screening.assess(draft(consultation, **fields), title, text))]


def test_what_would_be_held_is_named_with_its_clause(consultation):
    advice = warnings_of(screening.assess(draft(consultation), "", HELD_TEXT))

    number = HELD_TEXT.index("0491")
    assert [(each.kind, each.field, each.start, each.end, each.words) for each in advice] == [
        ("hold", "text", number, number + 12, "0491 570 006")
    ]
    clause = PolicyVersion.current().clause("personal-information") or next(
        each for each in PolicyVersion.current().policy.clauses if each.number == 5
    )
    assert (advice[0].clause, advice[0].title, advice[0].url) == (5, clause.title, "/policy/#clause-5")


def test_asking_writes_nothing(consultation):
    warnings_of(screening.assess(draft(consultation), "", HELD_TEXT))

    assert (Submission.objects.count(), Screening.objects.count(), Finding.objects.count()) == (0, 0, 0)


def test_what_is_only_noted_is_not_told(consultation):
    shouted = "THE NIGHT BUS HAS TO STOP AT THE EAST GATE AND NOWHERE ELSE."

    assert kinds(consultation, shouted) == []


def test_without_a_policy_there_is_no_advice(consultation):
    PolicyVersion.objects.all().delete()

    assert kinds(consultation, HELD_TEXT) == []


def test_an_emergency_is_told_first_with_the_number_to_call(client, consultation):
    with_cues("emergency")
    ModerationSettings.objects.update_or_create(pk=1, defaults={"emergency_number": "000"})
    text = f"{CUES['emergency'][1]} {HELD_TEXT}"

    page = comment(client, consultation, text).content.decode()

    assert kinds(consultation, text)[0] == "emergency"
    assert 'role="alert"' in page
    assert page.index('href="tel:000"') < page.index("Before you send: this would wait")
    assert "This page is not watched." in page


def test_somebody_in_a_bad_way_is_shown_where_to_talk(client, consultation):
    with_cues("crisis_help")
    ModerationSettings.objects.update_or_create(pk=1, defaults={"help_line": "Harbour Line: 1800 000 000\n\nTwo: 2"})

    page = comment(client, consultation, CUES["crisis_help"][1]).content.decode()

    shown = (
        'Harbour Line: <a href="tel:1800000000">1800 000 000</a>',
        "<li>Two: 2</li>",
        "You can still send your text.",
    )
    assert [words in page for words in shown] == [True] * 3
    assert "this would wait for a person" not in page


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("Lifeline: 13 11 14, day and night", "13 11 14"),
        ("Samaritans 116 123", "116 123"),
        ("988 (24/7)", "988"),
        ("Call 1-800-273-8255 from 9-17", "1-800-273-8255"),
        ("Text +44 7911 123456", "+44 7911 123456"),
        ("Open 9-17, room 12", ""),
    ],
)
def test_the_number_in_a_help_line_can_be_called(words, number):
    line = line_of(words)

    assert (line.number, "".join(line)) == (number, words)


def test_staff_who_do_not_say_so_are_told_to_sign_in(client, consultation, officer):
    with_cues("undisclosed_staff")
    ModerationSettings.objects.update_or_create(pk=1, defaults={"staff_domains": "agency.example"})
    text, address = CUES["undisclosed_staff"][1], "ola@agency.example"

    page = comment(client, consultation, text, author_email=address).content.decode()

    assert "You write from an address of ours" in page
    assert kinds(consultation, text, author_email="amira@example.org") == []
    client.force_login(officer)
    assert comment(client, consultation, text, author_email=address).status_code == 302


def test_a_cue_in_the_shadow_tells_nobody(consultation, monkeypatch):
    monkeypatch.setitem(CUES, "emergency", ("shadow", *CUES["emergency"][1:]))
    with_cues("emergency")

    assert kinds(consultation, CUES["emergency"][1]) == []


def test_asking_takes_one_query_and_few_calls(consultation, django_assert_num_queries):
    text = f"{HELD_TEXT} " + "The late shift walks to the east gate because no bus stops there after midnight. " * 8
    warnings_of(screening.assess(draft(consultation), "", text))

    with django_assert_num_queries(1):
        warnings_of(screening.assess(draft(consultation), "", text))
    assert calls_of(lambda: warnings_of(screening.assess(draft(consultation), "", text))) < 25_000
