from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0031_encrypted_addresses'),
    ]

    operations = [
        migrations.AlterField(
            model_name='retentionperiod',
            name='kind',
            field=models.CharField(choices=[('addresses', 'E-mail addresses of authors'), ('marks', 'Marks by which the same person is known again'), ('sealed', 'Originals of redacted texts'), ('accounts', 'Accounts that nobody signs in with'), ('names', 'Names of authors'), ('texts', 'Texts'), ('follows', 'What people follow, with their addresses')], max_length=20),
        ),
    ]
