"""Where uploaded files lie: pictures among the media that a web server shows, documents beside them."""

import os
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.utils._os import safe_join

# Wagtail's folders for documents, and for uploads that still lack a title.
PRIVATE_FOLDERS = ("documents/", "wagtail_uploads/")


def is_private(name):
    """Return whether a file is given to those only who may read it, through a view."""
    return os.path.normpath(str(name)).replace("\\", "/").startswith(PRIVATE_FOLDERS)


class UploadStorage(FileSystemStorage):
    """Stores uploads under MEDIA_ROOT, and private ones under PRIVATE_MEDIA_ROOT, which no web server shows by itself.

    A private file that an earlier release put among the media is read there, until `protect_uploads` has moved it.
    """

    def path(self, name):
        """Return where a file lies on the disk."""
        if not is_private(name):
            return super().path(name)
        private, before = safe_join(settings.PRIVATE_MEDIA_ROOT, name), super().path(name)
        return before if Path(before).exists() and not Path(private).exists() else private

    def _save(self, name, content):
        """Store a file, and return its name below its own root."""
        if is_private(name):
            return FileSystemStorage(settings.PRIVATE_MEDIA_ROOT).save(name, content)
        return super()._save(name, content)  # type: ignore[misc]  # private, so the stubs lack it
