"""What an officer can choose among: the formats whose library is here."""

from functools import cache
from importlib.util import find_spec
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _


class Format(NamedTuple):
    """A format's name, and for whom it is."""

    label: str
    note: str


REPORT = "pdf"
FORMATS = {
    "csv": Format("CSV", _("for any spreadsheet")),
    "xlsx": Format("XLSX", _("for Excel and LibreOffice, with a cover sheet")),
    "jsonl": Format("JSON Lines", _("for programs")),
    "parquet": Format("Parquet", _("for statistics programs")),
    REPORT: Format("PDF", _("a report with the counts and a sample, to read")),
}


@cache
def offered() -> dict[str, Format]:
    """Return the formats that this installation can write."""
    missing = set() if find_spec("pyarrow") else {"parquet"}
    if not report_possible():
        missing.add(REPORT)
    return {ending: form for ending, form in FORMATS.items() if ending not in missing}


def report_possible() -> bool:
    """Tell whether reports can be set: WeasyPrint is there, and so is Pango, which pip cannot bring."""
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError):
        return False
    return True
