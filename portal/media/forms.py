"""Forms for uploads in the staff area."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from portal.media.metadata import BrokenPicture, refuse_broken, without_metadata


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
        except (BrokenPicture, OSError, SyntaxError, ValueError, EOFError) as error:  # what Pillow raises
            raise ValidationError(self.error_messages["broken"], code="broken") from error
        return file

    def read(self, file):
        """Read the picture as when it is stored and shown; raise BrokenPicture."""
        file.seek(0)
        data = file.read()
        file.seek(0)
        refuse_broken(data)
        without_metadata(data)


class PictureForm(BaseImageForm):
    """A picture that somebody uploads, on whichever page of the staff area."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if file := self.fields.get("file"):  # Wagtail makes the field, and has no setting for its class.
            self.fields["file"] = PictureField(label=file.label, max_length=file.max_length, widget=file.widget)
