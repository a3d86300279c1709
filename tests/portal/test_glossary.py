import re
from importlib import import_module
from pathlib import Path

import pytest
from django.contrib.auth.models import Group

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text()
ROWS = [
    line.split("|")[1:4] for line in GLOSSARY.splitlines() if line.startswith("| ") and not line.startswith("| word")
]
OURS = re.compile(r"`((?:portal|consultations|moderation|search)(?:\.\w+)+)(?:\(\))?`")
FOLDERS = re.compile(r"`((?:portal|consultations|moderation|search|tests|docs|bench|ops)/[\w./-]+)`")
TEMPLATES_OF_MESSAGES = {
    *("consultations/author", "consultations/daily_digest", "consultations/follow_asked", "consultations/followed"),
    *(
        "consultations/lost_receipts",
        "consultations/saved_link",
        "consultations/suggestion_answered",
        "consultations/weekly_digest",
        "moderation/report",
        "search/alert",
    ),
}  # keys that look like paths
NAMES = sorted({name for *_words, code in ROWS for name in re.findall(r"`([a-z_]+(?:\.\w+)+)`", code)})


def found(name):
    """Return what a dotted name stands for."""
    try:
        return import_module(name)
    except ModuleNotFoundError:
        owner, _dot, attribute = name.rpartition(".")
        return getattr(found(owner), attribute)


@pytest.mark.parametrize("name", NAMES)
def test_a_word_of_the_glossary_is_in_the_code(name):
    assert found(name) is not None


@pytest.mark.parametrize(("word", "code"), [(word.strip(), code) for word, _meaning, code in ROWS if "(`" in code])
def test_the_field_that_the_glossary_names_exists(word, code):
    name, field = re.fullmatch(r"\s*`([\w.]+)` \(`(\w+)`\)\s*", code).groups()

    assert hasattr(found(name), field)


def test_every_word_stands_in_the_glossary_once():
    words = [word.strip() for word, *_rest in ROWS]

    assert sorted(words) == sorted(set(words))


@pytest.mark.parametrize("page", ["docs/architecture.md", "docs/importing.md", "CONTRIBUTING.md", "README.md"])
def test_what_a_page_for_engineers_names_is_in_the_code(page):
    text = (ROOT / page).read_text()
    folders = {each for each in FOLDERS.findall(text) if "*" not in each} - TEMPLATES_OF_MESSAGES

    assert [name for name in sorted(set(OURS.findall(text))) if found(name) is None] == []
    assert [
        path for path in sorted(folders) if not any((root / path).exists() for root in (ROOT, ROOT / "templates"))
    ] == []


def test_a_role_of_the_glossary_is_a_group_and_each_group_a_role(db):
    [meaning] = [meaning for word, meaning, _code in ROWS if word.strip() == "role"]
    roles = meaning.partition(":")[2].strip().split(", ")

    assert sorted(roles) == sorted(Group.objects.exclude(name="Moderators").values_list("name", flat=True))
