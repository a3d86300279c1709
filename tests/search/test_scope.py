import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied

from consultations.models import Status
from search.access.scope import may_find, permitted_visibilities, readable_revisions, scope_query
from search.language.query import Query
from tests.search.submissions import redacted, submission


def with_permissions(user, *names):
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return user


def test_scope_follows_the_permissions(citizen):
    assert permitted_visibilities(citizen) == ()
    with pytest.raises(PermissionDenied):
        scope_query(citizen, Query(text="bus"))


def test_search_alone_finds_what_is_public(citizen):
    officer = with_permissions(citizen, "search_submission")

    assert scope_query(officer, Query(text="bus")) == Query(text="bus", scope={"visibility": ("public",)})


def test_reading_the_unpublished_needs_search_too(citizen):
    reader = with_permissions(citizen, "read_unpublished_submission")
    assert permitted_visibilities(reader) == ()


def test_both_permissions_find_both(citizen):
    officer = with_permissions(citizen, "search_submission", "read_unpublished_submission")

    assert permitted_visibilities(officer) == ("public", "restricted")


def test_scope_replaces_one_that_was_there(citizen):
    officer = with_permissions(citizen, "search_submission")

    assert scope_query(officer, Query(scope={})).scope == {"visibility": ("public",)}


@pytest.mark.parametrize(
    ("status", "public", "both"),
    [
        (Status.PUBLISHED, True, True),
        (Status.HELD, False, True),
        (Status.REFUSED, False, True),
        (Status.RECEIVED, False, False),
        (Status.WITHDRAWN, False, False),
    ],
)
def test_the_row_has_the_last_word(consultation, status, public, both):
    one = submission(consultation, status=status)

    assert (may_find(("public",), one), may_find(("public", "restricted"), one)) == (public, both)


def test_a_sealed_revision_is_read_by_no_officer(consultation):
    one = redacted(consultation, "Call Jo on 0491 570 006", "Call […]")
    one.add_revision(text="A later text", title="", actor=None)

    assert [r.number for r in readable_revisions(("public",), one)] == [2]
    assert [r.number for r in readable_revisions(("public", "restricted"), one)] == [3, 2]
