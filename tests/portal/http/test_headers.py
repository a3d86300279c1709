"""What browsers are told: which pages of Wagtail's may run more, what everything else may not."""

import pytest
from django.urls import URLPattern, get_resolver, reverse
from django.urls.exceptions import NoReverseMatch

from portal.http import csp
from portal.http.page_store import pages
from tests.headers import faults_of_headers

OURS = ("portal.", "consultations.", "moderation.", "search.")
OPENED_IN_THE_EDITOR = {  # our own forms and operations among Wagtail's views of the same model
    "wagtailsnippets_consultations_spokesperson",
    "wagtailsnippets_moderation_caretakerperiod",
    "wagtailsnippets_moderation_externalrequest",
    "wagtailsnippets_moderation_policydraft",
    "wagtailusers_groups",
}


def staff_addresses():
    """Return each address of the staff area: its namespaces, its name, and whether the view is ours."""
    [admin] = [pattern for pattern in get_resolver().url_patterns if str(pattern.pattern) == "admin/"]
    waiting = [(pattern, ()) for pattern in admin.url_patterns]
    while waiting:
        pattern, spaces = waiting.pop()
        if isinstance(pattern, URLPattern):
            view = getattr(pattern.callback, "view_class", pattern.callback)
            yield spaces, pattern.name, view.__module__.startswith(OURS)
        else:
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            waiting += [(each, inner) for each in pattern.url_patterns]


def is_relaxed(spaces, name):
    """Return whether the address is in the list of those that may run inline scripts."""
    if not spaces:
        return name in csp.EDITOR_NAMES
    return spaces[0] in csp.EDITOR_NAMESPACES or spaces[0].startswith(csp.EDITOR_NAMESPACE_STARTS)


def test_only_pages_of_the_editor_may_run_more():
    ours = {(spaces, name) for spaces, name, is_ours in staff_addresses() if is_ours and is_relaxed(spaces, name)}

    assert {spaces[0] for spaces, _name in ours} == OPENED_IN_THE_EDITOR


def test_every_name_in_the_list_of_the_editor_exists():
    known = [*staff_addresses()]

    assert {spaces[0] for spaces, _name, _ours in known if spaces} >= csp.EDITOR_NAMESPACES
    assert {name for spaces, name, _ours in known if not spaces} >= csp.EDITOR_NAMES


@pytest.mark.parametrize("name", ["wagtailadmin_home", "wagtailadmin_login", "queue", "site_health", "staff_style"])
def test_screens_of_ours_are_not_in_the_list(name):
    assert not is_relaxed((), name)


@pytest.mark.slow
def test_every_page_of_the_staff_area_sends_the_headers(client, db, administrator):
    client.force_login(administrator)
    faults, asked = {}, 0
    for spaces, name, _ours in staff_addresses():
        if name == "wagtailadmin_error_test":  # Wagtail's own, which raises
            continue
        try:
            address = reverse(":".join([*spaces, name or ""]))
        except NoReverseMatch:  # it needs an argument: test_access.py asks those of ours
            continue
        asked += 1
        if found := faults_of_headers(client.get(address)):
            faults[address] = found

    assert faults == {}
    assert asked > 100


@pytest.mark.parametrize(
    "address", ["/", "/consultations/", "/no-such-page/", "/admin/no-such-page/", "/documents/1/none.pdf", "/metrics"]
)
def test_pages_errors_and_what_is_cached_send_the_headers(client, consultation, address):
    assert [faults_of_headers(client.get(address)) for _twice in range(2)] == [{}, {}]
    assert address != "/consultations/" or len(pages.entries) == 1


def test_refused_forms_send_the_headers(client, consultation):
    response = client.post(f"{consultation.get_absolute_url()}comments/", headers={"Sec-Fetch-Site": "cross-site"})

    assert (response.status_code, faults_of_headers(response)) == (403, {})


@pytest.mark.django_db  # the end of a request looks at connections that other tests have opened
def test_static_files_send_what_keeps_them_apart(client):
    response = client.get("/static/portal/tokens.css")
    response.close()

    assert response.status_code == 200
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
