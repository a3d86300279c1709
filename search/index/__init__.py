"""The index: documents, relay, rebuild, comparison with the database."""
