"""What officers find and take away."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The index of submissions, the officers' desk, what they take away, and what programs may read."""

    name = "search"

    def ready(self):
        """Take back every file that holds a text which is erased."""
        from consultations.signals import submission_erased
        from search.exports import erasure

        submission_erased.connect(erasure.forget, dispatch_uid="search.erasure")
