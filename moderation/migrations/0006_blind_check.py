import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("moderation", "0005_decision_key")]
    operations = [
        migrations.AddField(
            model_name="blindcheck",
            name="case",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="blind_check", to="moderation.case"
            ),
        ),
    ]
