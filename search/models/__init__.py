"""What search keeps beside the index: what it could not take in, and what officers asked to take away."""

from search.models.export import Export, ExportTaken
from search.models.poison import PoisonDocument

__all__ = ["Export", "ExportTaken", "PoisonDocument"]
