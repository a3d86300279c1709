"""A detector is not asked about a text without its hint: whatever it finds, the hint is there."""

import pytest

from moderation.detectors import DETECTORS, Context
from moderation.policy.loading import STARTER_POLICY, load_policy
from moderation.policy.rules import Look
from moderation.text.normalised import Text

DISGUISED = [
    "Ring me on ０４９１ ５７０ ００６.",
    "Ring me on ٠٤٩١ ٥٧٠ ٠٠٦.",
    "Ring me on 0491\u200b 570\u200b 006.",
    "Write to jane＠example.org.",
    "Write to jane (at) example (dot) org.",
    "Write to jane [a\u200bt] example [dot] org.",
    "I live at 12 Acacia Avenue.",
    "Look at https://bit.ly/x, http://t.co/y and www.example.org/z.",
    "My card is 4111 1111 1111 1111, my account DE89 3704 0044 0532 0130 00, my tax file number 123 456 782.",
]


@pytest.fixture(scope="module")
def texts():
    rules = load_policy(STARTER_POLICY).rules
    return [*DISGUISED, *(example for rule in rules for example in (*rule.matches, *rule.ignores))]


@pytest.mark.parametrize("name", [name for name, detector in DETECTORS.items() if detector.hint])
def test_what_a_detector_finds_has_its_hint(name, texts):
    detector, context = DETECTORS[name], Context()
    found = [raw for raw in texts if list(detector.detect(Text(raw), context))]

    assert found
    assert [raw for raw in found if not Look(Text(raw), context, "text").holds(detector.hint)] == []


@pytest.mark.parametrize("name", [name for name, detector in DETECTORS.items() if detector.fact])
def test_detector_finds_nothing_without_its_fact(name, texts):
    assert not getattr(Context(), DETECTORS[name].fact)
    assert [raw for raw in texts if list(DETECTORS[name].detect(Text(raw), Context()))] == []
