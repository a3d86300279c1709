"""Documents of earlier releases, which were stored with the names of their authors."""

from pathlib import Path

from wagtail.documents import get_document_model

from portal.media.document_metadata import without_document_metadata
from portal.media.document_types import UnfitDocument


def strip_stored_document(document):
    """Take the metadata out of a stored document, under the name that its links have; return whether it had any.

    Raises UnfitDocument for one that would not be taken today, OSError for one that is gone. It is left as it is then.
    """
    path = Path(document.file.path)
    data = path.read_bytes()
    clean = without_document_metadata(data)
    if clean == data:
        return False
    beside = path.with_name(f".{path.name}.clean")
    beside.write_bytes(clean)
    beside.chmod(path.stat().st_mode)
    beside.replace(path)  # in one step: nobody is given half a document
    document._set_document_file_metadata()
    document.file.close()
    document.save(update_fields=["file_size", "file_hash"])
    return True


def strip_stored_documents():
    """Yield each document of the site with "stripped", "clean", or why it is left as it is."""
    for document in get_document_model().objects.order_by("pk").iterator():
        try:
            yield document, "stripped" if strip_stored_document(document) else "clean"
        except UnfitDocument as error:
            yield document, f"would not be taken today ({error.code})"
        except OSError as error:
            yield document, str(error)
