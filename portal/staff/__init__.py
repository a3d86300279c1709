"""What our own pages in the staff area share: registration, menu, the first page, help."""
