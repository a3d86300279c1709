"""Whether a text may be shown."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def name_conflicts():
    """Name the powers that nobody should hold together with deciding on texts."""
    from portal.accounts.conflicts import conflict_pair, holders_of, page_editors
    from portal.accounts.role_grants import GIVE_ROLES

    deciding = holders_of("consultations.moderate_submission")
    erasing = holders_of("consultations.erase_submission")
    words = _("Edits pages, and decides on texts: nobody decides on texts to a consultation that they own or edited")
    conflict_pair(words, page_editors, deciding)
    conflict_pair(_("Gives roles, and decides on texts"), holders_of(GIVE_ROLES), deciding)
    conflict_pair(_("Decides on texts, and erases them for ever"), deciding, erasing)


class ModerationConfig(AppConfig):
    """The agency's policy, and how it is applied."""

    name = "moderation"

    def ready(self):
        """Answer every submission, sent or about to be, and give a new site its starter policy."""
        from consultations import screening
        from consultations.usual_period import register_usual_period
        from moderation.models import (
            CaretakerPeriod,
            Crisis,
            ExternalRequest,
            ModerationSettings,
            PolicyVersion,
            RetentionPeriod,
        )
        from moderation.models.publishing import publish_starter_policy
        from moderation.redress import notifications  # noqa: F401  (registers what readers are written)
        from moderation.restrictions import in_force
        from moderation.retention.usual_period import address_period, forget_address_periods
        from moderation.review import mentions, staff_notifications  # noqa: F401  (register what staff are written)
        from moderation.review.staff_notifications import SPECIALISTS
        from moderation.screening.screen import SCREENER
        from moderation.slots import fill_slots
        from portal.accounts.role_grants import power_over_texts
        from portal.model_changes import on_change
        from portal.models import PublicChange

        power_over_texts("moderation.publish_policy", "moderation.switch_crisis", *SPECIALISTS)
        name_conflicts()
        screening.register(SCREENER)
        register_usual_period(address_period)
        on_change(forget_address_periods, RetentionPeriod)
        on_change(in_force.on_restrictions_changed, *in_force.IN_FORCE_MODELS)
        PublicChange.watch(CaretakerPeriod, Crisis, ExternalRequest, ModerationSettings, PolicyVersion, RetentionPeriod)
        fill_slots()
        post_migrate.connect(publish_starter_policy, sender=self, dispatch_uid="moderation.models.publishing")
