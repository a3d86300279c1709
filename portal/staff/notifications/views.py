"""The page “My notifications”: what waits for the person who looks, and how the person wants to hear of it."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin.auth import permission_required

from portal.staff.notifications.kinds import ENTER_STAFF_AREA, choosable_kinds, still_waiting, ways_of
from portal.staff.notifications.models import NotificationChoice, NotificationWay, StaffNotification


class ChoicesForm(forms.Form):
    """How a person wants to hear of each kind of notification."""

    def __init__(self, data=None, *, user):
        super().__init__(data)
        self.user = user
        for kind in choosable_kinds(user):
            self.fields[kind.key] = forms.ChoiceField(
                label=kind.label,
                choices=NotificationWay.choices,
                initial=ways_of([user], kind.key)[user],
                widget=forms.RadioSelect,
            )

    def save(self):
        """Store the choices."""
        for key, way in self.cleaned_data.items():
            NotificationChoice.objects.update_or_create(user=self.user, kind=key, defaults={"way": way})


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(ENTER_STAFF_AREA)
def my_notifications(request):
    """Show what waits for a person, and keep how the person wants to hear of it."""
    form = ChoicesForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, _("Your choices are kept."))
        return redirect("my_notifications")
    rows = StaffNotification.objects.listed().filter(user=request.user).order_by("pk")
    context = {
        "form": form,
        "waiting": still_waiting(rows, request.user),
        "header": [{"url": "", "label": _("My notifications")}],
    }
    return render(request, "portal/my_notifications.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required(ENTER_STAFF_AREA)
def put_away(request, pk):
    """Take one notification off the person's list; what it is about goes on waiting."""
    StaffNotification.objects.filter(user=request.user, pk=pk).put_away()
    return redirect("my_notifications")
