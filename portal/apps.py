"""The site itself."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_save, pre_save
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """Accounts, the agency's name and look, standing pages."""

    name = "portal"

    def ready(self):
        """Show what changed at once in this process and soon in all others; hear of bounces and send e-mail."""
        from wagtail.documents import get_document_model
        from wagtail.images import get_image_model
        from wagtail.models import Page, PageViewRestriction, Site, UploadedFile
        from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

        from portal.agency import navigation
        from portal.agency.branding import forget_branding
        from portal.agency.former_address import keep_path_before_move, keep_path_of_slug
        from portal.http.security_events import connect_security_events
        from portal.media.pictures import strip_picture, strip_waiting_upload
        from portal.models import Agency, ContentPage, PublicChange
        from portal.outbox import bounces, smtp  # noqa: F401  (registers the transport)
        from portal.staff import page_ledger
        from portal.staff.notifications import delivery  # noqa: F401  (registers what staff are written)
        from portal.staff.workflow_mail import connect_notifiers

        connect_security_events()
        connect_notifiers()  # before Wagtail connects its own

        navigation.add_to_footer(_("Open data"), "api_documentation", order=20)
        navigation.add_to_footer(_("For staff"), "wagtailadmin_home", order=30)
        navigation.add_to_footer(_("Your account"), "account", order=40)
        pre_save.connect(strip_picture, sender=get_image_model(), dispatch_uid="portal.media.strip_picture")
        pre_save.connect(strip_waiting_upload, sender=UploadedFile, dispatch_uid="portal.media.strip_waiting_upload")
        for model in (Agency, ContentPage):
            post_save.connect(forget_branding, sender=model, dispatch_uid="portal.branding")
        pages = [model for model in apps.get_models() if issubclass(model, Page)]
        PublicChange.watch(Agency, Site, PageViewRestriction, get_image_model(), get_document_model(), *pages)
        post_page_move.connect(PublicChange.note, dispatch_uid="portal.public_change.move")
        post_page_move.connect(keep_path_before_move, dispatch_uid="portal.former_address.move")
        page_published.connect(page_ledger.on_page_published, dispatch_uid="portal.page_ledger.published")
        page_unpublished.connect(page_ledger.on_page_unpublished, dispatch_uid="portal.page_ledger.unpublished")
        page_slug_changed.connect(keep_path_of_slug, dispatch_uid="portal.former_address.slug")
        if apps.is_installed("anymail"):
            from anymail.signals import tracking

            tracking.connect(bounces.note_event, dispatch_uid="portal.outbox.bounces")
