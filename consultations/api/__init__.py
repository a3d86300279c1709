"""Open data: consultations and public submissions for programs."""
