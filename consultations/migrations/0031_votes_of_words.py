"""Votes are on words: each tally keeps the revision that people answered."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def keep_words_that_stand(apps, schema_editor):
    """Take the votes that there are for votes on the words that are public now."""
    tallies, submissions = (apps.get_model("consultations", name) for name in ("StatementTally", "Submission"))
    cleared = submissions.objects.filter(pk=OuterRef("pk")).values("cleared")
    tallies.objects.filter(revision=None).update(revision=Subquery(cleared))


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0030_first_text_versions"),
    ]

    operations = [
        migrations.AddField(
            model_name="statementtally",
            name="revision",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="consultations.revision",
            ),
        ),
        migrations.RunPython(keep_words_that_stand, migrations.RunPython.noop, elidable=True),
    ]
