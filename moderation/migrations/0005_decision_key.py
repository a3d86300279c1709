import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("moderation", "0004_policy_work_data")]
    operations = [
        migrations.AlterField("decision", "key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True))
    ]
