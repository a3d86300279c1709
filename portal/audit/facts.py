"""What may stand in an entry: short, plain values, and never a citizen's text."""

import re
from typing import Any

LONGEST = 200  # characters; a text is longer, or has a digest
ACTION = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*)+")
SUBJECT = re.compile(r"([a-z][a-z_.]*):(\S+)")
LONGEST_ACTION, LONGEST_TYPE, LONGEST_ID = 60, 100, 64


def checked_action(action: str) -> str:
    """Return the action; raise ValueError unless it is a dotted word such as case.decided."""
    if not ACTION.fullmatch(action) or len(action) > LONGEST_ACTION:
        raise ValueError(f"{action!r} is no action: write a dotted word such as case.decided.")
    return action


def split_subject(subject: Any) -> tuple[str, str]:
    """Return type and id of what an entry is about: a stored object, "label:id", or None."""
    if subject is None:
        return "", ""
    if not isinstance(subject, str):
        if subject.pk is None:
            raise ValueError(f"{subject!r} is not stored, so no entry can be about it.")
        subject = f"{subject._meta.label_lower}:{subject.pk}"
    found = SUBJECT.fullmatch(subject)
    if not found or len(found[1]) > LONGEST_TYPE or len(found[2]) > LONGEST_ID:
        raise ValueError(f"{subject!r} is no subject: give an object, or a type and an id such as page:17.")
    return found[1], found[2]


def checked_facts(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the facts as JSON gives them back; raise ValueError for what is not plain, or long enough to be a text."""
    return {_text(name): _value(name, value) for name, value in facts.items()}


def _value(name: str, value: Any) -> Any:
    """Return one value, whatever it holds inside.

    Fractions are refused: databases write the same one in different ways, and the seal is over what is written.
    """
    if value is None or type(value) in (bool, int):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list | tuple):
        return [_value(name, each) for each in value]
    if isinstance(value, dict):
        return checked_facts(value)
    raise ValueError(f"The fact {name!r} is {type(value).__name__}: write text, whole numbers, true, false or null.")


def _text(value: Any) -> str:
    """Return a text as a plain string, if it is short and every database can store it."""
    if not isinstance(value, str):
        raise ValueError(f"{value!r} names no fact: names are text.")
    if len(value) > LONGEST:
        raise ValueError(f"A fact has {len(value)} characters. {LONGEST} are allowed: give a text's text_digest.")
    if "\0" in value:
        raise ValueError("A fact holds a NUL character, which PostgreSQL cannot store.")
    value.encode()  # half a surrogate pair is a UnicodeEncodeError, which is a ValueError
    return str(value)  # a TextChoices value becomes its text
