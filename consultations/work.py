"""What consultations do beside the web process."""

from consultations.notices import tell_authors
from portal import worker

worker.step(every=10)(tell_authors)
