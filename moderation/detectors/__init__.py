"""Detectors: each looks at a text and says what it saw. A new file in this folder is found by itself."""

from moderation.detectors.discovery import DETECTORS
from moderation.detectors.registry import Context, Detector, Match, detector

__all__ = ["DETECTORS", "Context", "Detector", "Match", "detector"]
