"""Let administrators see how the site runs."""

from django.apps import apps as current_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

ROLES = ("Administrators",)


def give_permission(apps, schema_editor):
    """Give each role the permission."""
    create_permissions(
        current_apps.get_app_config("portal"), apps=apps, verbosity=0, using=schema_editor.connection.alias
    )
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    permission = Permission.objects.get(content_type__app_label="portal", codename="see_health")
    for group in Group.objects.filter(name__in=ROLES):
        group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("moderation", "0015_report_messages"), ("portal", "0006_staff_area")]
    operations = [migrations.RunPython(give_permission, migrations.RunPython.noop)]
