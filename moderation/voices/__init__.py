"""What we say to people and what they say back: statements of reasons, reports, appeals."""
