"""Encrypt every encrypted value again with the newest of ENCRYPTION_KEYS, and seal what has to be sealed."""

from django.core.management.base import BaseCommand, CommandError

from portal.encryption import UnreadableValue
from portal.encryption.rotation import encrypted_kinds, write_all_again


class Command(BaseCommand):
    """Write all encrypted values again: after a key was added, and before an old one is taken away."""

    help = __doc__

    def handle(self, **options):
        """Go through every kind, and say after each part how far it is; it may be stopped and begun again."""
        for kind in encrypted_kinds():
            done = 0
            try:
                for done, total in write_all_again(kind):
                    self.stdout.write(f"{kind.label}: {done:,} of {total:,}")
            except UnreadableValue as error:
                raise CommandError(f"{kind.label}: a value after the first {done:,} cannot be read: {error}") from error
            if not done:
                self.stdout.write(f"{kind.label}: none")
        self.stdout.write("Done. Every value is encrypted with the newest key; the keys after it can go.")
        self.stdout.write("Copies made earlier, such as back-ups, still need the key of their time.")
