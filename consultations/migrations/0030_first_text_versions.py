"""Every public consultation gets version 1 of its text, and every text the heading of its passage."""

import json

from django.db import migrations, models
from django.db.models.functions import Cast
from django.utils import timezone

HEADING_LENGTH = 200
PAGES_AT_ONCE = 50
TEXTS_AT_ONCE = 2000


def keep_first_versions(apps, schema_editor):
    """Store the text of each public consultation as it stands in the tables; elsewhere a draft may stand there.

    It may have changed before, which nobody kept, so it is dated to the last publication.
    """
    pages, versions = (apps.get_model("consultations", name) for name in ("ConsultationPage", "TextVersion"))
    published = pages.objects.filter(live=True, text_version=0)
    rows = published.annotate(raw_body=Cast("body", models.TextField())).values_list(
        "pk", "title", "summary", "raw_body", "last_published_at", "first_published_at"
    )
    while some := list(rows.order_by("pk")[:PAGES_AT_ONCE]):
        versions.objects.bulk_create(
            [
                versions(
                    consultation_id=pk,
                    number=1,
                    title=title,
                    summary=summary,
                    body=json.loads(raw_body or "[]"),
                    published_at=last or first or timezone.now(),
                )
                for pk, title, summary, raw_body, last, first in some
            ],
            ignore_conflicts=True,  # made by an upgrade that was broken off
        )
        pages.objects.filter(pk__in=[row[0] for row in some]).update(text_version=1)


def keep_headings(apps, schema_editor):
    """Note beside each text about a passage how that is called now."""
    pages, texts = (apps.get_model("consultations", name) for name in ("ConsultationPage", "Submission"))
    bodies = pages.objects.annotate(raw_body=Cast("body", models.TextField())).values_list("pk", "raw_body")
    for pk, raw_body in bodies.order_by("pk").iterator(chunk_size=PAGES_AT_ONCE):
        for block in json.loads(raw_body or "[]"):
            heading = block["value"]["heading"][:HEADING_LENGTH] if block["type"] == "section" else ""
            if heading and block.get("id"):
                name_passage(texts.objects.filter(consultation=pk, passage=block["id"]), heading)


def name_passage(texts, heading):
    """Write the heading beside texts, some at a time, so that nobody who posts waits for long."""
    last = 0
    while some := list(texts.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:TEXTS_AT_ONCE]):
        texts.filter(pk__gt=last, pk__lte=some[-1], passage_heading="").update(passage_heading=heading)
        last = some[-1]


class Migration(migrations.Migration):
    atomic = False  # each batch is committed by itself, and done again without harm

    dependencies = [("consultations", "0029_text_versions")]

    operations = [
        migrations.RunPython(keep_first_versions, migrations.RunPython.noop),
        migrations.RunPython(keep_headings, migrations.RunPython.noop),
    ]
