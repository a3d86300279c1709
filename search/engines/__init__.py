"""The engines: one interface, FTS5 embedded and Elasticsearch."""
