"""What a test commits is gone before the next one."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection

from consultations.models import ConsultationIndexPage
from tests import database


@pytest.mark.django_db(transaction=True)
def test_the_migrated_database_is_put_back():
    migrated = sorted(Group.objects.values_list("name", flat=True))
    Group.objects.create(name="Committed by a test")
    call_command("flush", interactive=False, verbosity=0)
    assert not ConsultationIndexPage.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TABLE toys_ticket CASCADE" if connection.vendor == "postgresql" else "DROP TABLE toys_ticket"
        )

    database.put_back()

    assert sorted(Group.objects.values_list("name", flat=True)) == migrated != []
    assert ConsultationIndexPage.objects.exists()
    assert "toys_ticket" in connection.introspection.table_names()
