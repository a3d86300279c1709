"""The site: settings, people, look, standing pages."""
