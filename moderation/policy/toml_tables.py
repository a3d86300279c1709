"""Tables of a rule (`when`, `given`, `scope`) as a person reads and types them: TOML, one entry a line."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any

import tomli_w

BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def table_as_toml(table: Mapping[str, Any]) -> str:
    """Return a table as TOML for `read_table`, one entry per line."""
    return "\n".join(f"{_key(name)} = {_inline(value)}" for name, value in table.items())


def read_table(toml: str) -> dict[str, Any]:
    """Return the table that somebody typed, as lines or in braces as the file has it; raise ValueError in words."""
    typed = toml.replace("\r\n", "\n").strip()
    try:
        table = tomllib.loads(f"table = {typed}")["table"] if typed.startswith("{") else tomllib.loads(typed)
    except tomllib.TOMLDecodeError as error:
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
