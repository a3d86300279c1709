"""Words and patterns that an agency adds to its rules: not published, and never words of its own consultations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from moderation.detectors import DETECTORS, Context
from moderation.policy.document import Policy, Rule
from moderation.policy.rules import Detects, read_condition
from moderation.text.normalised import Text

OWN_WORD_PARAMETERS = {
    "words": "words",
    "pattern": "patterns",
    "spam_phrases": "phrases",
}  # detector: the parameter with its own words


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What one detector of a rule looks for in words of the agency's own, and nothing else of it."""

    detector: str
    parameters: Mapping[str, Any]
    context: Context

    def found_in(self, raw: str) -> str:
        """Return the first matching passage of a text, or ""."""
        matches = DETECTORS[self.detector].detect(Text(raw), self.context, **self.parameters)
        return next((raw[match.start : match.end] for match in matches), "")


def own_words(rule: Rule) -> list[OwnWords]:
    """Return what a rule looks for in the agency's own words, wherever it has to be seen."""
    leaves = (leaf for leaf, wanted in read_condition(rule.when).leaves() if wanted and isinstance(leaf, Detects))
    return [alone for leaf in leaves for alone in _alone(leaf)]


def has_own_words(rule: Rule) -> bool:
    """Return whether any part of a rule's condition has words or patterns of the agency."""
    leaves = [leaf for leaf, _ in read_condition(rule.when).leaves() if isinstance(leaf, Detects)]
    return any(leaf.parameters.get(OWN_WORD_PARAMETERS.get(leaf.name, "")) for leaf in leaves)


def without_own_words(policy: Policy) -> tuple[Rule, ...]:
    """Return the rules without words or patterns of the agency, which may be published in full."""
    return tuple(rule for rule in policy.rules if not has_own_words(rule))


def _alone(leaf: Detects) -> Iterator[OwnWords]:
    own = leaf.parameters.get(OWN_WORD_PARAMETERS.get(leaf.name, ""))
    if not own:
        return
    if leaf.name == "pattern":
        yield OwnWords("pattern", leaf.parameters, Context())
    else:
        languages = leaf.parameters.get("languages") or ("en",)
        yield OwnWords("words", {"words": own}, Context(language=languages[0]))
