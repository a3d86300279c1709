"""Let administrators keep the register of who speaks for the agency."""

from django.apps import apps as current_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations


def give_permissions(apps, schema_editor):
    """Give the role the permissions to enter and to change."""
    create_permissions(
        current_apps.get_app_config("consultations"), apps=apps, verbosity=0, using=schema_editor.connection.alias
    )
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    permissions = Permission.objects.filter(
        content_type__app_label="consultations", codename__in=("add_spokesperson", "change_spokesperson")
    )
    for group in Group.objects.filter(name="Administrators"):
        group.permissions.add(*permissions)


class Migration(migrations.Migration):
    dependencies = [("moderation", "0032_retention_of_follows"), ("consultations", "0026_official_replies")]
    operations = [migrations.RunPython(give_permissions, migrations.RunPython.noop)]
