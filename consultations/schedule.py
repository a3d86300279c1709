"""What consultations do beside the web process."""

from consultations.page_events import record_due_events
from portal.jobs import worker

worker.step(every=30)(record_due_events)
