"""Where uploaded files lie: pictures among the media that a web server shows, documents beside them.

Whoever knows the address of a picture can open it, so the address of one that no public page shows must not be guessed.
"""

import os
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.utils._os import safe_join
from django.utils.crypto import get_random_string

# Wagtail's folders for documents, and for uploads that still lack a title.
PRIVATE_FOLDERS = ("documents/", "wagtail_uploads/")

PICTURE_FOLDER = PurePosixPath("original_images")  # Wagtail's; the names of renditions begin with that of the picture
PICTURE_TOKEN_LENGTH = 16  # letters and digits


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

    def get_available_name(self, name, max_length=None):
        """Return a free name; that of a picture begins with letters that nobody guesses."""
        path = PurePosixPath(str(name).replace("\\", "/"))
        if path.parent == PICTURE_FOLDER:
            token = get_random_string(PICTURE_TOKEN_LENGTH).lower()
            room = (max_length or 100) - len(f"{PICTURE_FOLDER}/{token}-{path.suffix}")
            name = f"{PICTURE_FOLDER}/{token}-{path.stem[: max(room, 0)]}{path.suffix}"
        return super().get_available_name(name, max_length)

    def _save(self, name, content):
        """Store a file, and return its name below its own root."""
        if is_private(name):
            return FileSystemStorage(settings.PRIVATE_MEDIA_ROOT).save(name, content)
        return super()._save(name, content)  # type: ignore[misc]  # private, so the stubs lack it
