"""The desk: the officers' search screen."""
