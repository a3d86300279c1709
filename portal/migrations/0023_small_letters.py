"""Write the addresses of accounts in small letters: allauth finds no others, so their owners could not get in by a code."""

from django.db import migrations
from django.db.models.functions import Lower


def write_small(apps, schema_editor):
    """Change the addresses that have a capital letter; no two accounts have one address in any case."""
    apps.get_model("portal", "User").objects.exclude(email=Lower("email")).update(email=Lower("email"))


class Migration(migrations.Migration):
    dependencies = [("portal", "0022_ledger_checks")]
    operations = [migrations.RunPython(write_small, migrations.RunPython.noop)]
