"""Whether a text may be shown."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ModerationConfig(AppConfig):
    """The agency's policy, and how it is applied."""

    name = "moderation"

    def ready(self):
        """Answer every submission, and give a new site its starter policy."""
        from consultations.signals import submission_received
        from moderation.policy import publish_starter_policy
        from moderation.screening import answer

        submission_received.connect(answer, dispatch_uid="moderation.screening")
        post_migrate.connect(publish_starter_policy, sender=self, dispatch_uid="moderation.policy")
