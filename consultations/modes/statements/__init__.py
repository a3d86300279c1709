"""Statements: one short sentence at a time, to agree with, to disagree with or to pass."""
