"""Let nginx send a private file that Django has allowed: `SENDFILE_BACKEND` names this module."""

import os
from urllib.parse import quote

from django.conf import settings
from django.http import HttpResponse

from portal.media.storage import is_private


def sendfile(request, filename, mimetype=None, **_options):
    """Return an empty response whose header names the file below nginx's internal address."""
    name = os.path.relpath(filename, settings.PRIVATE_MEDIA_ROOT).replace(os.sep, "/")
    if not is_private(name):
        raise ValueError(f"{filename} is not below PRIVATE_MEDIA_ROOT; run protect_uploads.")
    response = HttpResponse(content_type=mimetype)
    response["X-Accel-Redirect"] = settings.DOCUMENTS_ACCEL + quote(name)
    return response
