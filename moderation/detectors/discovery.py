"""Imports every module of this folder, which registers its detectors."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from moderation.detectors.registry import DETECTORS

__all__ = ["DETECTORS"]

for _module in iter_modules([str(Path(__file__).parent)]):
    import_module(f"{__package__}.{_module.name}")
