"""What consultations do when something has happened to a submission."""

from consultations import follow_letters, lost_receipts, saved_letters  # noqa: F401  (registers letters)
from consultations.events import subscribe
from consultations.models import EventKind, drop_votes_on_other_words
from consultations.models.suggestion_answer import SUGGESTION_ANSWERED, blank_reasons
from consultations.modes.suggestions.letters import tell_of_answer
from consultations.notifications import TOLD_TO_AUTHORS, forget_author, tell_author
from consultations.outcomes import begin_telling, repost_for_others

# The message and what it tells of are stored together or not at all; a savepoint would cost each text two queries.
subscribe(*TOLD_TO_AUTHORS, isolated=False)(tell_author)
subscribe(EventKind.OUTCOME_PUBLISHED, isolated=False)(begin_telling)
subscribe(EventKind.ERASED, isolated=False)(repost_for_others)  # while the letter still has the address
subscribe(EventKind.ERASED, isolated=False)(forget_author)
subscribe(EventKind.ERASED, isolated=False)(blank_reasons)
subscribe(SUGGESTION_ANSWERED, isolated=False)(tell_of_answer)
# Nobody has agreed to words that others were cleared in the place of; a decision that is taken back changes them too.
subscribe(EventKind.PUBLISHED, EventKind.UNDONE, isolated=False)(drop_votes_on_other_words)
