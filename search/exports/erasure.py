"""What is erased is in no file that we keep."""

from django.db import transaction

from search.exports import storage
from search.models import Export


def on_submission_erased(event):
    """Take back every finished file that holds an erased text, and begin again what is being written.

    In this order: a worker that finishes meanwhile is either stopped by the first step or seen by the second.
    """
    Export.objects.requeue_running()
    for export in Export.objects.filter(state=Export.State.DONE):
        if storage.file_contains(export, event.submission_id) and export.expire():
            transaction.on_commit(lambda gone=export: storage.delete_files(gone))
