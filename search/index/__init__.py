"""Keeping the index equal to the database: documents, relay, rebuild, verification."""
