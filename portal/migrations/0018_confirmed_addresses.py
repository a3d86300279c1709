from django.db import migrations
from django.db.models.functions import Lower


def confirm_addresses(apps, schema_editor):
    """Note that the addresses of earlier releases are confirmed: whoever had a password has signed in with one."""
    user_model, address_model = apps.get_model("portal", "User"), apps.get_model("account", "EmailAddress")
    users = user_model.objects.exclude(password="").exclude(password__startswith="!")
    rows = users.values_list("pk", Lower("email"))
    address_model.objects.bulk_create(
        [address_model(user_id=pk, email=email, verified=True, primary=True) for pk, email in rows.iterator()],
        batch_size=1000,
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0017_content_page_periods"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [migrations.RunPython(confirm_addresses, migrations.RunPython.noop)]
