"""What officers asked about one person: saved searches and exports that hold words which only that person wrote."""

import re
from urllib.parse import unquote_plus

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.models import Revision, Submission
from portal.privacy.person import record_kind
from portal.privacy.traces import follows_cover, words_of_staff
from search.models import Code, Export, FrameVersion, SavedSearch, Tag

SEARCH_WORD = re.compile(r"[^\W_]{4,}")


def is_about(person, asked):
    """Return whether a question has the person's address, or a word of their texts or name that nobody else wrote."""
    said = unquote_plus(asked).casefold()
    if person.address and person.address in said:
        return True
    words = set(SEARCH_WORD.findall(said))
    return any(is_in_own_texts(person, word) and not is_in_other_texts(person, word) for word in words)


def is_in_own_texts(person, word):
    """Return whether this person's texts or names hold a word."""
    named = Submission.objects.filter(pk__in=person.found(Submission), author_name__icontains=word)
    written = Revision.objects.filter(pk__in=person.found(Revision)).values_list("title", "text")  # some are sealed
    return named.exists() or any(word in f"{title}\n{text}".casefold() for title, text in written.iterator())


def is_in_other_texts(person, word):
    """Return whether anybody else's texts or names hold a word."""
    others = Revision.objects.exclude(pk__in=person.found(Revision))
    if person.address:
        others = others.exclude(text__icontains=person.address)
    named = Submission.objects.exclude(pk__in=person.found(Submission)).filter(author_name__icontains=word)
    return named.exists() or others.filter(Q(title__icontains=word) | Q(text__icontains=word)).exists()


def blank_searches(searches, person, actor):
    """Empty the searches; their owners keep the rest of their list."""
    searches.update(name=_("Erased"), asked="", alert=False)


def blank_exports(exports, person, actor):
    """Forget what was asked; the files themselves go with the texts that are in them."""
    exports.update(question="", sentence=_("Erased"), reason="", file_name="")


@record_kind(
    SavedSearch, gettext_lazy("Saved searches of officers for this person"), internal=True, erase=blank_searches
)
def searches_for(person):
    """Select the saved searches that only this person's words answer."""
    asked = SavedSearch.objects.values_list("pk", "name", "asked")
    return SavedSearch.objects.filter(pk__in=[pk for pk, *words in asked if is_about(person, " ".join(words))])


@record_kind(
    Export,
    gettext_lazy("Exports that asked for this person"),
    left_out=("claim_token",),
    internal=True,
    erase=blank_exports,
)
def exports_for(person):
    """Select the exports that only this person's words answer."""
    asked = Export.objects.values_list("pk", "question", "sentence", "reason")
    return Export.objects.filter(pk__in=[pk for pk, *words in asked if is_about(person, " ".join(words))])


words_of_staff(Tag, "name")


@follows_cover(Tag)
def rename_slugs(ids):
    """Give tags whose name was covered a slug that says nothing."""
    for tag in Tag.objects.filter(pk__in=ids):
        tag.slug = f"erased-{tag.pk}"
        tag.save(update_fields=["slug"])


words_of_staff(SavedSearch, "name")
words_of_staff(Code, "name", "definition")
words_of_staff(FrameVersion, "codes")
