"""Documents as office programs write them, with what they tell of their authors."""

import io
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from pypdf import PdfWriter
from pypdf.annotations import Text
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject, TextStringObject

from tests.portal.media.pictures import photograph

CORE = """<?xml version="1.0" encoding="UTF-8"?><cp:coreProperties
xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The minutes</dc:title><dc:creator>SecretAuthor</dc:creator>
<cp:lastModifiedBy>SecretEditor</cp:lastModifiedBy></cp:coreProperties>"""
APP = """<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">
<Template>C:\\SecretHome\\minutes.dotx</Template><Company>SecretCompany</Company></Properties>"""
WORDS = '<w:document xmlns:w="w"><w:body><w:p w:author="SecretAuthor"><w:t>Agreed.</w:t></w:p></w:body></w:document>'
ODF_META = """<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta>
<dc:title>The minutes</dc:title><dc:creator>SecretAuthor</dc:creator>
<meta:initial-creator>SecretAuthor</meta:initial-creator></office:meta></office:document-meta>"""
XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" xmp:CreatorTool="SecretProgram"><pdfuaid:part>1</pdfuaid:part>
<dc:creator><rdf:Seq><rdf:li>SecretAuthor</rdf:li></rdf:Seq></dc:creator>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">The minutes</rdf:li></rdf:Alt></dc:title></rdf:Description>
</rdf:RDF></x:xmpmeta>"""


def archive(parts):
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as written:
        for name, content in parts.items():
            written.writestr(name, content)
    return out.getvalue()


def docx(**parts):
    names = {name.replace("__", "/").replace("_dot_", "."): content for name, content in parts.items()}
    return archive(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": WORDS,
            "word/media/image1.jpeg": photograph("JPEG"),
            "docProps/core.xml": CORE,
            "docProps/app.xml": APP,
            "docProps/thumbnail.jpeg": photograph("JPEG"),
        }
        | names
    )


def odt():
    mimetype = "application/vnd.oasis.opendocument.text"
    return archive({"mimetype": mimetype, "content.xml": "<office/>", "meta.xml": ODF_META})


def xlsx():
    book, out = Workbook(), io.BytesIO()
    book.active["A1"] = "Agreed."
    book.properties.creator, book.properties.title = "SecretAuthor", "The minutes"
    book.save(out)
    return out.getvalue()


def rtf():
    return rb"{\rtf1{\info{\author Secret\}Author}{\title x}}{\b Agreed.}}"


def pdf(**changes):
    writer, out = PdfWriter(), io.BytesIO()
    page = writer.add_blank_page(100, 100)
    note = Text(rect=(0, 0, 9, 9), text="Agreed.")
    note[NameObject("/T")] = TextStringObject("SecretReviewer")
    writer.add_annotation(0, note)
    picture = StreamObject()
    picture.set_data(photograph("JPEG"))
    picture[NameObject("/Filter")] = NameObject("/DCTDecode")
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/XObject"): DictionaryObject({NameObject("/Im1"): writer._add_object(picture)})}
    )
    packet = StreamObject()
    packet.set_data(XMP.encode())
    writer.root_object[NameObject("/Metadata")] = writer._add_object(packet)
    writer.root_object[NameObject("/Lang")] = TextStringObject("en")
    writer.add_metadata({"/Title": "The minutes", "/Author": "SecretAuthor", "/Creator": "SecretProgram"})
    if changes.get("password"):
        writer.encrypt(changes["password"])
    if changes.get("attached"):
        writer.add_attachment("plan.exe", b"MZ")
    if changes.get("script"):
        script = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert('x')")}
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
            {NameObject(name): value for name, value in script.items()}
        )
    if changes.get("signed"):
        form = DictionaryObject({NameObject("/SigFlags"): NumberObject(3), NameObject("/Fields"): ArrayObject()})
        writer.root_object[NameObject("/AcroForm")] = form
    writer.write(out)
    return out.getvalue()
