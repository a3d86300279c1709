import re
from importlib import import_module
from pathlib import Path

import pytest

GLOSSARY = (Path(__file__).resolve().parents[2] / "docs" / "glossary.md").read_text()
ROWS = [
    line.split("|")[1:4] for line in GLOSSARY.splitlines() if line.startswith("| ") and not line.startswith("| word")
]
NAMES = sorted({name for *_words, code in ROWS for name in re.findall(r"`([a-z_]+(?:\.\w+)+)`", code)})


def found(name):
    """Return what a dotted name stands for."""
    try:
        return import_module(name)
    except ModuleNotFoundError:
        module, _dot, attribute = name.rpartition(".")
        return getattr(import_module(module), attribute)


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
