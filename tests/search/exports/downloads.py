"""Exports, asked for at the desk, made as a worker does, and downloaded."""

import io
import zipfile
from urllib.parse import urlencode

from django.urls import reverse

from search.exports.jobs import run_exports
from search.models import Export


def asked_for(client, ending, more=None, **asked):
    """Ask for an export as the desk's form does; return it, waiting."""
    address = f"{reverse('desk_export_ask')}?{urlencode(asked, doseq=True)}"
    response = client.post(address, {"ending": ending} | (more or {}))
    assert response.status_code == 302, response.context["form"].errors
    return Export.objects.latest("id")


def finished(client, ending, more=None, **asked):
    """Ask for an export and make it, as a worker would."""
    export = asked_for(client, ending, more, **asked)
    run_exports()
    export.refresh_from_db()
    return export


def link_on_the_list(client, export):
    """Return the address of the download that the list shows for an export."""
    return next(row["link"] for row in client.get(reverse("desk_exports")).context["rows"] if row["export"] == export)


def fetched(client, export):
    """Follow the link that the list shows; return the file's bytes."""
    return b"".join(client.get(link_on_the_list(client, export)).streaming_content)


def taken(client, ending, more=None, **asked):
    """Ask for an export, make it, fetch it and open the ZIP."""
    return zipfile.ZipFile(io.BytesIO(fetched(client, finished(client, ending, more, **asked))))
