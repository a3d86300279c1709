import json
from dataclasses import replace

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command

from consultations.languages import language_of
from consultations.markup import plain_from_markup
from moderation.models import ModerationSettings, PolicyDraft, PolicyVersion
from tests.factories import policy_draft, submission_to
from tests.moderation.policy.drafts import TRAMS, draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "texts.csv"
    path.write_text("id,said\n1,Ring me on 0491 570 006.\n2,The tram is late.\n3,The bus is late.\n", encoding="utf-8")
    return path


@pytest.fixture
def screened(capsys):
    def screen(*arguments):
        call_command("screen_texts", *map(str, arguments), "--column=said")
        printed = capsys.readouterr()
        return [json.loads(line) for line in printed.out.splitlines()], printed.err.splitlines()[-1]

    return screen


def actions(rows):
    return [row["action"] for row in rows]


def test_a_row_tells_what_each_rule_saw(file, screened):
    rows, said = screened(file)

    phone = {
        "rule": "phone-number",
        "clause": "personal-information",
        "detector": "phone",
        "action": "hold",
        "start": 11,
        "end": 23,
        "words": "0491 570 006",
        "explanation": "Looks like an Australian phone number.",
    }
    first = {"row": rows[0]["row"], "action": "hold", "findings": [phone]}
    assert rows[0] == first
    assert (actions(rows), said) == (["hold", "publish", "publish"], "1 hold, 2 publish")


def test_a_policy_file_is_tried(file, screened, tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text(draft(TRAMS, without=["phone-number"]).as_toml(), encoding="utf-8")

    rows, _said = screened(file, "--policy", path)
    assert actions(rows) == ["publish", "hold", "publish"]


def test_the_draft_is_tried_as_it_was_last_saved(file, screened, lead):
    policy_draft(actor=lead)
    policy_draft(actor=lead, rules=(*PolicyVersion.current().policy.rules, TRAMS))

    rows, _said = screened(file, "--draft")
    assert actions(rows) == ["hold", "hold", "publish"]


def test_what_changes_against_the_policy_in_force_is_compared(file, screened, lead):
    policy_draft(actor=lead, rules=draft(TRAMS, without=["phone-number"]).rules)

    rows, said = screened(file, "--draft", "--compare")
    assert [(row["was"], row["action"]) for row in rows] == [
        ("hold", "publish"),
        ("publish", "hold"),
        ("publish", "publish"),
    ]
    assert said == "1 hold, 2 publish, 1 newly held, 1 newly released"


def test_without_a_draft_the_command_says_so(file):
    with pytest.raises(CommandError, match="Nobody is writing a draft"):
        call_command("screen_texts", str(file), "--column=said", "--draft")


def test_a_faulty_draft_is_named(file, lead):
    policy_draft(actor=lead, rules=(replace(TRAMS, matches=("A bus.",)),))
    assert PolicyDraft.objects.count() == 1

    with pytest.raises(CommandError, match=r"does not match its example “A bus\.”"):
        call_command("screen_texts", str(file), "--column=said", "--draft")


def test_a_file_and_the_draft_cannot_be_tried_at_once(file, tmp_path):
    with pytest.raises(CommandError, match="not allowed with"):
        call_command("screen_texts", str(file), "--column=said", "--draft", f"--policy={tmp_path}")


def test_copies_within_the_file_count_for_both_policies(tmp_path, screened):
    path = tmp_path / "letters.csv"
    letter = "Please keep the night bus through the east gate."
    path.write_text("said\n" + f"{letter}\n" * 5, encoding="utf-8")

    rows, _said = screened(path, "--compare")
    assert [(row["action"], row["was"]) for row in rows] == [("publish", "publish")] * 3 + [("note", "note")] * 2


EVERYWHERE = [
    "Ring me on 0491 570 006 about the night bus.",
    "Ruf mich unter 030 23125 014 an, dann reden wir über die Buslinie am Abend.",
    "Appelez-moi au 01 99 00 12 34, nous parlerons du bus de nuit et du vélo.",
    "Der Nachtbus ist zu spät, und die Haltestelle am Osttor ist seit Wochen gesperrt.",
    "Los autobuses nocturnos llegan siempre tarde a la puerta este de la ciudad.",
    "夜のバスがいつも遅れます。東門の停留所をもっと明るくしてください。",
    "I don&rsquo;t agree.<br/>Mail bus@example.org",
]


@pytest.mark.parametrize(
    "agency", [{}, {"phone_regions": "DE FR", "languages": "de es", "maximum_length": 60, "own_domains": "example.org"}]
)
def test_a_file_is_judged_as_the_website_judges(consultation, tmp_path, screened, agency):
    ModerationSettings.objects.update_or_create(pk=ModerationSettings.load().pk, defaults=agency)
    cache.clear()
    (tmp_path / "texts.csv").write_text("said\n" + "".join(f'"{text}"\n' for text in EVERYWHERE))

    rows, _said = screened(tmp_path / "texts.csv", f"--consultation={consultation.slug}")

    def findings(text):
        sent = submission_to(consultation, text, language=language_of(text, "en"))
        seen = sent.current.screenings.get().findings.order_by("id")
        return list(seen.values_list("rule", "action", "start", "end"))

    assert [
        [(found["rule"], found["action"], found["start"], found["end"]) for found in row["findings"]] for row in rows
    ] == [findings(plain_from_markup(text)) for text in EVERYWHERE]
