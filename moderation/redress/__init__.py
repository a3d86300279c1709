"""Redress: statements of reasons, reports by readers, appeals."""
