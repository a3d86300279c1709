"""The audit ledger: its tables, the head of an empty chain, and triggers that refuse changes."""

from django.db import migrations, models

from portal.audit import guard
from portal.audit.chain import head_content
from portal.audit.seal import HEAD_SEAL, make_seal


def begin(apps, schema_editor):
    """Put the head before the first entry; it is there from the start, so that its loss shows."""
    heads = apps.get_model("portal", "AuditHead").objects.using(schema_editor.connection.alias)
    heads.get_or_create(pk=1, defaults={"number": 0, "digest": "", "seal": make_seal(HEAD_SEAL, head_content(0, ""))})


def put_up(apps, schema_editor):
    """Make the triggers."""
    guard.install_triggers(schema_editor.connection)


def take_down(apps, schema_editor):
    """Remove the triggers."""
    guard.remove_triggers(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0002_agency_and_pages'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('digest', models.CharField(blank=True, editable=False, max_length=64)),
                ('seal', models.CharField(blank=True, editable=False, max_length=64)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='AuditRoot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True, verbose_name='day')),
                ('number', models.IntegerField(verbose_name='last entry')),
                ('digest', models.CharField(editable=False, max_length=64, verbose_name='digest of the last entry')),
                ('published_at', models.DateTimeField(verbose_name='published')),
                ('seal', models.CharField(editable=False, max_length=64)),
            ],
            options={
                'verbose_name': 'audit root',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('number', models.IntegerField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField(verbose_name='when')),
                ('action', models.CharField(max_length=60, verbose_name='what was done')),
                ('by', models.BigIntegerField(null=True)),
                ('subject_type', models.CharField(blank=True, max_length=100)),
                ('subject_id', models.CharField(blank=True, max_length=64)),
                ('facts', models.JSONField(default=dict)),
                ('previous', models.CharField(blank=True, editable=False, max_length=64)),
                ('digest', models.CharField(editable=False, max_length=64)),
            ],
            options={
                'verbose_name': 'audit entry',
                'verbose_name_plural': 'audit entries',
                'permissions': [('read_audit', 'Can read the audit ledger')],
                'default_permissions': (),
                'indexes': [models.Index(fields=['at'], name='audit_at'), models.Index(fields=['action', 'number'], name='audit_action'), models.Index(fields=['by', 'number'], name='audit_by'), models.Index(fields=['subject_type', 'subject_id', 'number'], name='audit_subject')],
            },
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
        migrations.RunPython(put_up, take_down),
    ]
