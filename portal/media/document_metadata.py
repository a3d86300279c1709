"""Documents without what programs write into them: who wrote them, for whom, with what, and where pictures were taken.

Title, subject and language stay: they are for readers, and screen readers say them. A document that is signed stays as
it is, because any change breaks the signature, and because a signature says who it is on purpose.
"""

import io
import re
import zipfile
import zlib
from xml.etree import ElementTree
from zipfile import ZipFile

from portal.media.document_types import UnfitDocument, content_type_of, opened_office_file
from portal.media.metadata import BrokenPicture, without_metadata
from portal.media.pdf_metadata import without_pdf_metadata

DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
KEPT_ELEMENTS = {f"{DUBLIN_CORE}{name}" for name in ("title", "subject", "language")}
OPEN_DOCUMENT_META = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}meta"
PROPERTY_PARTS = ("docProps/core.xml", "docProps/app.xml", "docProps/custom.xml", "meta.xml")
SIGNATURE_PARTS = ("_xmlsignatures/", "META-INF/documentsignatures.xml")
PICTURES_OF_A_DOCUMENT = re.compile(
    r"(^|/)(media|Pictures|Thumbnails|docProps)/[^/]+\.(jpe?g|png|gif|webp)$", re.IGNORECASE
)
PAGES_OF_A_DOCUMENT = re.compile(r"(^|/)thumbnail\.\w+$", re.IGNORECASE)  # a picture of its first page, at some time
AUTHORS_OF_CHANGES = re.compile(rb'(\sw(?:15)?:(?:author|initials|userId))="[^"]*"')
WORDS_AMONG_COLLEAGUES = re.compile(
    rb"<w:(?:ins|del|moveFrom|moveTo|comment)\s|<text:(?:insertion|deletion|format-change)\b|<office:annotation\b"
)
RTF_INFO = b"{\\info"


def without_document_metadata(data: bytes) -> bytes:
    """Return a document of one of our types without metadata; raise UnfitDocument for what we do not publish."""
    match content_type_of(data):
        case "pdf":
            return without_pdf_metadata(data)
        case "rtf":
            return without_rtf_info(data)
        case "docx" | "xlsx" | "odt" | "ods":
            return without_office_metadata(data)
    return data


def without_office_metadata(data: bytes) -> bytes:
    """Return an office file whose properties are empty and whose pictures have no metadata."""
    out = io.BytesIO()
    try:
        with opened_office_file(data) as archive, ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
            if any(name.startswith(SIGNATURE_PARTS) for name in archive.namelist()):
                return data
            for member in archive.infolist():
                # The time of a member is when its author saved it.
                kept = zipfile.ZipInfo(member.filename)
                kept.compress_type = member.compress_type
                written.writestr(kept, part_without_metadata(member.filename, archive.read(member)))
    except (zipfile.BadZipFile, ElementTree.ParseError, EOFError, zlib.error) as error:
        raise UnfitDocument("damaged") from error
    return out.getvalue()


def part_without_metadata(name: str, content: bytes) -> bytes:
    """Return one part of an office file; raise UnfitDocument for comments and changes that nobody has accepted."""
    if name in PROPERTY_PARTS:
        return without_properties(content)
    if PAGES_OF_A_DOCUMENT.search(name):
        return b""
    if PICTURES_OF_A_DOCUMENT.search(name):
        try:
            return without_metadata(content)
        except BrokenPicture:
            return content
    if name.endswith(".xml"):
        if WORDS_AMONG_COLLEAGUES.search(content):
            raise UnfitDocument("comments")
        return AUTHORS_OF_CHANGES.sub(rb'\1=""', content)
    return content


def without_properties(content: bytes) -> bytes:
    """Return a part with properties of the document, of which only those for readers are left."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise UnfitDocument("damaged")
    root = ElementTree.fromstring(content)  # noqa: S314  (no entities, and expat bounds what is left)
    inner = root.find(OPEN_DOCUMENT_META)
    holder = root if inner is None else inner
    for element in list(holder):
        if element.tag not in KEPT_ELEMENTS:
            holder.remove(element)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def without_rtf_info(data: bytes) -> bytes:
    """Return an RTF file without its group of information."""
    start = data.find(RTF_INFO)
    if start < 0:
        return data
    depth, at = 0, start
    while at < len(data):
        if data[at : at + 1] == b"\\":
            at += 1  # whatever follows is no brace of a group
        elif data[at : at + 1] in b"{}":
            depth += 1 if data[at : at + 1] == b"{" else -1
            if depth == 0:
                return data[:start] + data[at + 1 :]
        at += 1
    raise UnfitDocument("damaged")
