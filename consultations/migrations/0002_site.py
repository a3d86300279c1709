"""The pages every site has (home, the list of consultations) and the sign-off that pages go through."""

from django.db import migrations

NAME = "Publication sign-off"


def create_pages(apps, schema_editor):
    """Put our home page in the place of Wagtail's welcome page."""
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    ContentType = apps.get_model("contenttypes", "ContentType")
    locale = apps.get_model("wagtailcore", "Locale").objects.order_by("id").first()
    Page.objects.filter(depth=2).delete()

    def create(model, **fields):
        kind, _created = ContentType.objects.get_or_create(app_label="consultations", model=model.lower())
        return apps.get_model("consultations", model).objects.create(
            content_type=kind, locale=locale, draft_title=fields["title"], **fields
        )

    home = create("HomePage", title="Home", slug="home", path="00010001", depth=2, numchild=1, url_path="/home/")
    create(
        "ConsultationIndexPage",
        title="Consultations",
        slug="consultations",
        path="000100010001",
        depth=3,
        numchild=0,
        url_path="/home/consultations/",
    )
    Page.objects.filter(depth=1).update(numchild=1)
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "port": 80, "root_page_id": home.pk}
    )


def create_sign_off(apps, schema_editor):
    """Let the editors sign pages off: Wagtail's own group for it has a name we use for something else."""
    Group = apps.get_model("auth", "Group")
    editors, _created = Group.objects.get_or_create(name="Editors")
    GroupApprovalTask = apps.get_model("wagtailcore", "GroupApprovalTask")
    for task in GroupApprovalTask.objects.all():
        task.name = NAME
        task.save()
        task.groups.set([editors])
    apps.get_model("wagtailcore", "Workflow").objects.update(name=NAME)
    Group.objects.filter(name="Moderators").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailimages", "0001_initial"),
        ("wagtaildocs", "0001_initial"),
        ("portal", "0002_agency_and_pages"),
    ]
    operations = [
        migrations.RunPython(create_pages, migrations.RunPython.noop),
        migrations.RunPython(create_sign_off, migrations.RunPython.noop),
    ]
