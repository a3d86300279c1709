"""A fourth way to take part, of which no file of the product knows: people pledge how they will travel."""
