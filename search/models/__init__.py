"""What search keeps beside the index: what it refused, how it was proven and made anew, the keys of officers' tools."""

from search.models.poison import PoisonDocument
from search.models.token import ApiToken
from search.models.verification import Rebuild, Verification

__all__ = ["ApiToken", "PoisonDocument", "Rebuild", "Verification"]
