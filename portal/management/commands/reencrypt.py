"""Encrypt every encrypted value again with the newest of ENCRYPTION_KEYS, and seal what has to be sealed."""

from django.core.management.base import BaseCommand, CommandError

from portal.encryption.rotation import encrypted_kinds, write_all_again

NAMED = 20  # of the values that cannot be read


class Command(BaseCommand):
    """Write all encrypted values again: after a key was added, and before an old one is taken away."""

    help = __doc__

    def handle(self, **options):
        """Go through every kind, and say after each part how far it is; it may be stopped and begun again.

        Raises CommandError in the end when there are values that no key reads: the keys of old have to stay for now.
        """
        unreadable = []
        for kind in encrypted_kinds():
            state = None
            for state in write_all_again(kind):
                self.stdout.write(f"{kind.label}: {state.done:,} of {state.total:,}")
            if state is None:
                self.stdout.write(f"{kind.label}: none")
            unreadable += [f"{kind.label}: {each}" for each in (state.unreadable if state else ())]
        if unreadable:
            named = "\n".join([*unreadable[:NAMED], *(["…"] if len(unreadable) > NAMED else [])])
            raise CommandError(f"{len(unreadable):,} values cannot be read; all others are encrypted anew.\n{named}")
        self.stdout.write("Done. Every value is encrypted with the newest key; the keys after it can go.")
        self.stdout.write("Copies made earlier, such as back-ups, still need the key of their time.")
