"""A coding frame as a file: taken away as JSON, and taken in by another frame."""

import json

from django.utils.translation import gettext as _

from consultations.plain_text import plain, plain_name
from search.models import Code
from search.models.coding import LONGEST_CODE_NAME, LONGEST_DEFINITION, MAX_CODES

MAX_FILE_BYTES = 500_000
FORMAT = "parley coding frame 1"


class FrameFileError(Exception):
    """A file is no coding frame; the message says why."""


def frame_as_json(frame):
    """Return the own codes of a frame in use, in order, as the text of a file."""
    own = frame.codes_in_use.filter(purpose=Code.Purpose.OWN)
    codes = [{"name": code.name, "definition": code.definition} for code in own]
    return json.dumps({"format": FORMAT, "codes": codes}, ensure_ascii=False, indent=2) + "\n"


def codes_in_file(data: bytes):
    """Return (name, definition) of each code in a file; raise FrameFileError for anything else."""
    try:
        read = json.loads(data)
        codes = [(code["name"], code.get("definition", "")) for code in read["codes"]]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise FrameFileError(_("This is not the file of a coding frame.")) from None
    if len(codes) > MAX_CODES:
        raise FrameFileError(_("A frame has %d codes at most.") % MAX_CODES)
    return [checked_code(number, *code) for number, code in enumerate(codes, 1)]


def checked_code(number, name, definition):
    """Return a code as it is kept; raise FrameFileError for one that cannot be."""
    if not (isinstance(name, str) and isinstance(definition, str)):
        raise FrameFileError(_("Code %d of the file has no name in words.") % number)
    name, definition = plain_name(name), plain(definition)
    if not name:
        raise FrameFileError(_("Code %d of the file has no name.") % number)
    if len(name) > LONGEST_CODE_NAME or len(definition) > LONGEST_DEFINITION:
        raise FrameFileError(_("Code %d of the file is too long.") % number)
    return name, definition
