"""Letters that several people send, word for word or nearly so: found when they come in, and counted.

A campaign is lawful participation. Nothing here holds a text or hides it; the moderators read it once, and officers see
one letter with its number.
"""

from collections import namedtuple

from django.db.models import Count, F, Q

from moderation.models import Band, Campaign, Screening
from moderation.text.minhash import alike, bands
from moderation.text.normalised import Text

CANDIDATES = 12  # the screenings that share most with a text; of a large campaign any will do

Sketch = namedtuple("Sketch", "fingerprint words bands")


def sketch_of(text, mark):
    """Return what tells whether two texts are alike: fingerprint, folded words, bands."""
    words = Text(text).words
    return Sketch(mark, words, bands(words))


def campaign_of(submission, sketch):
    """Return the campaign that a text belongs to, beginning one when it is the second of its kind; None if alone."""
    other = first_alike(submission, sketch)
    if other is None:
        return None
    if other.campaign_id:
        Campaign.objects.filter(pk=other.campaign_id).update(size=F("size") + 1)
        return Campaign.objects.get(pk=other.campaign_id)
    campaign = Campaign.objects.create(letter=other.revision, size=2)
    Screening.objects.filter(pk=other.pk).update(campaign=campaign)
    return campaign


def first_alike(submission, sketch):
    """Return the screening of another submission that says nearly the same; None when there is none."""
    for screening in candidates(submission, sketch):
        same = sketch.fingerprint and screening.fingerprint == sketch.fingerprint
        if same or alike(sketch.words, Text(screening.revision.text).words):
            return screening
    return None


def candidates(submission, sketch):
    """Return screenings of other submissions that share the fingerprint or bands, those that share most first."""
    others = Screening.objects.exclude(revision__submission=submission).select_related("revision")
    if sketch.fingerprint:
        copies = others.filter(fingerprint=sketch.fingerprint).exclude(fingerprint="")
        if copy := copies.order_by("-campaign_id", "id").first():
            return [copy]
    if not sketch.bands:
        return []
    shared = Band.objects.filter(value__in=sketch.bands).filter(~Q(screening__revision__submission=submission))
    best = shared.values("screening").annotate(count=Count("pk")).order_by("-count", "-screening")[:CANDIDATES]
    found = others.in_bulk([row["screening"] for row in best])
    return [found[row["screening"]] for row in best if row["screening"] in found]


def keep_bands(screening, sketch):
    """Store a text's bands, so that later ones find it."""
    Band.objects.bulk_create(Band(screening=screening, value=value) for value in sketch.bands)
