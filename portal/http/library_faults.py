"""Views of libraries, which read what only their own pages send, and break over anything else.

Wagtail's editor raises KeyError where a field is missing, and ValueError over a word in the place of a number. Whoever
sends that gets the page for what cannot be read, and the log a line without what was sent. A fault of ours stays one.
"""

import logging
from pathlib import Path
from traceback import extract_tb

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch

from portal.http.refusals import refuse_input

logger = logging.getLogger(__name__)
UNFIT_VALUES = (
    ValueError, LookupError, OverflowError, RecursionError, DataError, ValidationError, NoReverseMatch,
)  # fmt: skip
UNFIT_FIELDS = (TypeError, AttributeError)  # of a value only while a form is read
READING_A_FORM = ("full_clean", "_clean_fields", "value_from_datadict", "decompress")
LIBRARIES = "site-packages"


def answer_to_unfit_input(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """Return a page with status 400 if a library's view broke over what was sent; None for every other error."""
    frames = extract_tb(error.__traceback__)
    below_view = [frame for frame in frames if not is_middleware(frame.filename)]
    if any(is_ours(frame.filename) for frame in below_view):
        return None
    reads_form = any(frame.name in READING_A_FORM for frame in frames)
    is_missing = isinstance(error, AttributeError) and error.obj is None  # what a form of theirs always brings
    if not (isinstance(error, UNFIT_VALUES) or is_missing or (reads_form and isinstance(error, UNFIT_FIELDS))):
        return None
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    logger.warning("%s broke over what was sent: %s at %s", view_name_of(request), type(error).__name__, place)
    return refuse_input(request, 400, type(error).__name__)


def view_name_of(request: HttpRequest) -> str:
    """Return the name of the address that a request is answered by."""
    return request.resolver_match.view_name if request.resolver_match else ascii(request.path[:200])


def is_ours(file: str) -> bool:
    """Return whether a file is part of this project."""
    return file.startswith(str(settings.BASE_DIR)) and LIBRARIES not in file


def is_middleware(file: str) -> bool:
    """Return whether a file holds a middleware that calls views itself."""
    return is_ours(file) and Path(file).name in ("input_bounds.py", "page_changes.py")
