"""Let editors close a consultation early, keep it open longer and take it off the site."""

from django.apps import apps as current_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations, models


def give_permission(apps, schema_editor):
    """Give the role the permission."""
    create_permissions(
        current_apps.get_app_config("consultations"), apps=apps, verbosity=0, using=schema_editor.connection.alias
    )
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    permission = Permission.objects.get(content_type__app_label="consultations", codename="change_timing")
    for group in Group.objects.filter(name="Editors"):
        group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0015_actor_and_created_at"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [
        migrations.AlterModelOptions(
            name="consultationpage",
            options={
                "permissions": [("change_timing", "Can close early, keep open longer and take off the site")],
                "verbose_name": "consultation",
            },
        ),
        migrations.AddField(
            model_name="consultationpage",
            name="illustration_decorative",
            field=models.BooleanField(
                default=False,
                help_text="It tells nothing that the text does not tell.",
                verbose_name="the picture is decoration",
            ),
        ),
        migrations.RunPython(give_permission, migrations.RunPython.noop),
    ]
