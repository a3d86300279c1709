"""What breaks the rules of test_house.py, as found here and as listed in house_debts.toml.

Run as a program it writes the list of today.
"""

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import tomli_w

from bench.house import ROOT, imports_of_views, length, modules_by_name, public_names, read

LIST = Path(__file__).with_name("house_debts.toml")
MODULES_OF_A_NAME, LINES_OF_A_FUNCTION, LINES_OF_A_FILE, LETTERS_OF_A_TEMPLATE_LINE = 2, 40, 400, 160

# Constants that say how much, when or which, but not of what: EXPORT_CLAIM_SECONDS, never GRACE.
WITHOUT_SUBJECT = set(
    """AFTER ALIKE ALONE ALWAYS AT AT_ONCE BARE BATCH BEFORE BEGIN BUSY CHUNK CUT DEEPEST EITHER END ENDING ENDS ENOUGH
    EVERY EVERYWHERE EXACTLY FEW FEWEST FIELDS FOUND FRESH GAP GIVEN GLANCE GONE GOOD GRACE HERE IS K KEPT KINDS LARGE
    LARGEST LAST LATELY LATEST LEAST LEVEL LIMIT LIMITS LONG LONGEST LOW MANY MOST NEAR NEVER NONE NOTHING NOTICED NOW
    NUMBER NUMBERS OUGHT OWN PAST PATIENCE PAUSE QUICKEST QUIET RARE REACH REST SAID SAME SAMPLE SELDOM SETTLED SHORT
    SHORTEST SHOWN SIZE SIZES SLIGHTLY SLOW SMALL SOMEBODY SOON SURE T TAKES TELLING THEN TIMEOUT TOLD TRIES UNIT WAIT
    WAYS WHOLE WIDTH WILL WINDOW YOU YOURS Z""".split()
)


@cache
def modules():
    """Return the modules of all packages, read once."""
    return read()


def repeated_names():
    """Return the public names that more than two modules define, and how many do; views and the like aside."""
    found = {name: len(places) for name, places in modules_by_name(modules()).items()}
    return {name: number for name, number in sorted(found.items()) if number > MODULES_OF_A_NAME}


def constants_without_a_subject():
    """Return the constants whose name says of nothing what it is, and how many modules have it."""
    found = Counter(name for module in modules().values() for name in public_names(module) & WITHOUT_SUBJECT)
    return dict(sorted(found.items()))


def long_functions():
    """Return the functions that are too long, with their lines."""
    return {
        f"{module.name}.{function.name}": length(function)
        for module in modules().values()
        for function in module.functions
        if length(function) > LINES_OF_A_FUNCTION
    }


def long_files():
    """Return the modules that are too long, with their lines."""
    ours = [path for folder in ("bench", "ops", "tests") for path in (ROOT / folder).rglob("*.py")]
    paths = [*(module.path for module in modules().values()), *ours]
    lines = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in sorted(paths)}
    return {path: number for path, number in lines.items() if number > LINES_OF_A_FILE}


def long_template_lines():
    """Return the templates with lines that are too long, and how many."""
    found = {}
    for path in sorted((ROOT / "templates").rglob("*.*")):
        number = sum(len(line) > LETTERS_OF_A_TEMPLATE_LINE for line in path.read_text().splitlines())
        if number:
            found[str(path.relative_to(ROOT / "templates"))] = number
    return found


def views_imported_by_others():
    """Return how many views and template tags each module imports that is none itself."""
    return dict(Counter(arrow.partition(" -> ")[0] for arrow in imports_of_views(modules())))


RULES = (
    repeated_names,
    constants_without_a_subject,
    views_imported_by_others,
    long_functions,
    long_files,
    long_template_lines,
)
DEBTS = {find.__name__: find for find in RULES}


def read_debts():
    """Return the list: by rule, what breaks it and how often."""
    return tomllib.loads(LIST.read_text())


if __name__ == "__main__":
    LIST.write_text(tomli_w.dumps({rule: found for rule, find in DEBTS.items() if (found := find())}))
