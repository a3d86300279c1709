"""What search stores in the database: marks, tags, codes, saved searches, exports, tokens, records of the index."""

from search.models.coding import Code, Coding, CodingFrame, FrameVersion
from search.models.export import Export
from search.models.index_state import IndexState
from search.models.poison import PoisonDocument
from search.models.read_mark import ReadAction, ReadMark
from search.models.rebuild import Rebuild
from search.models.saved import SavedSearch
from search.models.tags import Tag, TagAction, Tagging
from search.models.token import ApiToken
from search.models.verification import Verification

__all__ = [
    "ApiToken",
    "Code",
    "Coding",
    "CodingFrame",
    "Export",
    "FrameVersion",
    "IndexState",
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
