"""Editors' pages do not get an address at which the site itself answers."""

import pytest

from consultations.models import HomePage
from portal.models import ContentPage

pytestmark = pytest.mark.django_db


def typed(slug):
    """Return the fields of a new standing page's form with a slug."""
    form = ContentPage.get_edit_handler().get_form_class()
    home = HomePage.objects.get()
    data = {"title": "A page", "slug": slug, "body-count": "0", "comments-TOTAL_FORMS": "0"}
    data |= {"comments-INITIAL_FORMS": "0", "comments-MIN_NUM_FORMS": "0"}
    return form(data, instance=ContentPage(), parent_page=home)


@pytest.mark.parametrize("slug", ["follow", "following", "account", "admin"])
def test_slug_of_an_own_address_is_refused(slug):
    form = typed(slug)

    assert not form.is_valid()
    assert form.errors["slug"] == ["The site has a page of its own at this address. Choose another one."]


def test_other_slug_is_taken():
    assert "slug" not in typed("about-us").errors
