"""Detectors: each looks at a text and says what it saw. A new file in this folder is found by itself."""

from importlib import import_module
from pkgutil import iter_modules

from moderation.detectors.registry import DETECTORS, Context, Detector, Match, detector

__all__ = ["DETECTORS", "Context", "Detector", "Match", "detector"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
