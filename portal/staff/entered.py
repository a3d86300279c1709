"""Lists that staff keep by hand in the Wagtail admin: an entry can be put right, and never deleted.

The audit ledger says who made an entry and who changed it.
"""

from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet

from portal.audit import record


class Entered(CreateView):
    """Enter something; the server notes who did, here and in the audit ledger."""

    def save_instance(self):
        """Save it, and record it last in the transaction."""
        self.form.instance.entered_by = self.request.user
        entry = super().save_instance()
        record(f"{entry._meta.model_name}.entered", actor=self.request.user, subject=entry)
        return entry


class Changed(EditView):
    """Change an entry; which fields stands in the audit ledger."""

    def save_instance(self):
        """Save it, and record it last in the transaction."""
        entry = super().save_instance()
        fields = sorted(self.form.changed_data)
        record(f"{entry._meta.model_name}.changed", actor=self.request.user, subject=entry, fields=fields)
        return entry


class KeptPolicy(ModelPermissionPolicy):
    """Who may do what with an entry: as the roles say, but nobody deletes one."""

    def user_has_permission(self, user, action):
        """Refuse to delete, to everybody."""
        return action != "delete" and super().user_has_permission(user, action)


class EnteredViewSet(SnippetViewSet):
    """A list that staff keep."""

    add_view_class = Entered
    edit_view_class = Changed
    copy_view_enabled = False
