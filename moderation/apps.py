"""Whether a text may be shown."""

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate, post_save


class ModerationConfig(AppConfig):
    """The agency's policy, and how it is applied."""

    name = "moderation"

    def ready(self):
        """Answer every submission, sent or about to be, and give a new site its starter policy."""
        from consultations import screening
        from moderation.models import CaretakerPeriod, Crisis, ExternalRequest, ModerationSettings, PolicyVersion
        from moderation.models.publishing import publish_starter_policy
        from moderation.redress import notifications  # noqa: F401  (registers what readers are written)
        from moderation.restrictions import in_force
        from moderation.review import mentions, staff_notifications  # noqa: F401  (register what staff are written)
        from moderation.screening.screen import SCREENER
        from moderation.slots import fill_slots
        from portal.models import PublicChange

        screening.register(SCREENER)
        for model in in_force.IN_FORCE_MODELS:
            for changed in (post_save, post_delete):
                changed.connect(
                    in_force.on_restrictions_changed, sender=model, dispatch_uid=f"moderation.in_force.{model.__name__}"
                )
        PublicChange.watch(CaretakerPeriod, Crisis, ExternalRequest, ModerationSettings, PolicyVersion)
        fill_slots()
        post_migrate.connect(publish_starter_policy, sender=self, dispatch_uid="moderation.models.publishing")
