"""What a document is, by its content: a name says nothing, and a browser that guesses runs what it finds."""

import io
import re
import zipfile
from zipfile import BadZipFile, ZipFile

UNPACKED_BYTES = 200 * 1024 * 1024  # an office file is an archive; one that unpacks to more is meant to do harm
MEMBERS_OF_AN_OFFICE_FILE = 5_000
PDF_START, RTF_START, ZIP_START = b"%PDF-", b"{\\rtf", b"PK\x03\x04"
OPEN_DOCUMENT_TYPES = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
MAIN_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}  # of Microsoft's formats
MACRO_PARTS = re.compile(r"(^|/)(vbaProject\.bin|vbaData\.xml|activeX/|macrosheets/)|^(Basic|Scripts)/", re.IGNORECASE)
PLAIN_TYPES = ("csv", "txt")
# What browsers take for a page, whatever its name is.
MARKUP = re.compile(rb"\s*<(!doctype|html|head|body|script|svg|\?xml|iframe|!--)", re.IGNORECASE)
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
ENCODINGS = ("utf-8-sig", "cp1252")


class UnfitDocument(ValueError):
    """A document that we do not take; `code` says why, as in the error messages of DocumentField."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def refuse_other_content(data: bytes, extension: str) -> None:
    """Raise UnfitDocument unless the content is of the type that the name announces."""
    found = content_type_of(data)
    if found != extension and not (found == "txt" and extension in PLAIN_TYPES):
        raise UnfitDocument("content")


def content_type_of(data: bytes) -> str:
    """Return the extension that fits the content, "txt" for all plain text, "" for what we do not know."""
    if data.startswith(PDF_START):
        return "pdf"
    if data.startswith(RTF_START):
        return "rtf"
    if data.startswith(ZIP_START):
        return office_type_of(data)
    return "txt" if is_plain_text(data) else ""


def office_type_of(data: bytes) -> str:
    """Return the extension of an office file, "" for any other archive; raise UnfitDocument for a harmful one."""
    with opened_office_file(data) as archive:
        names = set(archive.namelist())
        if "mimetype" in names:
            return OPEN_DOCUMENT_TYPES.get(archive.read("mimetype").strip(), "")
        return next((found for part, found in MAIN_PARTS.items() if part in names), "")


def opened_office_file(data: bytes) -> ZipFile:
    """Return the archive, whose members unpack to no more than we can hold; raise UnfitDocument."""
    try:
        archive = ZipFile(io.BytesIO(data))
    except (BadZipFile, NotImplementedError, ValueError) as error:
        raise UnfitDocument("damaged") from error
    members = archive.infolist()
    # Reading stops at the size that a member announces, so what is announced bounds what is unpacked.
    if len(members) > MEMBERS_OF_AN_OFFICE_FILE or sum(each.file_size for each in members) > UNPACKED_BYTES:
        raise UnfitDocument("archive")
    if any(each.flag_bits & 1 for each in members):
        raise UnfitDocument("password")
    if any(each.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for each in members):
        raise UnfitDocument("archive")
    if any(MACRO_PARTS.search(each.filename) for each in members):
        raise UnfitDocument("macros")
    return archive


def is_plain_text(data: bytes) -> bool:
    """Return whether these are letters that no browser takes for a page."""
    if MARKUP.match(data.removeprefix(b"\xef\xbb\xbf")):
        return False
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return is_readable(data, "utf-16")
    return any(is_readable(data, encoding) for encoding in ENCODINGS)


def is_readable(data: bytes, encoding: str) -> bool:
    """Return whether the bytes are text without control characters."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return not CONTROL_CHARACTERS.search(text)
