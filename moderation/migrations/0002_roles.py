"""The roles: groups with their permissions. Editors are Wagtail's own group."""

from django.apps import apps as current_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

ROLES = {
    "Submission moderators": ["consultations.moderate_submission"],
    "Lead moderators": [
        "consultations.moderate_submission",
        "moderation.publish_policy",
        "moderation.change_moderationsettings",
    ],
    "Policy officers": [
        "consultations.search_submission",
        "consultations.read_unpublished_submission",
        "consultations.export_submission",
    ],
    "Privacy officers": [
        "consultations.search_submission",
        "consultations.read_unpublished_submission",
        "consultations.read_sealed_submission",
    ],
    "Administrators": [
        *(f"portal.{verb}_user" for verb in ("add", "change", "delete", "view")),
        *(f"auth.{verb}_group" for verb in ("add", "change", "delete", "view")),
        "portal.change_agency",
        "moderation.change_moderationsettings",
    ],
}


def create_roles(apps, schema_editor):
    """Create the groups; permissions are made first, which Django leaves until all migrations have run."""
    for label in ("auth", "portal", "consultations", "moderation", "wagtailadmin"):
        config = current_apps.get_app_config(label)
        create_permissions(config, apps=apps, verbosity=0, using=schema_editor.connection.alias)
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for name, permissions in ROLES.items():
        group, _created = Group.objects.get_or_create(name=name)
        for permission in ["wagtailadmin.access_admin", *permissions]:
            label, codename = permission.split(".")
            group.permissions.add(Permission.objects.get(content_type__app_label=label, codename=codename))


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0001_initial"),
        ("consultations", "0002_site"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
    ]
    operations = [migrations.RunPython(create_roles, migrations.RunPython.noop)]
