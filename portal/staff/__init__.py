"""The frame of the staff area: menu, sign-off."""
