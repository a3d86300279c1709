"""The public website of consultations."""
