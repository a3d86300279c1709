"""Storage of static files: hashed names, compressed copies, and our own style sheets without comments."""

import re

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

OWN_STYLES = re.compile(r"(?:portal|moderation|search)/.*\.css")
COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


class SiteStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Strips comments from our own style sheets; comments of other people's files contain licences."""

    def _save(self, name, content):
        """Store one file."""
        if OWN_STYLES.fullmatch(name.replace("\\", "/")):
            content.seek(0)  # hashing has read the file to its end
            content = ContentFile(COMMENT.sub("", content.read().decode()).encode())
        return super()._save(name, content)
