"""Count the rebuilds of before as finished jobs, and let administrators ask for one."""

from django.apps import apps as current_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.models import F


def finish_rebuilds(apps, schema_editor):
    """Mark every rebuild as finished: a row was made when its index was in use."""
    rebuilds = apps.get_model("search", "Rebuild").objects.all()
    rebuilds.update(state="done", asked_at=F("finished_at"), total=F("read"))


def give_permission(apps, schema_editor):
    """Give administrators the permission to ask for a rebuild."""
    create_permissions(
        current_apps.get_app_config("search"), apps=apps, verbosity=0, using=schema_editor.connection.alias
    )
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    permission = Permission.objects.get(content_type__app_label="search", codename="rebuild_index")
    for group in Group.objects.filter(name="Administrators"):
        group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("search", "0007_job_runner"), ("moderation", "0002_roles")]
    operations = [
        migrations.RunPython(finish_rebuilds, migrations.RunPython.noop),
        migrations.RunPython(give_permission, migrations.RunPython.noop),
    ]
