#!/usr/bin/env python
"""Django's command line for Parley."""

import os
import sys
from pathlib import Path

DEMO = Path(__file__).resolve().parent / "var" / "demo.env"

if __name__ == "__main__":
    settings = os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if settings == "portal.settings" and "SECRET_KEY" not in os.environ and DEMO.exists():
        os.environ.setdefault("ENV_FILE", str(DEMO))  # after `make demo`, commands are about the sample agency
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
