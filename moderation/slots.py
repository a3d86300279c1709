"""What moderation puts into the pages of the packages below it."""

from django.utils.translation import gettext_lazy as _

from moderation.models import Case
from moderation.redress.statement_context import letter_statement_context, statement_context
from moderation.retention.sentences import retention_sentences
from portal import slots
from portal.agency import navigation
from portal.crawlers import exclusions, sitemap


def fill_slots() -> None:
    """Fill the slots of public pages and letters; add the policy and its figures to menu, footer and sitemap."""
    slots.fill("site.announcement", "moderation/_announcement.html")
    slots.fill("consultation.notice", "moderation/_caretaker.html")
    slots.fill("submitting.when_shown", "moderation/_when_shown.html")
    slots.fill("submitting.emergency", "moderation/_precheck_emergency.html")
    slots.fill("submitting.help", "moderation/_precheck_help.html")
    slots.fill("home.help", "moderation/_home_help.html", home_help_context)
    slots.fill("receipt.statement", "moderation/_statement.html", statement_context)
    slots.fill("privacy.periods", "moderation/_retention_sentences.html", retention_context)
    slots.fill("letter.statement", "moderation/messages/statement.txt", letter_statement_context)
    slots.fill_url("policy", "moderation:policy")
    slots.fill_url("report", "moderation:report")
    navigation.add_to_menu(_("House rules"), "moderation:policy", order=20)
    for page in ("policy", "policy_versions", "transparency"):
        sitemap.add_page(f"moderation:{page}")
    exclusions.exclude("/policy/versions/compare/", "/report/")
    navigation.add_to_footer(_("How we moderate"), "moderation:transparency", order=10)


def retention_context():
    """Return how long data is kept, as sentences."""
    return {"sentences": retention_sentences()}


def home_help_context(user=None):
    """Return whether somebody reads cases, so that the help of the first page tells of them."""
    return {"reads_cases": bool(user) and any(user.has_perm(desk.permission) for desk in Case.Desk)}
