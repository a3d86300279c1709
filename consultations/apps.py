"""What is asked, and what citizens gave."""

from django.apps import AppConfig
from django.urls import register_converter
from django.utils.translation import gettext_lazy as _


class ConsultationsConfig(AppConfig):
    """Consultations and the submissions to them."""

    name = "consultations"

    def ready(self):
        """Fill slots, subscribe to events and to what editors publish, and have the public pages follow changes."""
        from django.db.models.signals import post_delete, post_save
        from wagtail.models import PageViewRestriction
        from wagtail.signals import page_published, page_unpublished

        from consultations import access, freshness, page_events  # noqa: F401  (registers what tells of changes)
        from consultations.converters import ReferenceConverter
        from consultations.events import register_subscribers
        from consultations.models import ConsultationPage, Question, Response, Support
        from portal import slots
        from portal.agency import navigation
        from portal.models import PublicChange

        register_converter(ReferenceConverter, "reference")
        slots.fill_url("consultations", "consultations:list")
        navigation.add_to_menu(_("Consultations"), "consultations:list", order=10)
        register_subscribers()
        page_published.connect(page_events.on_published, sender=ConsultationPage)
        page_unpublished.connect(page_events.on_unpublished, sender=ConsultationPage)
        for model in (ConsultationPage, PageViewRestriction):
            for signal in (post_save, post_delete):
                signal.connect(
                    access.forget_pages, sender=model, dispatch_uid=f"consultations.access.{model._meta.label}"
                )
        PublicChange.watch(Question, Response, Support)
