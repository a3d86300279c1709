"""Work that waits for a member of staff: working hours and due times."""
