"""Whether a text may be shown."""

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate, post_save


class ModerationConfig(AppConfig):
    """The agency's policy, and how it is applied."""

    name = "moderation"

    def ready(self):
        """Answer every submission, sent or about to be, and give a new site its starter policy."""
        from consultations.signals import letters_due, submission_drafted, submission_erased, submission_received
        from moderation import advice, times
        from moderation.cases import sealing
        from moderation.models import CaretakerPeriod, Crisis
        from moderation.policy.publishing import publish_starter_policy
        from moderation.screening import answer
        from moderation.voices import letters

        submission_received.connect(answer, dispatch_uid="moderation.screening")
        submission_drafted.connect(advice.answer, dispatch_uid="moderation.advice")
        submission_erased.connect(sealing.forget, dispatch_uid="moderation.cases.sealing")
        letters_due.connect(letters.answer, dispatch_uid="moderation.voices.letters")
        for model in (Crisis, CaretakerPeriod):
            for changed in (post_save, post_delete):
                changed.connect(times.forget, sender=model, dispatch_uid=f"moderation.times.{model.__name__}")
        post_migrate.connect(publish_starter_policy, sender=self, dispatch_uid="moderation.policy.publishing")
