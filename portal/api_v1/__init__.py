"""Version 1 of the public API, composed of the routers of all packages."""
