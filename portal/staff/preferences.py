"""What a person may choose for all pages of the staff area."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST
from wagtail.admin.auth import permission_required
from wagtail.users.models import UserProfile


@require_POST
@permission_required("wagtailadmin.access_admin")
def switch_shortcuts(request):
    """Keep for the account whether single keys press buttons; it is Wagtail's own setting, so it holds everywhere."""
    profile = UserProfile.get_for_user(request.user)
    profile.keyboard_shortcuts = request.POST.get("on") == "true"
    profile.save(update_fields=["keyboard_shortcuts"])
    return HttpResponse(status=204)
