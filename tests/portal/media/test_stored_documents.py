"""Documents that earlier releases stored with the names of their authors."""

import hashlib
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from wagtail.documents import get_document_model

from tests.portal.media.papers import docx, pdf, rtf

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.MEDIA_ROOT, settings.PRIVATE_MEDIA_ROOT = str(tmp_path / "media"), str(tmp_path / "private")


def stored(name, data):
    """Store a document as a release without the door's check did."""
    document = get_document_model()(title="Minutes")
    document.file.save(name, ContentFile(data), save=False)
    document._set_document_file_metadata()
    document.file.close()
    document.save()
    return document


@pytest.mark.parametrize(("name", "make"), [("minutes.docx", docx), ("minutes.pdf", pdf), ("minutes.rtf", rtf)])
def test_author_is_taken_out_and_the_link_stays(client, name, make, capsys):
    document = stored(name, make())
    address = document.url

    call_command("protect_uploads")

    document.refresh_from_db()
    data = Path(document.file.path).read_bytes()
    assert (b"Secret" in data, data == make(), document.url) == (False, False, address)
    assert (document.file_size, document.file_hash) == (len(data), hashlib.sha1(data).hexdigest())  # noqa: S324
    assert "1 documents lost their metadata, 0 had none, 0 are left as they are." in capsys.readouterr().out
    assert [path.name for path in Path(document.file.path).parent.iterdir()] == [name]


def test_second_run_changes_nothing(capsys):
    document = stored("minutes.docx", docx())
    call_command("protect_uploads")
    after = Path(document.file.path).read_bytes()

    call_command("protect_uploads")

    assert Path(document.file.path).read_bytes() == after
    assert "0 documents lost their metadata, 1 had none, 0 are left as they are." in capsys.readouterr().out


def test_document_that_would_not_be_taken_today_is_named_and_left(capsys):
    unfit = docx(word__comments_dot_xml='<w:comments><w:comment w:id="0"/></w:comments>')
    document = stored("minutes.docx", unfit)
    gone = stored("gone.pdf", pdf())
    Path(gone.file.path).unlink()

    call_command("protect_uploads")

    said = capsys.readouterr()
    assert Path(document.file.path).read_bytes() == unfit
    assert f"Document {document.pk}, documents/minutes.docx: would not be taken today (comments)" in said.err
    assert f"Document {gone.pk}, documents/gone.pdf: " in said.err
    assert "0 documents lost their metadata, 0 had none, 2 are left as they are." in said.out
