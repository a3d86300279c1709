"""Elasticsearch 8 as the engine."""
