"""What officers find and take away."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The index of submissions and the officers' desk, and what they take away."""

    name = "search"

    def ready(self):
        """Take back every file that holds a text which is erased."""
        from consultations.signals import submission_erased
        from search import erasure

        submission_erased.connect(erasure.forget, dispatch_uid="search.erasure")
