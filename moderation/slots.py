"""What moderation puts into the pages of the packages below it."""

from django.utils.translation import gettext_lazy as _

from moderation.redress.statement_context import letter_statement_context, statement_context
from portal import slots
from portal.agency import navigation


def fill_slots() -> None:
    """Fill the slots of public pages and letters, and add the policy and its figures to menu and footer."""
    slots.fill("site.announcement", "moderation/_announcement.html")
    slots.fill("consultation.notice", "moderation/_caretaker.html")
    slots.fill("submitting.when_shown", "moderation/_when_shown.html")
    slots.fill("submitting.emergency", "moderation/_precheck_emergency.html")
    slots.fill("submitting.help", "moderation/_precheck_help.html")
    slots.fill("receipt.statement", "moderation/_statement.html", statement_context)
    slots.fill("letter.statement", "moderation/messages/statement.txt", letter_statement_context)
    slots.fill_url("policy", "moderation:policy")
    slots.fill_url("report", "moderation:report")
    navigation.add_to_menu(_("House rules"), "moderation:policy", order=20)
    navigation.add_to_footer(_("How we moderate"), "moderation:transparency", order=10)
