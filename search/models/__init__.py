"""What search keeps beside the index."""

from search.models.export import Export, ExportTaken
from search.models.poison import PoisonDocument
from search.models.token import ApiToken
from search.models.verification import Rebuild, Verification

__all__ = ["ApiToken", "Export", "ExportTaken", "PoisonDocument", "Rebuild", "Verification"]
