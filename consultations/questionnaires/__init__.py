"""Questionnaires: the form that is answered, and what everybody may read of the answers."""
