"""What the site holds about one person: found by address or reference, handed out as a file, erased."""
