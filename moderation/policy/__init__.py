"""The policy: its values, its file, its rules, its drafts and its versions."""
