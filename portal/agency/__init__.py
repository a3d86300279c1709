"""The agency: its name and look, its standing pages."""
