"""Write what was sent to a consultation into one file to hand out, with personal details covered."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from consultations.models import ConsultationPage
from search.disclosure.forms import RequestForm
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
        """Note in the ledger what is handed out, and write the file, readable by its owner only."""
        pack = disclosure_pack(
            Wish(find_consultation(slug), **checked(request=request, law=law), with_refused=with_refused)
        )
        try:
            output.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            raise CommandError(f"There is a file {output} already: name another.") from None
        try:
            record_disclosure(pack)
            with output.open("wb") as file:
                write_pack(pack, file)
        except BaseException:
            output.unlink(missing_ok=True)
            raise
        self.stdout.write(f"{len(pack.rows):,} texts")
        for ground, count in pack.grounds.items():
            self.stdout.write(f"{count:6,} withheld: {ground}")
        self.stdout.write(
            f"Written to {output}. Read it before you hand it out: names in the texts are not found by a program."
        )


def checked(**typed):
    """Return the number of the request and the law as the ledger keeps them; raise CommandError as the page would."""
    form = RequestForm(typed)
    if not form.is_valid():
        raise CommandError(" ".join(f"--{name}: {' '.join(map(str, errors))}" for name, errors in form.errors.items()))
    return form.cleaned_data


def find_consultation(slug):
    """Return the one consultation with this last part of its address; raise CommandError for none or several."""
    found = ConsultationPage.objects.filter(slug=slug)[:2]
    if not found:
        raise CommandError(f"There is no consultation {slug}.")
    if len(found) > 1:
        raise CommandError(f"There are several consultations {slug}: make the pack on its page, or change one slug.")
    return found[0]
