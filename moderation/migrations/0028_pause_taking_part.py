"""Let moderators and administrators see the pace, and pause taking part."""

from django.apps import apps as current_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

ROLES = ("Submission moderators", "Lead moderators", "Administrators")


def give_permission(apps, schema_editor):
    """Give each role the permission."""
    create_permissions(
        current_apps.get_app_config("consultations"), apps=apps, verbosity=0, using=schema_editor.connection.alias
    )
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    permission = Permission.objects.get(content_type__app_label="consultations", codename="pause_taking_part")
    for group in Group.objects.filter(name__in=ROLES):
        group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("moderation", "0027_person_erasure_of_account"), ("consultations", "0020_participation_pause")]
    operations = [migrations.RunPython(give_permission, migrations.RunPython.noop)]
