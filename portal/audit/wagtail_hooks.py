"""The ledger in the Wagtail admin: URL, menu entry, permission."""

from django.utils.translation import gettext_lazy as _

from portal.audit import own_sentences, views  # noqa: F401  (registers how entries read)
from portal.staff.menu import REPORTS_MENU, MenuEntry
from portal.staff.registration import staff_page, staff_permissions

LEDGER_ENTRY = MenuEntry(_("Audit ledger"), "history", (views.READ_AUDIT_PERMISSION,), order=50, menu=REPORTS_MENU)

staff_page("audit/", views.audit, "audit", menu=LEDGER_ENTRY)
staff_page("audit/list.csv", views.audit_csv, "audit_csv")
staff_permissions(views.READ_AUDIT_PERMISSION)
