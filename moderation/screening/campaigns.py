"""Campaigns: letters that several people send nearly word for word, detected on arrival and counted.

Two letters that say opposite things are two campaigns, however many words they share: a batch is decided after a few
of its letters were read. A campaign is lawful participation. Nothing here holds a text or hides it; the moderators read
it once, and officers see one letter with its number.
"""

from typing import NamedTuple

from django.db import connection
from django.db.models import F

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

    def is_like(self, raw, *, is_copy=False):
        """Return whether a text is the same letter: nearly the same words, and nothing said the other way round."""
        return (is_copy or alike(self.words, Text(raw).words)) and not self.is_opposed_to(raw)

    def is_opposed_to(self, raw):
        """Return whether a text says the opposite, or names another number or day."""
        return is_opposed(self.plain_words, Text(raw).plain_words)


def sketch_of(text):
    """Return the sketch of a text."""
    read = Text(text)
    return Sketch(words_fingerprint(read.words), read.words, bands(read.words), read.plain_words)


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
