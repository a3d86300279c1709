"""JSON: a list of objects, an object that holds one, or an object a line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from consultations.intake.encodings import Encoding
from consultations.intake.problems import UnreadableFile
from consultations.intake.tables import Row, Table, holds

Item = dict[str, str]
LONGEST_NUMBER = 1000


def open_json(path: Path, encoding: Encoding, wanted: list[str], chosen: str = "") -> Table:
    """Return the objects of a file as a table: a column for each name, and for names in objects inside (`a.b`).

    ``chosen`` names the list to read, when several have the wanted names.
    """
    text = path.read_text(encoding=encoding.name, errors=encoding.errors).lstrip("\ufeff")
    try:
        found, others = list_in(parsed(text), wanted, path.name, chosen)
        items, row_name = list(enumerate(found, start=1)), "Item"
    except json.JSONDecodeError as error:
        items, row_name = list(lines_of(text, path.name, error)), "Line"
        others = ""
    flat = [(number, dict(flattened(item, path.name, f"{row_name.lower()} {number}"))) for number, item in items]
    headings = list(dict.fromkeys(name for _number, item in flat for name in item))
    if not headings:
        raise UnreadableFile(f"{path.name} holds no objects with anything in them.")

    def read() -> Iterator[Row]:
        return ((number, [item.get(name, "") for name in headings]) for number, item in flat)

    notes = tuple(filter(None, (encoding.note, others)))
    return Table(headings, read, "JSON Lines" if row_name == "Line" else "a list in JSON", row_name, notes)


def parsed(text: str) -> Any:
    """Return what JSON says; a number with more digits than Python converts stays as it is written."""
    return json.loads(text, parse_int=lambda digits: int(digits) if len(digits) < LONGEST_NUMBER else digits)


def lines_of(text: str, name: str, whole: json.JSONDecodeError) -> Iterator[tuple[int, Any]]:
    """Yield (number, object) of each line; raise UnreadableFile, or of the whole if line 1 is none."""
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            if line.strip():
                yield number, parsed(line)
        except json.JSONDecodeError as error:
            place, fault = (whole.lineno, whole) if number == 1 else (number, error)
            raise UnreadableFile(f"{name}, line {place}, is not JSON: {fault.msg}.") from error


def list_in(document: Any, wanted: list[str], name: str, chosen: str = "") -> tuple[list[Any], str]:
    """Return the list of objects in a document, and a note of lists that are not read.

    It is the one with the wanted names, else the longest; raise UnreadableFile when several have them.
    """
    if isinstance(document, list):
        return document, ""
    lists = dict(lists_of_objects(document))
    if not lists:
        if isinstance(document, dict):
            return [document], ""
        raise UnreadableFile(f"{name} holds no list of objects.")
    key = chosen or choose_list(lists, wanted)
    if key not in lists:
        raise UnreadableFile(f"{name} has no list {chosen}. Its lists: {', '.join(lists)}.")
    others = ", ".join(f"“{each}” ({len(found)} objects)" for each, found in lists.items() if each != key)
    return lists[key], others and f"Not read: the lists {others}."


def choose_list(lists: dict[str, list[Any]], wanted: list[str]) -> str:
    """Return the name of the list that has the wanted names."""
    fits = {
        key: holds(list(dict.fromkeys(name for item in found for name in item)), wanted) for key, found in lists.items()
    }
    best = [key for key, count in fits.items() if count == max(fits.values())]
    if len(best) > 1 and max(fits.values()):
        named = ", ".join(f"“{key}”" for key in best)
        raise UnreadableFile(f"Several lists have these names: {named}. Say which one to read, with --sheet.")
    return max(best, key=lambda key: len(lists[key]))


def lists_of_objects(document: Any, prefix: str = "") -> Iterator[tuple[str, list[Any]]]:
    """Yield (name, list) for each list of objects in the objects of a document."""
    for key, value in document.items() if isinstance(document, dict) else ():
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            yield f"{prefix}{key}", value
        else:
            yield from lists_of_objects(value, f"{prefix}{key}.")


def flattened(item: Any, name: str, place: str, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield (name, text) for each value of an object, and of the objects in it."""
    if not isinstance(item, dict):
        raise UnreadableFile(f"{name}, {place}, is no object with names and values.")
    for key, value in item.items():
        if isinstance(value, dict):
            yield from flattened(value, name, place, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", text_of(value)


def text_of(value: Any) -> str:
    """Return a value as a cell would show it."""
    if isinstance(value, list):
        return ", ".join(text_of(each) if not isinstance(each, dict) else json.dumps(each) for each in value)
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: ""}[value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    return str(value)
