"""A text that the law wants gone is gone: from every file, the index, every cache and every answer."""

import gzip
import io
import zipfile
from pathlib import Path

from django.core.cache import cache
from django.core.management import call_command
from django.urls import reverse

from moderation.models import Erasure
from portal.http.page_store import pages
from search.engines.configured import get_engine
from search.exports.formats import available_formats
from search.exports.jobs import delete_expired_files
from search.index.relay import relay_batch
from search.language.query import Query
from search.models import Export
from tests.factories import export_of, submission_to

WORD, NAME = "zebrafinch", "Quintessa"
EVERYTHING = {"visibility": ("public", "restricted")}


def addresses(one):
    slug, reference = one.consultation.slug, one.reference
    return [
        reverse("consultations:detail", args=[slug]),
        reverse("consultations:thread", args=[slug, reference]),
        reverse("consultations:feed", args=[slug]),
        reverse("api:submissions"),
        reverse("api:consultation_submissions", args=[slug]),
        reverse("api:submission", args=[reference]),
    ]


def told(text):
    return [word for word in (WORD, NAME) if word in text]


def cached():
    """Return everything that the caches of this process hold."""
    kept = [gzip.decompress(entry.body) for entry in pages.entries.values()]
    return repr([*(cache.get(key.split(":", 2)[2]) for key in list(cache._cache)), *kept])


def inside(path):
    """Return what a file of an export says; a report's sample is packed, so its list has to do."""
    if not zipfile.is_zipfile(path):
        return ""
    with zipfile.ZipFile(path) as found:
        data = found.read(found.namelist()[0])
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return "".join(book.read(name).decode() for name in book.namelist())
    return data.decode(errors="ignore")


def test_an_erased_text_is_gone_from_everywhere_after_one_relay_pass(
    client, consultation, officer, privacy, settings, django_capture_on_commit_callbacks
):
    one = submission_to(consultation, f"The {WORD} sings at the night bus stop.", author_name=NAME)
    other = submission_to(consultation, "The tram is late.")
    files = [export_of(officer, ending) for ending in available_formats()]
    kept = export_of(officer, "jsonl", "q=tram")
    texts = [told(inside(path)) for path in Path(settings.EXPORTS_ROOT).glob("*.data")]
    assert texts.count([WORD, NAME]) >= 3  # CSV, XLSX, JSON Lines
    before = {address: client.get(address) for address in addresses(one)}
    assert all(told(answer.content.decode()) for answer in before.values())
    assert told(cached())
    assert list(get_engine().iterate(Query(text=WORD, scope=EVERYTHING))) == [one.pk]

    with django_capture_on_commit_callbacks(execute=True):
        Erasure.at_once(one, actor=privacy, reason="The law asks.")
    relay_batch()

    assert told(cached()) == []
    assert list(get_engine().iterate(Query(text=WORD, scope=EVERYTHING))) == []
    assert list(get_engine().iterate(Query(scope=EVERYTHING))) == [other.pk]
    states = dict(Export.objects.values_list("pk", "state"))
    assert states == {export.pk: "expired" for export in files} | {kept.pk: "done"}
    assert {path.stem for path in Path(settings.EXPORTS_ROOT).iterdir()} == {kept.stored_as}
    for address, answer in before.items():
        tag = {"If-None-Match": answer["ETag"]} if "ETag" in answer else {}
        again = client.get(address, headers=tag)
        assert (again.status_code != 304, told(again.content.decode())) == (True, []), address
    stored = io.StringIO()
    call_command("dumpdata", "consultations", "moderation", "search", stdout=stored)
    assert told(stored.getvalue()) == []
    delete_expired_files()
    assert Export.objects.get(pk=kept.pk).state == "done"
