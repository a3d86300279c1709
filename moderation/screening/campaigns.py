"""Campaigns: letters that several people send nearly word for word, detected on arrival and counted.

Two letters that say opposite things are two campaigns, however many words they share: a batch is decided after a few
of its letters were read. A campaign is lawful participation. Nothing here holds a text or hides it; the moderators read
it once, and officers see one letter with its number.
"""

from typing import NamedTuple

from django.db import connection
from django.db.models import F

from consultations.models import Kind
from consultations.suggested_words import words_in
from moderation.models import Band, Campaign, Screening
from moderation.text.minhash import alike, bands
from moderation.text.normalised import Text, words_fingerprint
from moderation.text.stance import is_opposed


class Sketch(NamedTuple):
    """The features by which texts are compared: fingerprint, folded words, MinHash bands, and the words as written."""

    fingerprint: str
    words: tuple[str, ...]
    bands: tuple[int, ...]
    plain_words: tuple[str, ...]
    kind: str = ""  # of the submission
    change: str = ""  # that a suggestion asks for; two that ask for different ones are never one letter

    def is_like(self, raw, *, is_copy=False):
        """Return whether a text is the same letter: nearly the same words, and nothing said the other way round."""
        said, _change = own_part(self.kind, raw)
        return (is_copy or alike(self.words, Text(said).words)) and not self.is_opposed_to(raw)

    def is_opposed_to(self, raw):
        """Return whether a text says the opposite, or names another number or day."""
        said, change = own_part(self.kind, raw)
        return change != self.change or is_opposed(self.plain_words, Text(said).plain_words)


def sketch_of(text, kind=""):
    """Return the sketch of a text; the fingerprint is that of all of it."""
    said, change = own_part(kind, text)
    read = Text(said)
    whole = read if said == text else Text(text)  # to read a text costs more than all the rest of a sketch
    return Sketch(words_fingerprint(whole.words), read.words, bands(read.words), read.plain_words, kind, change)


def own_part(kind, text):
    """Return what is compared of a text, and the change that it asks for; '' for other texts than suggestions.

    Rivals repeat the same passage: all that they share may be the agency's words.
    """
    words = words_in(text) if kind == Kind.SUGGESTION else None
    return (words.own, words.change) if words else (text, "")


def size_with(nearest):
    """Return how many texts a campaign has once a text like ``nearest`` joins it."""
    return nearest.campaign.size + 1 if nearest.campaign_id else 2


def join_campaign(nearest):
    """Return the campaign that a text like ``nearest`` belongs to, with one text more; None for a text alone.

    The second text of its kind begins the campaign.
    """
    if nearest is None:
        return None
    if nearest.campaign_id:
        Campaign.objects.filter(pk=nearest.campaign_id).update(size=F("size") + 1)
        return nearest.campaign
    campaign = Campaign.objects.create(letter=nearest.revision, size=2)
    Screening.objects.filter(pk=nearest.pk).update(campaign=campaign)
    return campaign


def store_bands(screening, sketch):
    """Store a text's bands, by which later similar texts are found."""
    if not sketch.bands:
        return
    # Sixteen objects for sixteen numbers would take a tenth of the time that posting takes.
    rows = ", ".join(["(%s, %s)"] * len(sketch.bands))
    values = [number for value in sketch.bands for number in (screening.pk, value)]
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {Band._meta.db_table} (screening_id, value) VALUES {rows}", values)  # noqa: S608
