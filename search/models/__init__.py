"""What search keeps beside the index."""

from search.models.poison import PoisonDocument

__all__ = ["PoisonDocument"]
