"""A made-up person whose name, address, words and network no log may hold."""

NAME, ADDRESS = "Wilhelmina Quillfeather", "wilhelmina.quillfeather@example.org"
WORDS = "The heron nests behind my house in Mill Lane"
SECRET, NETWORK = "nine purple lanterns", "203.0.113.77"
PLANTED = ("Wilhelmina", "Quillfeather", "quillfeather", "heron", "Mill Lane", SECRET, NETWORK)


def planted_in(text):
    """Return what was planted and stands in a text."""
    return [each for each in PLANTED if each in text]
