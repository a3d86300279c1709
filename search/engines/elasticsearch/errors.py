"""Translation of the server's errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from elasticsearch import ApiError, TransportError

from search.language.query import SearchUnavailable


@contextmanager
def translate_errors() -> Iterator[None]:
    """Raise SearchUnavailable for errors of the server or of the connection."""
    try:
        yield
    except ApiError as error:
        raise SearchUnavailable(f"The search server answers {error.status_code} ({error.error}).") from error
    except TransportError as error:
        raise SearchUnavailable(f"The search server cannot be reached ({type(error).__name__}).") from error
