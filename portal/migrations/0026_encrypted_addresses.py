"""Recipients are encrypted from now on; of addresses that are passed over, a keyed hash takes the place of the address.

The hash stands in the same column, under another name in Python only, so the database keeps its table.
"""

import portal.encryption.addresses
from django.db import migrations, models

from portal.encryption.addresses import decrypt_addresses
from portal.outbox.address_keys import address_key, without_addresses


def hash_addresses(apps, schema_editor):
    """Replace the addresses by their hashes; what servers said of them quotes them, too."""
    rows = apps.get_model("portal", "SuppressedAddress").objects
    changed = list(rows.filter(key__contains="@"))
    for row in changed:
        row.key, row.detail = address_key(row.key), without_addresses(row.detail)
    rows.bulk_update(changed, ["key", "detail"], batch_size=500)


def take_back(apps, schema_editor):
    """Write the recipients as the release before reads them; the hashes stay, and match nobody there."""
    decrypt_addresses(apps.get_model("portal", "Message"), "recipient")


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0025_security_event_counts'),
    ]

    operations = [
        migrations.AlterField(
            model_name='message',
            name='recipient',
            field=portal.encryption.addresses.EncryptedAddressField(blank=True, max_length=1500),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(portal.encryption.addresses.AddressStart('recipient'), condition=models.Q(('recipient', ''), _negated=True), name='message_address'),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint(
                    model_name='suppressedaddress',
                    name='suppressed_address_once',
                ),
                migrations.AlterField(
                    model_name='suppressedaddress',
                    name='address',
                    field=models.CharField(db_column='address', max_length=254),
                ),
                migrations.RenameField(
                    model_name='suppressedaddress',
                    old_name='address',
                    new_name='key',
                ),
                migrations.AddConstraint(
                    model_name='suppressedaddress',
                    constraint=models.UniqueConstraint(fields=('transport', 'key'), name='suppressed_address_once'),
                ),
            ],
        ),
        migrations.RunPython(hash_addresses, take_back),
    ]
