"""What search keeps beside the index: what officers read, tags, saved searches, and documents an index refused."""

from search.models.export import Export
from search.models.poison import PoisonDocument
from search.models.read_mark import ReadAction, ReadMark
from search.models.rebuild import Rebuild
from search.models.saved import SavedSearch
from search.models.tags import Tag, TagAction, Tagging
from search.models.token import ApiToken
from search.models.verification import Verification

__all__ = [
    "ApiToken",
    "Export",
    "PoisonDocument",
    "ReadAction",
    "ReadMark",
    "Rebuild",
    "SavedSearch",
    "Tag",
    "TagAction",
    "Tagging",
    "Verification",
]
