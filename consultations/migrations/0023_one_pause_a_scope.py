from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('consultations', '0022_consent_terms'),
    ]

    operations = [
        migrations.AddField(
            model_name='participationpause',
            name='holds',
            field=models.CharField(editable=False, max_length=20, null=True, unique=True),
        ),
    ]
