"""The sample agency that `make demo` shows; it stands on top of every package and nothing imports it."""
