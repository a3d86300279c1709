"""What the addresses of this package are made of, beside Django's own converters."""


class ReferenceConverter:
    """A submission's reference in an address; its letters may be typed small."""

    regex = "[0-9A-Za-z]{4}-[0-9A-Za-z]{4}"

    def to_python(self, value):
        """Return the reference as it is stored."""
        return value.upper()

    def to_url(self, value):
        """Return the reference as it is."""
        return value
