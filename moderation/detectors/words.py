"""Listed words and phrases, disguises undone."""

from collections.abc import Iterator
from functools import lru_cache

from moderation.detectors.hearsay import is_hearsay
from moderation.detectors.registry import Context, Match, detector
from moderation.detectors.wordlist import Word, WordList, is_spoken, load_words
from moderation.text.normalised import Text

Names = tuple[str, ...]
OWN_CATEGORY = "own"  # of words that the agency has listed itself
MAX_TOLD_WORDS = 100  # in one text; nobody tells of more
HEARSAY_ADVICE = "It seems to be told of, quoted, denied or said of oneself, so it is only noted."
SUBJECTS = ("", "topic", "viewpoint")  # Words about one of these may never hold a text.


@lru_cache(maxsize=64)
def compiled(lists: Names, words: Names, without: Names, categories: Names, minimum_severity: int) -> WordList:
    """Put together the lists and the agency's own words."""
    listed = [word for name in lists for word in load_words(name)]
    chosen = [w for w in listed if w.severity >= minimum_severity and (not categories or w.category in categories)]
    own = [Word(text, 4, OWN_CATEGORY, "Contains a word or phrase that we have listed.") for text in words]
    left_out = {Text(text).base.form for text in without}
    return WordList(w for w in chosen + own if Text(w.text).base.form not in left_out)


def check_words(*, lists: Names = (), words: Names = (), categories: Names = (), about: str = "", **_: object) -> None:
    """Refuse lists, categories and words that could never match, and a subject that we do not know."""
    if not lists and not words:
        raise ValueError("name at least one list, or give words")
    known = {word.category for name in lists for word in load_words(name)}
    if unknown := sorted(set(categories) - known):
        raise ValueError(f"no word in these lists has the category {unknown[0]}")
    if any(not Text(word).base.form.strip() for word in words):
        raise ValueError("a listed word cannot be empty")
    if about not in SUBJECTS:
        raise ValueError(f"words are about a topic, a viewpoint or nothing, not about “{about}”")


@detector(check=check_words)
def words(
    text: Text,
    context: Context,
    *,
    lists: Names = (),
    words: Names = (),
    without: Names = (),
    categories: Names = (),
    minimum_severity: int = 1,
    languages: Names = (),
    about: str = "",
) -> Iterator[Match]:
    """Find listed words; with `languages`, only in texts of those. What they are `about` is for the policy's check.

    A listed word that is told of, quoted, denied or said of oneself holds no text; the agency's own words do.
    """
    if languages and context.language not in languages:
        return
    found = compiled(lists, words, without, categories, minimum_severity).find(text)
    for place, (start, end, word) in enumerate(each for each in found if is_spoken(each[2], text, context.language)):
        may_be_told = word.category != OWN_CATEGORY and place < MAX_TOLD_WORDS
        if may_be_told and is_hearsay(text.folded, *text.unmasked.places(start, end)):
            yield Match(start, end, word.explanation, f"{word.explanation} {HEARSAY_ADVICE}", most="suggest")
        else:
            yield Match(start, end, word.explanation, word.advice)
