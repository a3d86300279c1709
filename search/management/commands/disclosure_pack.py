"""Write what was sent to a consultation into one file to hand out, with personal details covered."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from consultations.models import ConsultationPage
from search.disclosure.pack import Wish, disclosure_pack, record_disclosure, write_pack


class Command(BaseCommand):
    """Write a ZIP with every text as CSV, JSON and a document, and a list of what is withheld and why."""

    help = __doc__

    def add_arguments(self, parser):
        """Take which consultation, for which request, under which law, and where to."""
        parser.add_argument("slug", help="the last part of the consultation's address")
        parser.add_argument("--request", required=True, help="the agency's number of the request: kept in the ledger")
        parser.add_argument("--law", required=True, help="law and section on which personal details are withheld")
        parser.add_argument("--with-refused", action="store_true", help="the words of refused texts, too")
        parser.add_argument("--output", type=Path, default=Path("disclosure.zip"))

    def handle(self, *, slug, request, law, with_refused, output, **options):
        """Write the file, readable by its owner only, and note it in the ledger."""
        consultation = ConsultationPage.objects.filter(slug=slug).first()
        if consultation is None:
            raise CommandError(f"There is no consultation {slug}.")
        pack = disclosure_pack(Wish(consultation, request, law, with_refused))
        output.touch(mode=0o600)
        with output.open("wb") as file:
            write_pack(pack, file)
        record_disclosure(pack)
        self.stdout.write(f"{len(pack.rows):,} texts")
        for ground, count in pack.grounds.items():
            self.stdout.write(f"{count:6,} withheld: {ground}")
        self.stdout.write(
            f"Written to {output}. Read it before you hand it out: names in the texts are not found by a program."
        )
