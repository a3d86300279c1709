"""Detectors find passages in texts. Each file of this folder is imported automatically (see `discovery`)."""

from moderation.detectors.discovery import DETECTORS
from moderation.detectors.registry import Context, Detector, Match, detector

__all__ = ["DETECTORS", "Context", "Detector", "Match", "detector"]
