"""What a detector is, and the table of them all."""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

ANY_DIGIT = re.compile(r"\d")
SCREENED_FIELDS = ("title", "text", "name")  # The parts of a submission; `name` is the one its author wants shown.


@dataclass(frozen=True, slots=True)
class Context:
    """What a detector may know beside the text itself."""

    consultation: str = ""  # its slug
    kind: str = "comment"
    language: str = "en"
    channel: str = "website"
    today: date | None = None
    crisis_level: int = 0
    signed_in: bool = False
    staff: bool = False  # The author's account is one of our own, and the text will say so.
    published: int = 0  # How many texts of the author are public already.
    author_domain: str = ""  # Of the author's e-mail address, small letters.
    staff_domains: tuple[str, ...] = ()
    public_people: tuple[str, ...] = ()  # Names of staff and elected people that nobody else may go by.
    topic: Mapping[str, float] = field(default_factory=dict)  # Word of the consultation: its weight.
    regions: tuple[str, ...] = ("AU", "NZ", "GB", "US")
    own_contacts: tuple[str, ...] = ()  # The agency's addresses and numbers; "@agency.example" is a whole domain.
    own_domains: tuple[str, ...] = ()  # Links there never count.
    copies: int = 0  # How many other submissions to the consultation carry the same fingerprint,
    own_copies: int = 0  # and how many of those are by the same author.
    near_copies: int = (
        0  # How many others, in any consultation, say nearly the same; copies here are not counted twice.
    )
    maximum_length: int = 5000
    readable: tuple[str, ...] = ()  # Languages that moderators read; empty when nobody has said.


@dataclass(frozen=True, slots=True)
class Match:
    """What a detector saw: a span of the raw text in code points, and one plain sentence about it for the author.

    `advice` is the sentence for staff, where theirs is another one: the author never reads it. `most` is the highest
    mode that a rule may have on account of this match.
    """

    start: int
    end: int
    explanation: str
    advice: str = ""
    most: str = "hold"


Detect = Callable[..., Iterable[Match]]


@dataclass(frozen=True, slots=True)
class Detector:
    """A named way to look at a text.

    `parameters` holds the defaults; `fields` the parts of a submission it reads; `check` raises ValueError for
    parameters that cannot work. `most` is the highest mode that a rule with it may have: what a text is about, or how
    many people say it, is no reason to hold it.

    Most texts are plain, and most detectors have nothing to look for in them. `hint` is a pattern without which, in the
    raw text and in its base, the detector finds nothing; `fact` names an entry of the context without which it finds
    nothing.
    """

    name: str
    detect: Detect
    parameters: Mapping[str, Any]
    fields: tuple[str, ...] = SCREENED_FIELDS
    check: Callable[..., None] | None = None
    most: str = "hold"
    hint: re.Pattern[str] | None = None
    fact: str = ""

    def frozen_parameters(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return parameters fit to call with; raise ValueError for one that is unknown or of the wrong type."""
        for name, value in parameters.items():
            if name not in self.parameters:
                known = ", ".join(self.parameters) or "none"
                raise ValueError(f"the detector {self.name} has no parameter {name} (it has: {known})")
            if not _is_like(value, self.parameters[name]):
                raise ValueError(f"the parameter {name} of the detector {self.name} cannot be {value!r}")
        frozen = {name: tuple(v) if isinstance(v, list) else v for name, v in parameters.items()}
        if self.check:
            self.check(**frozen)
        return frozen


def _is_like(value: Any, default: Any) -> bool:
    if isinstance(default, tuple):
        return isinstance(value, list | tuple) and all(isinstance(part, str) for part in value)
    if isinstance(default, bool) or isinstance(value, bool):
        return type(value) is type(default)
    if isinstance(default, float):
        return isinstance(value, int | float)
    return isinstance(value, type(default))


_DETECTORS: dict[str, Detector] = {}
DETECTORS: Mapping[str, Detector] = MappingProxyType(_DETECTORS)


def detector(
    *,
    fields: tuple[str, ...] = SCREENED_FIELDS,
    check: Callable[..., None] | None = None,
    most: str = "hold",
    hint: re.Pattern[str] | None = None,
    fact: str = "",
) -> Callable[[Detect], Detect]:
    """Register a function as the detector of its name; its keyword-only arguments are the parameters."""

    def register(detect: Detect) -> Detect:
        name = detect.__name__
        signature = inspect.signature(detect).parameters.values()
        defaults = {p.name: p.default for p in signature if p.kind is p.KEYWORD_ONLY}
        _DETECTORS[name] = Detector(name, detect, MappingProxyType(defaults), fields, check, most, hint, fact)
        return detect

    return register
