"""What is asked, and what citizens gave."""

from django.apps import AppConfig
from django.db.models.signals import m2m_changed
from django.urls import register_converter
from django.utils.translation import gettext_lazy as _


class ConsultationsConfig(AppConfig):
    """Consultations and the submissions to them."""

    name = "consultations"

    def ready(self):
        """Fill slots, subscribe to events and to what editors publish, and have the public pages follow changes."""
        from wagtail.models import PageViewRestriction
        from wagtail.signals import page_published, page_unpublished

        from consultations import access, crawling, freshness, official_names, page_events  # noqa: F401  (registers what tells of changes)
        from consultations.converters import ReferenceConverter
        from consultations.events import register_subscribers
        from consultations.models import ConsultationPage, ParticipationPause, Question, Response, StatedTerms, Support
        from consultations.models.pause import on_pauses_changed
        from consultations.own_texts import own_follows, own_texts
        from consultations.terms import forget_stated
        from portal import slots
        from portal.accounts.role_grants import power_over_texts
        from portal.agency import navigation
        from portal.model_changes import on_change
        from portal.models import Agency, PublicChange, User

        power_over_texts(
            *(
                f"consultations.{what}_submission"
                for what in ("moderate", "read_unpublished", "read_sealed", "export", "erase")
            )
        )
        register_converter(ReferenceConverter, "reference")
        slots.fill_url("consultations", "consultations:list")
        slots.fill("account.texts", "consultations/_account_texts.html", own_texts)
        slots.fill("account.follows", "consultations/_account_follows.html", own_follows)
        crawling.tell_crawlers()
        navigation.add_to_menu(_("Consultations"), "consultations:list", order=10)
        navigation.add_to_footer(_("Lost your receipt?"), "consultations:lost_receipts", order=30)
        register_subscribers()
        page_published.connect(page_events.on_published, sender=ConsultationPage)
        page_unpublished.connect(page_events.on_unpublished, sender=ConsultationPage)
        on_change(access.forget_pages, ConsultationPage, PageViewRestriction)
        on_change(official_names.forget_own_names, Agency, ConsultationPage, User)
        on_change(on_pauses_changed, ParticipationPause)
        on_change(forget_stated, StatedTerms)
        m2m_changed.connect(official_names.forget_own_names, sender=User.groups.through)
        PublicChange.watch(ParticipationPause, Question, Response, StatedTerms, Support)
