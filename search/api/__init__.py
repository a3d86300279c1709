"""What programs may read: open data for everybody, and the desk for an officer's own tools."""
