"""Texts as values: folded words, similarity, names."""
