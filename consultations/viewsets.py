"""The register of who speaks for the agency, as a list in the Wagtail admin."""

from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, ObjectList
from wagtail.permissions import register_permission_policy

from consultations.models import Spokesperson
from portal.models import User
from portal.staff.entered import EnteredViewSet, KeptPolicy


class SpokespersonForm(WagtailAdminModelForm):
    """The form of an entry, which stays about the person it was made for, also once they have left."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        person = self.fields["user"]
        person.disabled = bool(self.instance.pk)
        staff = User.objects.filter(is_active=True, groups__isnull=False, spokesperson=None).distinct()
        person.queryset = User.objects.filter(pk=self.instance.user_id) if person.disabled else staff


register_permission_policy(Spokesperson, KeptPolicy(Spokesperson))


class SpokespersonViewSet(EnteredViewSet):
    """Who speaks for which unit; readers see role and unit beside an official reply."""

    model = Spokesperson
    icon = "user"
    menu_label = Spokesperson._meta.verbose_name_plural
    menu_hook = "register_settings_menu_item"
    menu_order = 40
    list_display = ["user", "role", "unit", "since", "until"]
    search_fields = ["role", "unit", "user__first_name", "user__last_name"]
    ordering = ["unit", "role"]
    edit_handler = ObjectList(
        [
            HelpPanel(template="consultations/_spokesperson_help.html"),
            FieldPanel("user"),
            FieldRowPanel([FieldPanel("role"), FieldPanel("unit")]),
            FieldRowPanel([FieldPanel("since"), FieldPanel("until")]),
        ],
        base_form_class=SpokespersonForm,
    )
