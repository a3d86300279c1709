import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse


@pytest.fixture
def desk(client, citizen):
    """The desk as somebody sees it who finds both public and unpublished texts, and may export."""
    codenames = ["access_admin", "search_submission", "read_unpublished_submission", "export_submission"]
    citizen.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(citizen)
    return lambda **asked: client.get(reverse("desk"), asked)


@pytest.fixture
def public_desk(desk, client, citizen):
    """The desk as somebody sees it who finds public texts only."""
    citizen.user_permissions.remove(*Permission.objects.filter(codename="read_unpublished_submission"))
    return desk
