"""Let pages be signed off by a second person: the workflow's step becomes the one that asks for one."""

from django.db import migrations


def ask_for_a_second_person(apps, schema_editor):
    """Make every group's approval a sign-off by a second person."""
    GroupApprovalTask = apps.get_model("wagtailcore", "GroupApprovalTask")
    SignOffTask = apps.get_model("portal", "SignOffTask")
    ContentType = apps.get_model("contenttypes", "ContentType")
    kind, _created = ContentType.objects.get_or_create(app_label="portal", model="signofftask")
    for task in GroupApprovalTask.objects.all():
        second = SignOffTask(groupapprovaltask_ptr_id=task.pk)
        second.__dict__.update({name: value for name, value in task.__dict__.items() if name != "_state"})
        second.content_type = kind
        second.save()


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0016_change_timing"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("portal", "0012_sign_off_task"),
    ]
    operations = [migrations.RunPython(ask_for_a_second_person, migrations.RunPython.noop)]
