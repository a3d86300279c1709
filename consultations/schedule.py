"""What consultations do beside the web process."""

from consultations.following import tell_followers
from consultations.models import Follow, SavedResponse, SentForm
from consultations.outcomes import tell_authors
from consultations.page_events import record_due_events
from portal.jobs import worker

SENT_FORMS_CLEARED_EVERY = FOLLOWS_CLEARED_EVERY = SAVED_RESPONSES_CLEARED_EVERY = 3600  # seconds

worker.step(every=30)(record_due_events)
worker.step(every=SENT_FORMS_CLEARED_EVERY)(SentForm.clear_away)
worker.step(every=15)(tell_followers)
worker.step(every=15)(tell_authors)
worker.step(every=FOLLOWS_CLEARED_EVERY)(Follow.objects.clear_away)
worker.step(every=SAVED_RESPONSES_CLEARED_EVERY)(SavedResponse.clear_away)
