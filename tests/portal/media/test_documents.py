"""Documents: what they are, what they carry, and what they tell of those who wrote them."""

import io
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pypdf import PdfReader
from wagtail.documents import get_document_model
from wagtail.models import UploadedFile

from portal.media import document_types
from portal.media.document_metadata import without_document_metadata
from portal.media.document_types import UnfitDocument, content_type_of, refuse_other_content
from tests.portal.media.papers import archive, docx, odt, pdf, rtf, xlsx
from tests.portal.media.pictures import photograph

PAPERS = {"docx": docx, "odt": odt, "xlsx": xlsx, "rtf": rtf, "pdf": pdf}
DOORS = ["wagtaildocs:add", "wagtaildocs:add_multiple", "wagtaildocs_chooser:create"]
PAGE = b"<!DOCTYPE html><script>alert(1)</script>"


def unpacked(data):
    """Return all bytes of a document, those of an archive unpacked."""
    if not data.startswith(b"PK"):
        return data
    with ZipFile(io.BytesIO(data)) as parts:
        return b"".join(parts.read(name) for name in parts.namelist())


@pytest.mark.parametrize("kind", PAPERS)
def test_nothing_says_who_wrote_a_document_and_its_words_stay(kind):
    data = PAPERS[kind]()

    clean = without_document_metadata(data)

    assert b"Secret" in unpacked(data)
    assert b"Secret" not in unpacked(clean)
    assert content_type_of(clean) == kind
    assert (b"{\\b Agreed.}" if kind == "rtf" else b"The minutes") in unpacked(clean)
    assert without_document_metadata(clean) == clean


def test_pdf_keeps_title_language_standard_and_comments():
    clean = PdfReader(io.BytesIO(without_document_metadata(pdf())))

    assert dict(clean.metadata) == {"/Title": "The minutes"}
    assert clean.root_object["/Lang"] == "en"
    assert b"part>1</" in clean.root_object["/Metadata"].get_data()
    assert clean.pages[0]["/Annots"][0].get_object()["/Contents"] == "Agreed."


def test_what_is_signed_stays_as_it_is():
    signed = archive({"mimetype": odt()[38:77], "META-INF/documentsignatures.xml": "<s/>", "meta.xml": "<m/>"})

    assert without_document_metadata(signed) == signed
    assert without_document_metadata(pdf(signed=True)) == pdf(signed=True)


@pytest.mark.parametrize(
    ("code", "make"),
    [
        ("comments", lambda: docx(word__comments_dot_xml='<w:comments><w:comment w:id="0"/></w:comments>')),
        ("comments", lambda: docx(word__document_dot_xml="<w:p><w:ins w:id='1'>secret plan</w:ins></w:p>")),
        ("macros", lambda: docx(word__vbaProject_dot_bin=b"x")),
        ("attached", lambda: pdf(attached=True)),
        ("attached", lambda: pdf(script=True)),
        ("attached", lambda: pdf(script=True, signed=True)),
        ("password", lambda: pdf(password="x")),
        ("damaged", lambda: pdf()[:300]),
        ("damaged", lambda: docx()[:-400]),
        ("damaged", lambda: docx(docProps__core_dot_xml="<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>")),
        ("damaged", lambda: rb"{\rtf1{\info{\author x}"),
    ],
)
def test_what_is_not_for_the_public_is_refused(code, make):
    with pytest.raises(UnfitDocument, match=code):
        without_document_metadata(make())


def test_office_file_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(monkeypatch):
    bomb = docx(word__media__a_dot_bin=bytes(3_000_000))
    assert len(bomb) < 20_000
    monkeypatch.setattr(document_types, "UNPACKED_BYTES", 2_000_000)

    with pytest.raises(UnfitDocument, match="archive"):
        content_type_of(bomb)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"Place;Votes\nEast gate;3\n", "txt"),
        ("Zoë\n".encode("utf-16"), "txt"),
        ("Zoë – 3 €\n".encode("cp1252"), "txt"),
        (PAGE, ""),
        (b"\xef\xbb\xbf \n<svg onload=alert(1)>", ""),
        (b"MZ\x90\x00\x03\x00", ""),
        (photograph("JPEG"), ""),
        (archive({"run.exe": b"MZ"}), ""),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), ""),
    ],
)
def test_type_is_found_by_the_content(data, found):
    assert content_type_of(data) == found


@pytest.mark.parametrize(("kind", "name"), [("pdf", "docx"), ("docx", "xlsx"), ("odt", "ods"), ("rtf", "txt")])
def test_name_that_says_something_else_is_refused(kind, name):
    with pytest.raises(UnfitDocument, match="content"):
        refuse_other_content(PAPERS[kind](), name)


@pytest.mark.django_db
class TestUpload:
    """What editors meet at each of the pages where documents are uploaded."""

    @pytest.fixture(autouse=True)
    def _signed_in(self, client, editor):
        client.force_login(editor)

    @staticmethod
    def send(client, door, name, data, **extra):
        prefix = "document-chooser-upload-" if "chooser" in door else ""
        field = "files[]" if "multiple" in door else f"{prefix}file"
        sent = {f"{prefix}title": "Minutes", f"{prefix}collection": 1, field: SimpleUploadedFile(name, data), **extra}
        return client.post(reverse(door), sent).content.decode()

    @pytest.mark.parametrize("door", DOORS)
    @pytest.mark.parametrize(
        ("name", "data", "words"),
        [
            ("minutes.pdf", PAGE, "The file is no .pdf inside"),
            ("minutes.txt", PAGE, "The file is no .txt inside"),
            ("minutes.docx", archive({"a": "b"}), "The file is no .docx inside"),
            ("minutes.zip", archive({"a": "b"}), "is not allowed"),
            ("minutes.pdf", pdf(password="x"), "locked with a password"),
        ],
    )
    def test_unfit_document_is_an_error_at_its_field(self, client, settings, door, name, data, words):
        assert words in self.send(client, door, name, data)
        assert not get_document_model().objects.exists()
        assert not [*settings.PRIVATE_MEDIA_ROOT.rglob("*.*")]

    @pytest.mark.parametrize("door", DOORS)
    def test_document_is_stored_without_its_authors(self, client, door):
        self.send(client, door, "minutes.docx", docx())

        document = get_document_model().objects.get()
        with document.file.open() as file:
            stored = file.read()
        assert b"Secret" not in unpacked(stored)
        assert (document.file_size, document.filename) == (len(stored), "minutes.docx")

    def test_document_that_waits_for_its_title_has_no_authors_either(self, client):
        self.send(client, DOORS[1], "minutes.docx", docx(), title="")

        with UploadedFile.objects.get().file.open() as file:
            assert b"Secret" not in unpacked(file.read())

    def test_title_is_changed_without_a_new_file(self, client):
        self.send(client, DOORS[0], "minutes.docx", docx())
        document = get_document_model().objects.get()

        client.post(reverse("wagtaildocs:edit", args=[document.pk]), {"title": "The minutes", "collection": 1})

        assert get_document_model().objects.get().title == "The minutes"
