"""Forms for uploads in the staff area."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext_lazy as _
from wagtail.documents.fields import WagtailDocumentField
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from portal.media.document_metadata import without_document_metadata
from portal.media.document_types import UnfitDocument, refuse_other_content
from portal.media.metadata import BrokenPicture, TooManyPixels, refuse_broken, without_metadata
from portal.media.upload_quota import count_upload
from portal.media.virus_scan import ScannerAway, VirusFound, refuse_infected

INFECTED = _("The virus scanner found “%(virus)s” in this file. It was not stored.")
UNSCANNED = _(
    "The virus scanner cannot be asked just now, so nothing was stored. Try again in a few minutes; if it stays so, "
    "tell an administrator."
)


def scan_upload(data):
    """Raise ValidationError unless the virus scanner, where there is one, finds an upload clean."""
    try:
        refuse_infected(data)
    except VirusFound as error:
        raise ValidationError(INFECTED, code="infected", params={"virus": str(error)}) from error
    except ScannerAway as error:
        raise ValidationError(UNSCANNED, code="unscanned") from error


class PictureField(WagtailImageField):
    """A picture whose pixels can all be read: Wagtail looks at the first bytes only, and breaks at what follows."""

    default_error_messages = {
        "broken": _("This picture is cut off or damaged. Upload it again, or save it anew in a program for pictures.")
    }

    def to_python(self, data):
        """Return the file; one that is cut off or damaged is an error."""
        try:
            file = super().to_python(data)
            if file is not None:
                self.read(file)
        except TooManyPixels as error:  # Wagtail counts one frame of a film
            params = {"num_pixels": error.pixels, "max_pixels_count": self.max_image_pixels}
            message = self.error_messages["file_too_many_pixels"]
            raise ValidationError(message, code="file_too_many_pixels", params=params) from error
        except (BrokenPicture, OSError, SyntaxError, ValueError, EOFError) as error:  # what Pillow raises
            raise ValidationError(self.error_messages["broken"], code="broken") from error
        return file

    def read(self, file):
        """Read the picture as when it is stored and shown; raise BrokenPicture."""
        file.seek(0)
        data = file.read()
        file.seek(0)
        scan_upload(data)
        refuse_broken(data, self.max_image_pixels)
        without_metadata(data)


def refuse_above_quota(form):
    """Count a new file that is fit to be stored for the person who uploads it; make it an error above the quota.

    An error of another field does not matter: the page for many files at once stores the file all the same.
    """
    if form.uploader and "file" not in form.errors and "file" in form.changed_data:
        try:
            count_upload(form.uploader, form.cleaned_data["file"].size)
        except ValidationError as error:
            form.add_error("file", error)


class PictureForm(BaseImageForm):
    """A picture that somebody uploads, on whichever page of the staff area."""

    def __init__(self, *args, **kwargs):
        self.uploader = kwargs.get("user")
        super().__init__(*args, **kwargs)
        if file := self.fields.get("file"):  # Wagtail makes the field, and has no setting for its class.
            self.fields["file"] = PictureField(label=file.label, max_length=file.max_length, widget=file.widget)

    def clean(self):
        """Refuse what is above the quota of a day."""
        cleaned = super().clean()
        refuse_above_quota(self)
        return cleaned


class DocumentField(WagtailDocumentField):
    """A document that is what its name says, carries no program and no words of colleagues, and names no author."""

    default_error_messages = {
        "content": _(
            "The file is no .%(extension)s inside, whatever its name says. Open it in the program it was made with, "
            "and save it as .%(extension)s."
        ),
        "macros": _("This file carries macros, which are programs. Save it without them, then upload it again."),
        "archive": _("This file unpacks to far more than a document has. Save it anew, or make a PDF of it."),
        "password": _("This file is locked with a password. Save it without one, so that everybody can read it."),
        "attached": _("Other files or scripts are attached to this PDF. Take them out, or print it to a new PDF."),
        "comments": _(
            "There are comments or tracked changes of colleagues in this file, and everybody would read them. Accept "
            "or delete them all, save the file, and upload it again."
        ),
        "damaged": _("This file is cut off or damaged. Upload it again, or save it anew in the program it comes from."),
    }

    def clean(self, data, initial=None):
        """Return the file as it is stored; raise ValidationError for one that we do not publish."""
        file = super().clean(data, initial)
        if not data or file is initial:
            return file
        file.seek(0)
        content, extension = file.read(), Path(file.name).suffix.lower().removeprefix(".")
        scan_upload(content)
        try:
            refuse_other_content(content, extension)
            stored = without_document_metadata(content)
        except UnfitDocument as error:
            message = self.error_messages[error.code]
            raise ValidationError(message, code=error.code, params={"extension": extension}) from error
        return SimpleUploadedFile(file.name, stored, file.content_type)


class DocumentForm(BaseDocumentForm):
    """A document that somebody uploads, on whichever page of the staff area."""

    def __init__(self, *args, **kwargs):
        self.uploader = kwargs.get("user")
        super().__init__(*args, **kwargs)
        if file := self.fields.get("file"):  # as with pictures
            validators, widget = file.validators, file.widget
            self.fields["file"] = DocumentField(label=file.label, max_length=file.max_length, widget=widget)
            self.fields["file"].validators = validators

    def clean(self):
        """Refuse what is above the quota of a day."""
        cleaned = super().clean()
        refuse_above_quota(self)
        return cleaned
