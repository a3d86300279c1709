"""The product's own settings, with two addresses more that measure what the framework alone costs."""

from portal.settings import *  # noqa: F403  (settings are one namespace)

ROOT_URLCONF = "bench.urls"
