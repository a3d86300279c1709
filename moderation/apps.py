"""Whether a text may be shown."""

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate, post_save


class ModerationConfig(AppConfig):
    """The agency's policy, and how it is applied."""

    name = "moderation"

    def ready(self):
        """Answer every submission, sent or about to be, and give a new site its starter policy."""
        from consultations.signals import letters_due, submission_drafted, submission_received
        from moderation.models import CaretakerPeriod, Crisis
        from moderation.models.publishing import publish_starter_policy
        from moderation.redress import letters
        from moderation.restrictions import in_force
        from moderation.screening import precheck
        from moderation.screening.screen import answer
        from moderation.slots import fill_slots

        submission_received.connect(answer, dispatch_uid="moderation.screening.screen")
        submission_drafted.connect(precheck.answer, dispatch_uid="moderation.screening.precheck")
        letters_due.connect(letters.answer, dispatch_uid="moderation.redress.letters")
        for model in (Crisis, CaretakerPeriod):
            for changed in (post_save, post_delete):
                changed.connect(in_force.forget, sender=model, dispatch_uid=f"moderation.times.{model.__name__}")
        fill_slots()
        post_migrate.connect(publish_starter_policy, sender=self, dispatch_uid="moderation.models.publishing")
