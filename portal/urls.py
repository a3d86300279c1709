"""Every address of the site; Wagtail's catch-all comes last."""

from django.conf import settings
from django.http import Http404
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.defaults import page_not_found
from django.views.generic import RedirectView
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from portal import health, views
from portal.accounts import views as account_views
from portal.crawlers.views import robots, sitemap_index, sitemap_section
from portal.http.addresses import STAFF_AREA
from portal.media.storage import PRIVATE_FOLDERS
from portal.outbox.mail_services import mail_service_urls
from portal.outbox.views import confirm_address, stop_messages
from portal.privacy import views as privacy_views

portal_urls = (
    [
        path("theme.css", views.theme, name="theme"),
        path("style/", views.style, name="style"),
        path("messages/stop/<str:token>/", stop_messages, name="stop_messages"),
        path("messages/confirm/<str:token>/", confirm_address, name="confirm_address"),
        path(".well-known/security.txt", views.security_txt, name="security_txt"),
        path("manifest.webmanifest", views.manifest, name="manifest"),
        path("icon-<int:size>.png", views.icon, name="app_icon"),
        path("robots.txt", robots, name="robots"),
        path("sitemap.xml", sitemap_index, name="sitemap"),
        path("sitemap-<slug:section>.xml", sitemap_section, name="sitemap_section"),
        path("healthz/live", health.live, name="live"),
        path("healthz/ready", health.ready, name="ready"),
        path("metrics", health.metrics, name="metrics"),
    ],
    "portal",
)

handler400 = "portal.views.bad_request"
handler404 = "consultations.views.pages.not_found"
handler500 = "portal.views.server_error"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(portal_urls)),
    path("", include("consultations.urls")),
    path("", include("moderation.urls")),
    path("", include("search.urls")),
    path("api/", include("portal.api_v1.urls")),
    path("admin/failwhale/", page_not_found, {"exception": Http404()}),  # Wagtail's own address breaks on purpose
    path("account/", account_views.account, name="account"),
    path("account/stay/", account_views.stay_signed_in, name="stay_signed_in"),
    path("account/data/", privacy_views.own_data, name="own_data"),
    path("account/close/", privacy_views.close_own_account, name="close_own_account"),
    path("account/closed/", privacy_views.account_closed, name="account_closed"),
    path("account/sessions/", account_views.own_sessions, name="usersessions_list"),  # before allauth's own
    path("account/", include("allauth.urls")),
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path(STAFF_AREA.lstrip("/"), include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("captcha/", include("captcha.urls")),
]
if settings.ANYMAIL_WEBHOOK_SECRET:
    urlpatterns.append(path("mail-events/", include((mail_service_urls(), "anymail"))))
if settings.SERVE_MEDIA:
    urlpatterns.append(
        re_path(
            rf"^media/(?!{'|'.join(PRIVATE_FOLDERS)})(?P<path>.*)$",
            serve,
            {"document_root": settings.MEDIA_ROOT},
            name="media",
        ),
    )
urlpatterns.append(path("", include(wagtail_urls)))
