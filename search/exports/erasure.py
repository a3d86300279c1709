"""Remove erased submissions from exported files."""

from functools import partial

from django.db import transaction

from search.exports import storage
from search.models import Export


def on_submission_erased(event):
    """Expire every finished file that contains the erased submission, and restart the exports being written.

    In this order: a worker that finishes in between is stopped by the first step or found by the second.
    """
    Export.objects.requeue_running()
    for export in Export.objects.filter(state=Export.State.DONE):
        if storage.file_contains(export, event.submission_id) and export.expire():
            transaction.on_commit(partial(storage.delete_files, export))
