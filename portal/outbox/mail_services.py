"""The addresses at which mail services report what became of letters."""

import warnings
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern


def mail_service_urls() -> list[URLPattern]:
    """Return anymail's addresses for reports, of the services that can work here.

    Those of services with a key that is not set would break at each request. Letters to us are not taken at all.
    """
    from anymail.urls import urlpatterns

    return [each for each in urlpatterns if "tracking" in each.name and can_work(each)]


def can_work(pattern: URLPattern) -> bool:
    """Return whether a service's view has what it needs."""
    made: Any = pattern.callback
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of services that anymail gives up
            view = made.view_class(**made.view_initkwargs)
    except ImproperlyConfigured:
        return False
    return getattr(view, "webhook_key", "") is not None  # Mandrill's asks for its key as late as a report comes
