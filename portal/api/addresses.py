"""Where the addresses for programs begin."""

API_PREFIX = "/api/v1"
