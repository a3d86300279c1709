"""Validation of entries: short, plain values, never a citizen's text."""

import re
from typing import Any

MAX_FACT_CHARACTERS = 200  # characters; a text is longer, or has a digest
ACTION_PATTERN = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*)+")
SUBJECT_PATTERN = re.compile(r"([a-z][a-z_.]*):(\S+)")
MAX_ACTION_CHARACTERS, MAX_TYPE_CHARACTERS, MAX_ID_CHARACTERS = 60, 100, 64


def validate_action(action: str) -> str:
    """Return the action; raise ValueError unless it is a dotted word such as case.decided."""
    if not ACTION_PATTERN.fullmatch(action) or len(action) > MAX_ACTION_CHARACTERS:
        raise ValueError(f"{action!r} is no action: write a dotted word such as case.decided.")
    return action


def split_subject(subject: Any) -> tuple[str, str]:
    """Return (type, id) of a stored object, of "label:id", or of None; raise ValueError for anything else."""
    if subject is None:
        return "", ""
    if not isinstance(subject, str):
        if subject.pk is None:
            raise ValueError(f"{subject!r} is not stored, so no entry can be about it.")
        subject = f"{subject._meta.label_lower}:{subject.pk}"
    found = SUBJECT_PATTERN.fullmatch(subject)
    if not found or len(found[1]) > MAX_TYPE_CHARACTERS or len(found[2]) > MAX_ID_CHARACTERS:
        raise ValueError(f"{subject!r} is no subject: give an object, or a type and an id such as page:17.")
    return found[1], found[2]


def validate_facts(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the facts as JSON returns them; raise ValueError for values that are not plain or too long."""
    return {_text(name): _value(name, value) for name, value in facts.items()}


def _value(name: str, value: Any) -> Any:
    """Return one valid value, nested values included.

    Floats are refused: databases store the same float differently, and the seal covers the stored value.
    """
    if value is None or type(value) in (bool, int):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list | tuple):
        return [_value(name, each) for each in value]
    if isinstance(value, dict):
        return validate_facts(value)
    raise ValueError(f"The fact {name!r} is {type(value).__name__}: write text, whole numbers, true, false or null.")


def _text(value: Any) -> str:
    """Return a plain string of at most ``MAX_FACT_CHARACTERS`` that every database can store."""
    if not isinstance(value, str):
        raise ValueError(f"{value!r} names no fact: names are text.")
    if len(value) > MAX_FACT_CHARACTERS:
        raise ValueError(
            f"A fact has {len(value)} characters. {MAX_FACT_CHARACTERS} are allowed: give a text's text_digest."
        )
    if "\0" in value:
        raise ValueError("A fact holds a NUL character, which PostgreSQL cannot store.")
    value.encode()  # half a surrogate pair is a UnicodeEncodeError, which is a ValueError
    return str(value)  # a TextChoices value becomes its text
