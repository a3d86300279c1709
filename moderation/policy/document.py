"""The agency's policy as values: what people read, and the rules behind it."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date
from typing import Any

import tomli_w

from moderation.detectors import Context

MACHINE_ACTIONS = ("publish", "note", "hold")  # What a machine may do alone, from the mildest to the most restrictive.
RULE_MODES = ("off", "shadow", "suggest", "hold")  # How far a rule may go.
CLAUSE_REMEDIES = ("edit", "redact", "none")
TOMBSTONE_CHOICES = ("public", "hidden")
LEGAL_GROUNDS = ("INCOMPATIBLE_CONTENT", "ILLEGAL_CONTENT")
SEVERITY_RANGE = range(5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the policy page that is no clause: hours, records, how to ask for another look."""

    key: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One numbered thing that we ask of people who take part.

    `remedy` is what puts it right: the author edits, we redact, or nothing does. `tombstone` says whether readers
    are told the reason for a missing text. `auto_max` is the most that a machine may do alone; `second_opinion` asks
    for two people before a text is refused under it. A clause that `viewpoint` marks is about opinions or topics, so
    no rule of it may hold. `reasons` holds the reason in other languages. `ground` and `category` are the words of
    the EU's Transparency Database.
    """

    key: str
    number: int
    title: str
    text: str
    allowed: tuple[str, ...]
    not_allowed: tuple[str, ...]
    severity: int
    remedy: str
    reason: str
    tombstone: str
    legal_basis: str = ""
    auto_max: str = "hold"
    second_opinion: bool = False
    viewpoint: bool = False
    reasons: Mapping[str, str] = field(default_factory=dict)
    ground: str = "INCOMPATIBLE_CONTENT"
    category: str = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"

    def reason_in(self, language: str) -> str:
        """Return the reason in a language, else in the policy's own."""
        return " ".join(self.reasons.get(language, self.reason).split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where and when a rule applies; what is empty does not limit it."""

    consultations: tuple[str, ...] = ()  # slugs
    channels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    since: str = ""  # The first day, as 2027-03-01,
    until: str = ""  # and the last.
    crisis_level: int = 0  # From this level up.

    def covers(self, context: Context) -> bool:
        """Return whether the rule applies to a submission."""
        today = context.today.isoformat() if context.today else ""
        return (
            (not self.consultations or context.consultation in self.consultations)
            and (not self.channels or context.channel in self.channels)
            and (not self.languages or context.language in self.languages)
            and (not (self.since and today) or today >= self.since)
            and (not (self.until and today) or today <= self.until)
            and context.crisis_level >= self.crisis_level
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A condition bound to a clause, with texts that it must match and texts that it must ignore.

    `mode` says how far it may go: `shadow` only counts, `suggest` publishes with a note, `hold` waits for a person.
    `given` is the context in which the examples are tried. `explain` is what staff read of a finding, and
    `tell_author` what its author reads; each takes the place of the detector's own sentence. After the day `review_by`
    somebody has to look whether the rule is still wanted.
    """

    key: str
    clause: str
    title: str
    when: Mapping[str, Any]
    mode: str
    matches: tuple[str, ...]
    ignores: tuple[str, ...]
    explain: str = ""
    tell_author: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)
    scope: Mapping[str, Any] = field(default_factory=dict)
    owner: str = ""
    review_by: str = ""

    def is_overdue(self, today: date | None) -> bool:
        """Return whether the day of its review has passed; it then only counts."""
        return bool(self.review_by and today and today > date.fromisoformat(self.review_by))

    def mode_on(self, today: date | None) -> str:
        """Return the mode on a day."""
        return "shadow" if self.is_overdue(today) else self.mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The whole policy."""

    title: str
    introduction: str
    emergency: str
    sections: tuple[Section, ...]
    clauses: tuple[Clause, ...]
    rules: tuple[Rule, ...]
    language: str = "en"

    def as_dict(self) -> dict[str, Any]:
        """Return plain lists, dictionaries, text and numbers, fit for JSON and for `read_policy`."""
        plain: dict[str, Any] = _plain(self)
        return plain

    def as_toml(self) -> str:
        """Return the policy as a file that `load_policy` reads; what has its usual value is left out."""
        return tomli_w.dumps(_plain(self, brief=True), multiline_strings=True)

    def clause(self, key: str) -> Clause | None:
        """Return a clause by its key; None when there is none of that name."""
        return next((clause for clause in self.clauses if clause.key == key), None)


def _plain(value: Any, *, brief: bool = False) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {
            each.name: _plain(getattr(value, each.name), brief=brief)
            for each in fields(value)
            if not (brief and getattr(value, each.name) == usual(each))
        }
    if isinstance(value, Mapping):
        return {key: _plain(inner, brief=brief) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner, brief=brief) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def usual(each: Any) -> Any:
    """Return the value that a field has when nobody gives one; MISSING when somebody must."""
    return each.default_factory() if each.default_factory is not MISSING else each.default
