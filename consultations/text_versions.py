"""The text of a consultation is kept as a version whenever it is published otherwise than before.

A form carries the number of the version that stood before its reader, and what is sent with it keeps that number.
"""

from django.db import models, transaction
from django.db.models.functions import Cast

from consultations.models import ConsultationPage, TextVersion
from consultations.models.text_version import passage_headings
from portal.media.documents import keeps_documents


@transaction.atomic
def keep_text(page, event, actor):
    """Store what a publication shows as the next text version, unless the newest says the same; return the newest.

    ``event`` is that of the publication, or None. The text is that of the page's row, which is locked, so that two
    publications at once count on. The change note has done its service, even if nothing of the text changed.
    """
    rows = ConsultationPage.objects.filter(pk=page.pk)
    row = rows.select_for_update(of=("self",)).only("title", "summary", "body", "change_note").get()
    newest = page.text_versions.first()
    if newest is None or newest.said != row.said:
        newest = TextVersion.objects.create(
            consultation=page,
            number=newest.number + 1 if newest else 1,
            title=row.title,
            summary=row.summary,
            body=list(row.body.get_prep_value()),
            note=row.change_note if newest else "",
            actor=actor,
            event=event,
        )
    page.text_version, page.change_note = newest.number, ""
    rows.update(text_version=page.text_version, change_note=page.change_note)
    return newest


def version_read(page, sent):
    """Return the number of the version that a form was read with: the one it names, or else the newest.

    None for a consultation without any. A number above the newest is looked for, since the page may be a second old.
    """
    number = int(sent) if sent.isascii() and sent.isdecimal() else 0
    is_known = 0 < number <= page.text_version
    if is_known or (number and page.text_versions.filter(number=number).exists()):
        return number
    return page.text_version or None


def passages_read(page, number):
    """Return the headings of the passages in one version, by block id; without a number those of the page."""
    return passage_headings(text_read(page, number))


def text_read(page, number):
    """Return the raw blocks of one version; without a number those of the page.

    Those of the newest are read from the page, anew with its number: blocks may have been made anew in the same words,
    and the page at hand may be a second old.
    """
    now = ConsultationPage.objects.only("text_version", "body").get(pk=page.pk)
    if number in (None, now.text_version):
        return now.body.raw_data
    version = page.text_versions.filter(number=number).only("body").first()
    return version.body if version else []


@keeps_documents
def consultations_keeping(document):
    """Return the ids of the consultations of which some version leads to a document; versions are readable for good."""
    versions = TextVersion.objects.filter(withheld_at__isnull=True).annotate(raw_body=Cast("body", models.TextField()))
    with_number = versions.filter(raw_body__contains=str(document.pk)).defer("summary")
    return {version.consultation_id for version in with_number if version.leads_to(document)}
