"""Take from the roles that write no pages the permission that Wagtail gave to every group: to look through documents."""

from django.db import migrations

# Editors keep it, and so do groups that an agency made itself.
ROLES_WITHOUT_DOCUMENTS = (
    "Submission moderators",
    "Lead moderators",
    "Policy officers",
    "Privacy officers",
    "Administrators",
    "Legal reviewers",
    "Safety officers",
)


def take_documents(apps, schema_editor):
    """Delete the permission in every collection."""
    permissions = apps.get_model("wagtailcore", "GroupCollectionPermission").objects
    names = {"group__name__in": ROLES_WITHOUT_DOCUMENTS, "permission__codename": "choose_document"}
    permissions.filter(**names, permission__content_type__app_label="wagtaildocs").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0015_rate_count"),
        ("wagtailcore", "0001_initial"),
        ("wagtaildocs", "0012_uploadeddocument"),
    ]

    operations = [migrations.RunPython(take_documents, migrations.RunPython.noop)]
