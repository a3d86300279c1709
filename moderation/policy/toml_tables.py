"""Tables of a rule (`when`, `given`, `scope`) as a person reads and types them: TOML, one entry a line."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any

import tomli_w

from portal.http.signs import value_without_controls

DEEPEST_TABLE = 20  # of a condition inside a condition; six are a lot
TOO_DEEP = "too much stands inside of each other"
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def read_toml(toml: str) -> dict[str, Any]:
    """Return a TOML text as plain data, without signs that no table can hold; raise ValueError in words.

    A number of thousands of digits and brackets in brackets without end are told, too.
    """
    try:
        data: dict[str, Any] = value_without_controls(tomllib.loads(toml))
    except RecursionError as error:
        raise ValueError(TOO_DEEP) from error
    if deeper_than(data, DEEPEST_TABLE):
        raise ValueError(TOO_DEEP)
    return data


def deeper_than(value: Any, levels: int) -> bool:
    """Return whether more tables and lists than this stand in each other."""
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(deeper_than(each, levels - 1) for each in inner)


def table_as_toml(table: Mapping[str, Any]) -> str:
    """Return a table as TOML for `read_table`, one entry per line."""
    return "\n".join(f"{_key(name)} = {_inline(value)}" for name, value in table.items())


def read_table(toml: str) -> dict[str, Any]:
    """Return the table that somebody typed, as lines or in braces as the file has it; raise ValueError in words."""
    typed = toml.replace("\r\n", "\n").strip()
    try:
        table = read_toml(f"table = {typed}")["table"] if typed.startswith("{") else read_toml(typed)
    except ValueError as error:
        raise ValueError(f"this is not TOML: {error}") from error
    plain: dict[str, Any] = _plain(table)
    return plain


def _plain(value: Any) -> Any:
    """Return the value with days as text, which is how rules hold them."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def _key(name: str) -> str:
    return name if BARE_KEY.fullmatch(name) else _scalar(name)


def _inline(value: Any) -> str:
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(name)} = {_inline(each)}" for name, each in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_inline(each) for each in value)}]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    return tomli_w.dumps({"x": value}).removeprefix("x = ").rstrip("\n")
