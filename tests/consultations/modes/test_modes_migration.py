import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.factories import ConsultationFactory

BEFORE, AFTER = ("consultations", "0008_event_once"), ("consultations", "0009_modes")


def migrated_to(target):
    MigrationExecutor(connection).migrate([target])
    return MigrationExecutor(connection).loader.project_state([target]).apps


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_flags_of_pages_and_of_their_drafts_become_modes_and_back():
    page = ConsultationFactory(modes=["comments"])
    page.modes = ["comments", "ideas"]
    draft = page.save_revision()
    reading = ConsultationFactory(modes=[])
    latest = MigrationExecutor(connection).loader.graph.leaf_nodes()  # other packages' migrations went back with it
    try:
        old = migrated_to(BEFORE)
        flags = old.get_model("consultations", "ConsultationPage").objects.order_by("pk")
        assert list(flags.values_list("pk", "comments_enabled", "ideas_enabled")) == [
            (page.pk, True, False),
            (reading.pk, False, False),
        ]
        content = old.get_model("wagtailcore", "Revision").objects.get(pk=draft.pk).content
        assert (content["comments_enabled"], content["ideas_enabled"], "modes" in content) == (True, True, False)

        pages = migrated_to(AFTER).get_model("consultations", "ConsultationPage").objects
        assert dict(pages.values_list("pk", "modes")) == {page.pk: ["comments"], reading.pk: []}
        draft.refresh_from_db()
        assert draft.content["modes"] == ["comments", "ideas"]
        assert "comments_enabled" not in draft.content
    finally:
        MigrationExecutor(connection).migrate(latest)
