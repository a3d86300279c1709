"""One list of modes in the place of a flag for each, on pages and in the drafts and versions that Wagtail keeps."""

from itertools import product

from django.db import migrations, models

import consultations.models.choices
import consultations.modes.table

FLAGS = {"comments_enabled": "comments", "ideas_enabled": "ideas"}
CHUNK = 100


def modes_of_pages(apps, schema_editor):
    pages = apps.get_model("consultations", "ConsultationPage").objects
    for values in product([True, False], repeat=len(FLAGS)):
        flags = dict(zip(FLAGS, values, strict=True))
        pages.filter(**flags).update(modes=[FLAGS[flag] for flag, on in flags.items() if on])


def flags_of_pages(apps, schema_editor):
    pages = apps.get_model("consultations", "ConsultationPage").objects
    for pk, modes in pages.values_list("pk", "modes"):
        pages.filter(pk=pk).update(**{flag: mode in modes for flag, mode in FLAGS.items()})


def modes_of_revisions(apps, schema_editor):
    rewrite_revisions(apps, with_modes)


def flags_of_revisions(apps, schema_editor):
    rewrite_revisions(apps, with_flags)


def rewrite_revisions(apps, rewritten):
    types = apps.get_model("contenttypes", "ContentType").objects
    revisions = apps.get_model("wagtailcore", "Revision").objects
    chunk = []
    for page_type in types.filter(app_label="consultations", model="consultationpage"):
        for revision in revisions.filter(content_type=page_type).only("content").iterator(chunk_size=CHUNK):
            revision.content = rewritten(revision.content)
            chunk.append(revision)
            if len(chunk) == CHUNK:
                revisions.bulk_update(chunk, ["content"])
                chunk = []
    revisions.bulk_update(chunk, ["content"])


def with_modes(content):
    flags = {flag: content.pop(flag) for flag in FLAGS if flag in content}
    return content | {"modes": [FLAGS[flag] for flag, on in flags.items() if on]} if flags else content


def with_flags(content):
    modes = content.pop("modes", None)
    return content if modes is None else content | {flag: mode in modes for flag, mode in FLAGS.items()}


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0008_event_once"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.AddField(
            model_name="consultationpage",
            name="modes",
            field=models.JSONField(
                blank=True, default=consultations.modes.table.default_modes, verbose_name="what people can do"
            ),
        ),
        migrations.RunPython(modes_of_pages, flags_of_pages),
        migrations.RunPython(modes_of_revisions, flags_of_revisions),
        migrations.RemoveField(model_name="consultationpage", name="comments_enabled"),
        migrations.RemoveField(model_name="consultationpage", name="ideas_enabled"),
        migrations.AlterField(
            model_name="submission",
            name="kind",
            field=models.CharField(choices=consultations.modes.table.kind_choices, max_length=10),
        ),
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(choices=consultations.models.choices.event_kind_choices, max_length=30),
        ),
    ]
