"""Texts as values: folded words, differences, similarity, names."""
