"""The sign-off that a draft of the policy goes through, and who may write one."""

from django.apps import apps as current_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

NAME = "Approval of the house rules"
PERMISSIONS = [f"{verb}_policydraft" for verb in ("add", "change", "view")]


def create_approval(apps, schema_editor):
    """Let somebody else than its writer approve a draft: one task, one workflow, for drafts only."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    task_type, _created = ContentType.objects.get_or_create(app_label="moderation", model="policyapprovaltask")
    draft_type, _created = ContentType.objects.get_or_create(app_label="moderation", model="policydraft")
    Task = apps.get_model("moderation", "PolicyApprovalTask")
    task = Task.objects.first() or Task.objects.create(name=NAME, content_type=task_type, active=True)
    Workflow = apps.get_model("wagtailcore", "Workflow")
    workflow = Workflow.objects.filter(name=NAME).first() or Workflow.objects.create(name=NAME, active=True)
    apps.get_model("wagtailcore", "WorkflowTask").objects.get_or_create(
        workflow=workflow, task_id=task.pk, defaults={"sort_order": 0}
    )
    apps.get_model("wagtailcore", "WorkflowContentType").objects.update_or_create(
        content_type=draft_type, defaults={"workflow": workflow}
    )


def give_permissions(apps, schema_editor):
    """Let lead moderators write drafts; nobody deletes one, nobody publishes one without approval."""
    config = current_apps.get_app_config("moderation")
    create_permissions(config, apps=apps, verbosity=0, using=schema_editor.connection.alias)
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    leads, _created = Group.objects.get_or_create(name="Lead moderators")
    leads.permissions.add(
        *Permission.objects.filter(content_type__app_label="moderation", codename__in=PERMISSIONS)
    )


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0007_policy_draft"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailcore", "0098_apitoken"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [
        migrations.RunPython(create_approval, migrations.RunPython.noop),
        migrations.RunPython(give_permissions, migrations.RunPython.noop),
    ]
