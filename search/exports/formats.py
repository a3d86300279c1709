"""Export formats that this installation can write."""

from functools import cache
from importlib.util import find_spec
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ExportFormat(NamedTuple):
    """Label and note of a format."""

    label: str
    note: str | Promise


REPORT_FORMAT = "pdf"
EXPORT_FORMATS = {
    "csv": ExportFormat("CSV", _("for any spreadsheet")),
    "xlsx": ExportFormat("XLSX", _("for Excel and LibreOffice, with a cover sheet")),
    "jsonl": ExportFormat("JSON Lines", _("for programs")),
    "parquet": ExportFormat("Parquet", _("for statistics programs")),
    REPORT_FORMAT: ExportFormat("PDF", _("a report with the counts and a sample, to read")),
}


@cache
def available_formats() -> dict[str, ExportFormat]:
    """Return the formats whose libraries are installed."""
    missing = set() if find_spec("pyarrow") else {"parquet"}
    if not can_write_reports():
        missing.add(REPORT_FORMAT)
    return {ending: form for ending, form in EXPORT_FORMATS.items() if ending not in missing}


def can_write_reports() -> bool:
    """Return whether WeasyPrint and Pango are installed; pip cannot install Pango."""
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError):
        return False
    return True
