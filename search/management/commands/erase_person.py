"""Erase everything that the site holds about one person, from the database, both indices, files and caches."""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from moderation.models import ErasureUnchanged, PersonErasure
from moderation.models.erasure_wish import ERASE, REASON_LETTERS
from portal.privacy.erasing import empty_log
from portal.privacy.pack import dossier_of
from search.index.purge import purge_erased_words
from search.index.relay import bring_up_to_date
from search.language.query import SearchUnavailable

RELAY_SECONDS = 600


class Command(BaseCommand):
    """Erase a person for two privacy officers, or in an emergency for one."""

    help = __doc__

    def add_arguments(self, parser):
        """Take whom, why, and who is answerable for it."""
        parser.add_argument("who", help="an address, or the reference of a text, a response or a report")
        parser.add_argument("--reason", required=True, help="kept for good: no names in it")
        parser.add_argument("--asked-by", required=True, help="the address of the privacy officer who asks")
        parser.add_argument("--approved-by", help="the address of another one; left out in an emergency only")
        parser.add_argument("--with-browser", action="store_true", help="what the same browser sent counts, too")
        parser.add_argument("--yes", action="store_true", help="do not ask whether it is meant")

    def handle(self, *, who, reason, asked_by, approved_by, with_browser, yes, **options):
        """Show what goes, ask, erase, and take it out of the index at once."""
        if len(reason) > REASON_LETTERS:
            raise CommandError(f"The reason has {REASON_LETTERS} characters at most.")
        people = [officer(each) for each in (asked_by, approved_by) if each]
        dossier = dossier_of(who, with_browser=with_browser)
        for label, count in dossier.counts.items():
            self.stdout.write(f"{count:6} {label}")
        if dossier.is_empty:
            raise CommandError("Nothing is held about this person.")
        if not yes and input("Erase all of this for ever? Type yes: ") != "yes":
            raise CommandError("Nothing was erased.")
        try:
            done = erase_for(people, dossier.person, reason)
        except ErasureUnchanged as error:
            raise CommandError(str(error)) from error
        empty_log(connection)
        try:
            bring_up_to_date(seconds=RELAY_SECONDS)
            purge_erased_words()
        except SearchUnavailable as error:
            self.stderr.write(f"The index is away ({error}). The worker takes the texts out when it is back.")
        self.stdout.write(f"Erased. The ledger and erasure {done.pk} keep why.")


def officer(address):
    """Return the privacy officer with an address; raise CommandError for anybody else."""
    found = get_user_model().objects.filter(email__iexact=address, is_active=True).first()
    if found is None or not found.has_perm(ERASE):
        raise CommandError(f"{address} is no account that may erase.")
    return found


def erase_for(people, person, reason):
    """Erase a person for one officer or two; return the erasure."""
    if len(people) == 1:
        return PersonErasure.at_once(person, actor=people[0], reason=reason)
    if people[0] == people[1]:
        raise ErasureUnchanged("Two people have to answer for it.")
    asked = PersonErasure.ask(person, actor=people[0], reason=reason)
    asked.approve(people[1])
    return asked
