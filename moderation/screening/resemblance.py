"""What the database knows of texts that resemble a new one: asked once, in one statement.

The statement is written by hand: through the ORM it would be four queries, which cost a third of the time that posting
takes (`docs/decisions`, 0018).
"""

from dataclasses import dataclass

from django.db import connection

from moderation.models import Screening
from moderation.screening.campaigns import size_with

CAMPAIGN_CANDIDATES = 12  # the screenings that share most with a text; of a large campaign any will do

# Rows of (what, number, count). A copy has the same fingerprint; a candidate shares bands.
COPIES_SQL = """
WITH same AS (
    SELECT screening.id, screening.campaign_id, submission.id AS submission_id, submission.author_key,
        COALESCE(submission.consultation_id, 0) AS consultation_id
    FROM moderation_screening screening
    JOIN consultations_revision revision ON revision.id = screening.revision_id
    JOIN consultations_submission submission ON submission.id = revision.submission_id
    WHERE screening.fingerprint = %(fingerprint)s AND screening.fingerprint <> '' AND submission.id <> %(submission)s
)
SELECT 'copies', COUNT(DISTINCT submission_id),
    COUNT(DISTINCT CASE WHEN author_key = %(author_key)s AND author_key <> '' THEN submission_id END)
    FROM same WHERE consultation_id = %(consultation)s
UNION ALL
SELECT * FROM (SELECT 'copy', id, 0 FROM same ORDER BY COALESCE(campaign_id, 0) DESC, id LIMIT 1) first_copy
"""
CANDIDATES_SQL = """
UNION ALL
SELECT * FROM (
    SELECT 'candidate', band.screening_id, COUNT(*)
    FROM moderation_band band {others}
    WHERE band.value IN ({values})
    GROUP BY band.screening_id ORDER BY COUNT(*) DESC, band.screening_id DESC LIMIT %(candidates)s
) candidates
"""
# A text that is not stored yet has no bands of its own to leave out.
OTHER_SUBMISSIONS_SQL = """
    JOIN moderation_screening own ON own.id = band.screening_id
    JOIN consultations_revision revision ON revision.id = own.revision_id AND revision.submission_id <> %(submission)s
"""
PUBLISHED_SQL = """
UNION ALL
SELECT 'published', COUNT(*), 0 FROM consultations_submission
    WHERE author_key = %(author_key)s AND author_key <> '' AND status = 'published' AND id <> %(submission)s
"""


@dataclass(frozen=True, slots=True)
class Resemblance:
    """Texts like one: exact copies in the same consultation, one like it anywhere, and what its author published.

    ``copies`` and ``own_copies`` count other submissions, the latter those of the same author; ``near_copies`` is the
    number of others in its campaign that are no copies. ``nearest`` is the screening of the first text that says nearly
    the same, or None. ``published`` is 0 unless it was asked for.
    """

    copies: int = 0
    own_copies: int = 0
    near_copies: int = 0
    published: int = 0
    nearest: Screening | None = None


def find_resemblance(submission, sketch, *, count_published):
    """Return what resembles a text, from one query, and a second one when there are texts to compare with."""
    (copies, own_copies), copy_id, candidate_ids, published = _ask(submission, sketch, count_published)
    nearest = None
    if copy_id or candidate_ids:
        ids = [copy_id] if copy_id else candidate_ids
        screenings = Screening.objects.select_related("revision", "campaign__letter").in_bulk(ids)
        nearest = _first_alike([screenings[pk] for pk in ids if pk in screenings], sketch, is_copy=bool(copy_id))
    near_copies = max(size_with(nearest) - 1 - copies, 0) if nearest else 0
    return Resemblance(copies, own_copies, near_copies, published, nearest)


def _ask(submission, sketch, count_published):
    statement = COPIES_SQL
    parameters = {
        "fingerprint": sketch.fingerprint,
        "submission": submission.pk or 0,
        "consultation": submission.consultation_id or 0,
        "author_key": submission.author_key,
        "candidates": CAMPAIGN_CANDIDATES,
    }
    if sketch.bands:
        values = {f"band{number}": value for number, value in enumerate(sketch.bands)}
        names = ", ".join(f"%({name})s" for name in values)
        statement += CANDIDATES_SQL.format(values=names, others=OTHER_SUBMISSIONS_SQL if submission.pk else "")
        parameters |= values
    if count_published:
        statement += PUBLISHED_SQL
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows = cursor.fetchall()
    copies = next((number, own) for what, number, own in rows if what == "copies")
    copy_id = next((number for what, number, _own in rows if what == "copy"), None)
    candidates = [(count, number) for what, number, count in rows if what == "candidate"]
    published = next((number for what, number, _own in rows if what == "published"), 0)
    return copies, copy_id, [number for _count, number in sorted(candidates, reverse=True)], published


def _first_alike(screenings, sketch, *, is_copy):
    for screening in screenings:
        # The letter too: a copy of a copy may have lost the one word that a third turns round.
        letter = screening.campaign.letter if screening.campaign else screening.revision
        if sketch.is_like(screening.revision.text, is_copy=is_copy) and (
            letter == screening.revision or not sketch.is_opposed_to(letter.text)
        ):
            return screening
    return None
