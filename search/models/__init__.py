"""What search keeps beside the index: what officers read, tags, saved searches, and documents an index refused."""

from search.models.poison import PoisonDocument
from search.models.reading import Reading
from search.models.saved import SavedSearch
from search.models.tags import Tag, TagAction, Tagging

__all__ = ["PoisonDocument", "Reading", "SavedSearch", "Tag", "TagAction", "Tagging"]
