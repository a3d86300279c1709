"""A measure of work that no busy machine changes."""

import gc
import sys


def calls_of(work):
    """Count the calls and returns, of Python and of C, that a piece of work takes."""
    count = 0

    def note(_frame, _event, _argument):
        nonlocal count
        count += 1

    gc.disable()  # Throwing away what earlier tests left is no part of this work.
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
        gc.enable()
    return count
