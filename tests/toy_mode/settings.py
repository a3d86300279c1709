"""Settings of the test suite with one mode more."""

from tests.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.toy_mode"]  # noqa: F405  (for its templates)
CONSULTATION_MODES = [*CONSULTATION_MODES, "tests.toy_mode.mode.PLEDGES"]  # noqa: F405
