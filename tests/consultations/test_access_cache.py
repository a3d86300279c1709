"""A form's view reads its consultation from a cache, which no edit of this process outlives."""

import pytest
from django.http import Http404
from wagtail.models import PageViewRestriction

from consultations.access import consultation_or_404
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(rf, consultation):
    """Return a function that reads the consultation as a form's view does, once already."""
    request = rf.post("/")
    request.user, request.session = UserFactory(), {}
    consultation_or_404(request, consultation.slug, with_content=False)
    return lambda: consultation_or_404(request, consultation.slug, with_content=False)


def test_a_form_asks_the_database_once(ask, consultation, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert ask() == consultation


def test_two_forms_do_not_share_a_page(ask):
    ask().title = "Changed"

    assert ask().title != "Changed"


def test_an_edit_is_seen_at_once(ask, consultation):
    consultation.title = "New"
    consultation.save_revision().publish()

    assert ask().title == "New"


def test_a_page_that_is_taken_down_takes_nothing(ask, consultation):
    consultation.unpublish()

    with pytest.raises(Http404):
        ask()


def test_a_restriction_is_seen_at_once(ask, consultation):
    PageViewRestriction.objects.create(page=consultation, restriction_type=PageViewRestriction.PASSWORD, password="x")

    with pytest.raises(Http404):
        ask()
