from django.db import migrations


def forget_zones(apps, schema_editor):
    """Forget the time zones that staff chose for themselves: everybody works in the agency's."""
    apps.get_model("wagtailusers", "UserProfile").objects.update(current_time_zone="")


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0008_former_address"),
        ("wagtailusers", "0007_userprofile_current_time_zone"),
    ]

    operations = [migrations.RunPython(forget_zones, migrations.RunPython.noop)]
