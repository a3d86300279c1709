"""Comments: what people write under a consultation, and their replies to each other."""
