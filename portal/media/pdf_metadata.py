"""PDF files without the names of those who wrote them."""

import io
from collections.abc import Iterator
from xml.etree import ElementTree

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, PdfObject, StreamObject

from portal.media.document_types import UnfitDocument
from portal.media.metadata import BrokenPicture, drawing_parts

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
XMP_PACKET = b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>\n%s\n<?xpacket end="w"?>'
# For readers, and what says that a file keeps to PDF/UA or PDF/A.
KEPT_XMP_NAMES = {"http://purl.org/dc/elements/1.1/": {"title", "language", "subject"}}
KEPT_XMP_SPACES = ("http://www.aiim.org/pdfua/ns/id/", "http://www.aiim.org/pdfa/ns/id/")
ACTIVE_NAMES = ("/EmbeddedFiles", "/JavaScript")
FIELD_OF_A_FORM = "/Widget"


def without_pdf_metadata(data: bytes) -> bytes:
    """Return a PDF file with its title, its structure and nothing about its authors; raise UnfitDocument."""
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise UnfitDocument("password")
        writer = PdfWriter(clone_from=reader)
        clean(writer, title=str(reader.metadata.title or "") if reader.metadata else "")
        out = io.BytesIO()
        writer.write(out)
        return data if is_signed(reader) else out.getvalue()
    except UnfitDocument:
        raise
    except Exception as error:
        raise UnfitDocument("damaged") from error


def is_signed(reader: PdfReader) -> bool:
    """Return whether the file carries a signature."""
    form = reader.root_object.get("/AcroForm")
    return bool(form and int(form.get_object().get("/SigFlags", 0)) & 1)


def clean(writer: PdfWriter, *, title: str) -> None:
    """Take out who made the file and its parts; raise UnfitDocument if it carries files or scripts."""
    root = writer.root_object
    names = root.get("/Names", DictionaryObject()).get_object()
    if "/AA" in root or any(name in names for name in ACTIVE_NAMES):
        raise UnfitDocument("attached")
    described = root["/Metadata"].get_object() if "/Metadata" in root else None
    kept = kept_xmp(described.get_data()) if isinstance(described, StreamObject) else None
    # pypdf has no public way to all objects of a file: pages, pictures and fonts can each have metadata.
    for thing in filter(None, writer._objects):
        for dictionary in dictionaries_in(thing):
            clean_object(dictionary)
    if kept is not None:
        packet = StreamObject()
        packet.set_data(kept)
        packet.update({NameObject("/Type"): NameObject("/Metadata"), NameObject("/Subtype"): NameObject("/XML")})
        root[NameObject("/Metadata")] = writer._add_object(packet)
    writer.metadata = {"/Title": title} if title else {}
    writer.compress_identical_objects(remove_duplicates=False, remove_unreferenced=True)


def dictionaries_in(thing: PdfObject) -> Iterator[DictionaryObject]:
    """Yield a dictionary and those that stand directly in it; what it refers to is an object of its own."""
    waiting = [thing]
    while waiting:
        found = waiting.pop()
        if isinstance(found, DictionaryObject):
            yield found
            waiting += found.values()
        elif isinstance(found, ArrayObject):
            waiting += found


def clean_object(thing: DictionaryObject) -> None:
    """Take metadata out of one object: a page, a picture, a comment; raise UnfitDocument for a script."""
    if thing.get("/S") in ("/JavaScript", "/Launch") or "/EF" in thing:
        raise UnfitDocument("attached")
    for name in ("/Metadata", "/PieceInfo", "/LastModified"):
        thing.pop(name, None)
    if "/Rect" in thing and thing.get("/Subtype") not in (FIELD_OF_A_FORM, None):
        thing.pop("/T", None)  # of a comment: who made it
    if isinstance(thing, StreamObject) and thing.get("/Filter") in ("/DCTDecode", ["/DCTDecode"]):
        try:
            thing._data = drawing_parts(thing._data) or thing._data
        except BrokenPicture:
            return


def kept_xmp(packet: bytes) -> bytes:
    """Return a packet of XMP with the title, the language and the standards that the file keeps to."""
    root = ElementTree.fromstring(packet)  # noqa: S314  (expat bounds what entities grow to)
    for description in root.iter(f"{RDF}Description"):
        for name in [name for name in description.attrib if not is_kept(name)]:
            del description.attrib[name]
        for element in [element for element in description if not is_kept(element.tag)]:
            description.remove(element)
    return XMP_PACKET % ElementTree.tostring(root)


def is_kept(name: str) -> bool:
    """Return whether a property of XMP says nothing of people or programs."""
    space, _brace, local = name.removeprefix("{").partition("}")
    return name.startswith(RDF) or space in KEPT_XMP_SPACES or local in KEPT_XMP_NAMES.get(space, ())
