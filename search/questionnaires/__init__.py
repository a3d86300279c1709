"""Questionnaires for officers: question by question, and compared."""
