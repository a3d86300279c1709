"""Exports as jobs: asked for at the desk, made beside the web process (`manage.py work`)."""

import logging
from array import array
from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.models import Submission
from portal.jobs.models import Heartbeat
from portal.jobs.runner import JobKind, run_pending
from portal.models import User
from search.access.scope import EXPORT_PERMISSION, SEALED_PERMISSION, permitted_visibilities, scope_query_as_asked
from search.desk import results
from search.desk.forms import DeskForm
from search.engines.configured import get_engine
from search.exports import contents, outdated, report, storage
from search.exports.formats import REPORT_FORMAT, available_formats
from search.index.relay import bring_up_to_date
from search.language.query import Query, SearchResult, SearchUnavailable, describe_query
from search.models import Export

logger = logging.getLogger(__name__)

CATCH_UP_SECONDS = 5.0  # between two heartbeats
MAX_ERASURE_DURATION = timedelta(minutes=10)  # from its beginning to its commit


class ExportRefused(Exception):
    """The export may not be made; the words say why."""


class TextErasedMeanwhile(Exception):
    """A text in the file was erased while it was written."""


def request_export(
    user, question: QueryDict, query: Query, ending: str, reason: str = "", *, replaces: Export | None = None
) -> Export:
    """Put an export into the queue, once for taps in a row; with a reason, the texts before redaction are added."""
    result = results.search_as(user, query)
    asked = {
        "asked_by": user,
        "ending": ending,
        "question": question.urlencode(),
        "scope": list(permitted_visibilities(user)),
        "originals": bool(reason),
        "reason": reason,
        "replaces": replaces,
    }
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # taps at the same moment take turns
        if same := Export.objects.asked_just_now(**asked).first():
            return same
        sentence = describe_query(query, results.label_values(query, result))
        return Export.objects.create(**asked, sentence=sentence, matched=result.total)


def request_again(user, export: Export) -> Export | None:
    """Ask what was asked before, for the same reason; the file of before goes when the new one is there.

    None when the question can no longer be read.
    """
    question = QueryDict(export.question)
    form = DeskForm(question)
    if not form.is_valid():
        return None
    return request_export(user, question, form.to_query(), export.ending, export.reason, replaces=export)


def may_download(user, export: Export) -> bool:
    """Tell whether somebody may still see everything that was asked for."""
    needed = [EXPORT_PERMISSION, SEALED_PERMISSION] if export.originals else [EXPORT_PERMISSION]
    return user.is_active and user.has_perms(needed) and set(export.scope) <= set(permitted_visibilities(user))


def run_export(export: Export, heart: Heartbeat) -> None:
    """Make a claimed export; leave no file behind when it is not finished."""
    claimed = storage.export_path(export)
    try:
        make_export(export, heart)
    finally:
        if export.state != Export.State.DONE:
            storage.delete_files_at(claimed)


EXPORTS = JobKind(
    Export,
    run_export,
    expected_errors={
        ExportRefused: "%s",
        SearchUnavailable: gettext_lazy("Search was not available. The texts are safe; ask again in a while."),
    },
    requeue_on=(TextErasedMeanwhile,),
)


def run_exports() -> int:
    """Make the waiting exports; return how many were taken up."""
    return run_pending(EXPORTS)


def make_export(export: Export, heart: Heartbeat) -> None:
    """Ask the index anew, write the file, and hand it over."""
    query = scoped_query_of(export)
    catch_up(heart)
    newest = outdated.newest_event()
    result, at = results.run_query(query), timezone.now()
    export.report_progress(matched=result.total, as_of=at, index_behind_by=result.pending, newest_event=newest)
    ids, taken = array("q", get_engine().iterate(query)), storage.FileContents()
    export.report_progress(matched=len(ids))
    size, digest = storage.write_file(export, file_content(export, heart, query, result, ids, taken))
    storage.write_contents(export, taken)
    facts = {"file_name": download_name(export), "size": size, "sha256": digest, "written": len(taken)}
    finish_export(export, taken, facts)
    logger.info("%s: %s, %s submissions", export, export.ending, len(taken))


def catch_up(heart: Heartbeat) -> None:
    """Bring an embedded index up to date, however long it takes, as long as it gets any further."""
    lag = bring_up_to_date(CATCH_UP_SECONDS)
    while lag and get_engine().embedded:
        heart.beat()
        before, lag = lag, bring_up_to_date(CATCH_UP_SECONDS)
        if lag >= before:
            return


def scoped_query_of(export: Export) -> Query:
    """Return the query, bound to what its asker might find then and may find still; raise Refused when it is less."""
    if export.asked_by is None or not may_download(export.asked_by, export):
        raise ExportRefused(_("You may no longer take away what you asked for."))
    if export.ending not in available_formats():
        raise ExportRefused(_("This format can no longer be written here."))
    form = DeskForm(QueryDict(export.question))
    if not form.is_valid():
        raise ExportRefused(_("The question can no longer be read. Ask it anew at the desk."))
    return scope_query_as_asked(export.asked_by, form.to_query(), export.scope)


def file_content(
    export: Export, heart: Heartbeat, query: Query, result: SearchResult, ids: array, taken: storage.FileContents
) -> Iterator[bytes]:
    """Return the bytes of the file; what is in it is added to ``taken``."""
    if export.ending == REPORT_FORMAT:
        return report.report_pdf(export, query, result, note=taken.add)
    about = contents.manifest_facts(
        export.sentence,
        actor=export.asked_by,
        behind=export.index_behind_by,
        not_found_yet=result.not_found_yet,
        at=export.as_of or export.asked_at,
        originals=export.originals,
    )
    passed = with_heartbeat(heart, ids)
    return contents.write_export(
        export.ending, query, passed, len(ids), about, originals=export.originals, note=taken.add
    )


@transaction.atomic
def finish_export(export: Export, taken: storage.FileContents, facts: dict) -> None:
    """Finish an export, unless a text in it was erased since it was begun; delete the file that it replaces."""
    since = (export.started_at or export.asked_at) - MAX_ERASURE_DURATION
    erased = set(Submission.objects.filter(erased_at__gte=since).values_list("pk", flat=True))
    if erased and any(id_ in erased for id_ in taken.ids):
        raise TextErasedMeanwhile
    export.finish(**facts)
    before = export.replaces
    if before and before.expire():
        transaction.on_commit(lambda: storage.delete_files(before))


def download_name(export: Export) -> str:
    """Return what the file is called when it is downloaded."""
    ending = REPORT_FORMAT if export.ending == REPORT_FORMAT else "zip"
    return f"submissions-{timezone.localtime(export.as_of):%Y-%m-%d-%H%M}-{export.pk}.{ending}"


def with_heartbeat(heart: Heartbeat, ids: Iterable[int]) -> Iterator[int]:
    """Pass the ids on, reporting before each chunk how far the export is."""
    for count, id_ in enumerate(ids):
        if count % contents.ROWS_PER_QUERY == 0:
            heart.beat(written=count)
        yield id_


def delete_expired_files() -> None:
    """Delete files whose time is over or whose owner is gone, and what was left half-written."""
    for export in Export.objects.to_expire():
        if export.expire():
            storage.delete_files(export)
    outdated.expire_outdated()
    storage.delete_orphans()
