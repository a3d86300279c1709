"""What colleagues wrote about texts that are erased goes, too: it could name or quote their authors."""

from django.db import migrations

WORDS = [
    ("CaseNote", "case__submission", "text"),
    ("Decision", "revision__submission", "reason"),
    ("Opinion", "revision__submission", "reason"),
    ("Appeal", "decision__revision__submission", "reply"),
]


def blank_words(apps, schema_editor):
    """Blank them as an erasure does from now on; who did what, and when, stays."""
    for model, path, field in WORDS:
        rows = apps.get_model("moderation", model)._base_manager.exclude(**{f"{path}__erased_at": None})
        rows.exclude(**{field: ""}).update(**{field: ""})


class Migration(migrations.Migration):
    dependencies = [("moderation", "0023_alter_policydraft_clauses"), ("consultations", "0016_change_timing")]

    operations = [migrations.RunPython(blank_words, migrations.RunPython.noop)]
