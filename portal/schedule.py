"""What the site does beside the web process."""

from django.core.management import call_command

from portal.audit.roots import publish_roots
from portal.jobs import worker

HOUR = 3600


@worker.step(every=300)
def publish_scheduled_pages():
    """Publish and unpublish the pages whose time has come."""
    call_command("publish_scheduled", verbosity=0)


worker.step(every=HOUR)(publish_roots)  # of days that are over: there is at most one new root a day


@worker.step(every=HOUR)
def clear_away():
    """Delete sessions and captchas that have run out."""
    call_command("clearsessions", verbosity=0)
    call_command("captcha_clean", verbosity=0)
