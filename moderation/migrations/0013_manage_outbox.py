"""Let administrators see the outbox and send messages again."""

from django.apps import apps as current_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations


def give_permission(apps, schema_editor):
    """Give the role the permission."""
    create_permissions(
        current_apps.get_app_config("portal"), apps=apps, verbosity=0, using=schema_editor.connection.alias
    )
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    permission = Permission.objects.get(content_type__app_label="portal", codename="manage_outbox")
    for group in Group.objects.filter(name="Administrators"):
        group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("moderation", "0012_replay_job"), ("portal", "0004_outbox")]
    operations = [migrations.RunPython(give_permission, migrations.RunPython.noop)]
