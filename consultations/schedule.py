"""What consultations do beside the web process."""

from consultations.notifications import tell_authors
from portal.jobs import worker

worker.step(every=10)(tell_authors)
