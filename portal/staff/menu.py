"""Entries of the staff area's menu."""

from wagtail.admin.menu import MenuItem


class PermittedMenuItem(MenuItem):
    """An entry that is shown to those who have a permission."""

    def __init__(self, *args, permission, **kwargs):
        super().__init__(*args, **kwargs)
        self.permission = permission

    def is_shown(self, request):
        """Show it to those who may go there."""
        return request.user.has_perm(self.permission)
