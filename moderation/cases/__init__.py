"""Cases: what waits for a person, how it is read, and how it is decided."""
