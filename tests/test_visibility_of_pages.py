"""Drafts, private consultations and their documents: no exit says a word of them to who may not open them."""

import re

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.urls import URLPattern, get_resolver, reverse
from django.urls.exceptions import NoReverseMatch
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from consultations.models import ConsultationIndexPage
from consultations.receipt_links import receipt_key
from moderation.models import Decision
from tests.consultations.versions import publish
from tests.factories import ConsultationFactory, held_in, submission_to
from tests.moderation.decisions import refuse_or_redact

pytestmark = pytest.mark.django_db

SECRET = re.compile("Secret[a-z]+")
BELOW = (
    "",
    "ideas/",
    "ideas/new/",
    "statements/",
    "statements/new/",
    "statements/results/",
    "suggestions/",
    "suggestions/new/",
    "questionnaire/",
    "answers/",
    "feed/",
    "calendar.ics",
    "news.atom",
    "follow/",
    "comments/{}/",
    "versions/",
    "versions/1/",
    "versions/2/changes/",
    "no/",
)
RAISES, SIGNS_OUT = "/admin/failwhale/", "/admin/logout/"


@pytest.fixture
def board(db):
    """Return a group that the private things are for."""
    return Group.objects.create(name="Board")


@pytest.fixture
def hidden(board, editor):
    """Return pages and documents that few may see; whatever is theirs has a word that begins with Secret."""
    draft = ConsultationFactory(title="Secretdraft", slug="first-thoughts", live=False)
    private = publish(ConsultationFactory(title="Secretprivate", slug="for-the-board"))
    private = publish(private, "Secretnote", summary="Secretsummary")
    restriction = PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.add(board)
    edited = ConsultationFactory(title="Street trees", slug="street-trees")
    edited.title = "Secretedit"
    edited.save_revision(user=editor)
    comment = submission_to(private, "Secretvoice says so.")
    held_in(private)
    return {"pages": [draft, private, edited], "papers": [paper(), paper(board)], "comment": comment}


def paper(group=None):
    """Return a document of no page, in a collection for one group or in the first."""
    collection = Collection.get_first_root_node()
    if group:
        collection = collection.add_child(name="Secretcollection")
        restriction = CollectionViewRestriction.objects.create(collection=collection, restriction_type="groups")
        restriction.groups.add(group)
    file = ContentFile(b"Secretcontent", name=f"minutes-{group}.txt")
    return get_document_model().objects.create(title="Secretpaper", file=file, collection=collection)


def staff_addresses():
    """Yield every address of the staff area that needs no argument, but the one that raises and the way out."""
    [admin] = [pattern for pattern in get_resolver().url_patterns if str(pattern.pattern) == "admin/"]
    waiting = [(pattern, ()) for pattern in admin.url_patterns]
    while waiting:
        pattern, spaces = waiting.pop()
        if not isinstance(pattern, URLPattern):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            waiting += [(each, inner) for each in pattern.url_patterns]
            continue
        try:
            address = reverse(":".join([*spaces, pattern.name or ""]))
        except NoReverseMatch:
            continue
        if address not in (RAISES, SIGNS_OUT):
            yield address


def addresses_of(hidden):
    """Yield the addresses that a hidden thing has, and those of lists that could name it."""
    comment = hidden["comment"]
    for page in hidden["pages"]:
        yield from (f"/consultations/{page.slug}/{part.format(comment.reference)}" for part in BELOW)
        yield from (f"/api/v1/consultations/{page.slug}{part}" for part in ("", "/submissions"))
        names = ("wagtailadmin_explore", "wagtailadmin_choose_page_child")
        yield from (reverse(name, args=[page.pk]) for name in names)
        operations = ("edit", "view_draft", "history", "usage", "delete", "workflow_history", "set_privacy", "move")
        yield from (reverse(f"wagtailadmin_pages:{name}", args=[page.pk]) for name in operations)
        yield f"/admin/api/main/pages/{page.pk}/"
    yield from (each.url for each in hidden["papers"])
    yield from (reverse("wagtaildocs:edit", args=[each.pk]) for each in hidden["papers"])
    yield from (reverse("wagtaildocs_chooser:chosen", args=[each.pk]) for each in hidden["papers"])
    yield from (f"/admin/api/main/documents/{each.pk}/" for each in hidden["papers"])
    yield from (f"/report/{comment.reference}/", f"/receipts/{comment.reference}/")
    yield f"/api/v1/submissions/{comment.reference}"
    index = ConsultationIndexPage.objects.get().pk
    for name in ("wagtailadmin_explore", "wagtailadmin_choose_page_child"):
        yield reverse(name, args=[index])
    searched = (
        "/admin/choose-page/search/",
        "/admin/pages/search/",
        "/admin/documents/chooser/",
        "/admin/documents/",
        "/search/",
    )
    yield from (f"{address}?q=Secret" for address in searched)
    yield "/search/?q=says"  # a word beside the secret
    yield from (
        "/news.atom",
        "/calendar.ics",
        "/",
        "/consultations/",
        "/api/",
        "/api/v1/consultations",
        "/api/v1/submissions",
        "/moderation/",
    )
    yield from ("/admin/api/main/pages/?fields=*", "/admin/api/main/pages/?child_of=1", "/sitemap.xml")
    yield from (f"/sitemap-{section}.xml" for section in ("consultations", "texts", "pages", "single-pages"))
    yield "/admin/tag-autocomplete/wagtaildocs/document/?term=S"


def words_seen(client, addresses):
    """Return the secrets that answers hold, by address."""
    found = {}
    for address in addresses:
        response = client.get(address)
        content = b"".join(response) if response.streaming else response.content
        told = content.decode("utf-8", "replace") + " ".join(response.headers.values())
        if words := set(SECRET.findall(told)):
            found[address] = words
    return found


@pytest.mark.slow
@pytest.mark.parametrize("who", ["stranger", "citizen", "officer", "privacy", "administrator"])
def test_no_exit_tells_of_drafts_or_private_pages_or_their_documents(client, request, hidden, who):
    if who != "stranger":
        client.force_login(request.getfixturevalue(who))

    assert words_seen(client, [*staff_addresses(), *addresses_of(hidden)]) == ALLOWED.get(who, {})


@pytest.mark.slow
@pytest.mark.parametrize("who", ["moderator", "lead"])
def test_moderators_learn_of_a_private_consultation_only_where_its_texts_wait(client, request, hidden, who):
    client.force_login(request.getfixturevalue(who))

    seen = words_seen(client, [*staff_addresses(), *addresses_of(hidden)])

    assert {word for words in seen.values() for word in words} == {"Secretprivate"}
    assert {address for address in seen if not address.startswith(("/admin/queue/", "/admin/rep"))} <= {"/admin/"}


# What is theirs to see: officers read whatever was given, and administrators say which group may use which collection.
DESK = {"/admin/desk/": {"Secretvoice", "Secretprivate"}, "/admin/coding/": {"Secretprivate"}}
ALLOWED = {
    "officer": DESK,
    "privacy": DESK
    | {
        "/admin/privacy/retention/": {"Secretprivate"},  # how long they keep its texts
        "/admin/desk/disclosure/": {"Secretprivate"},  # whose texts they hand out on request
    },
    "administrator": {"/admin/groups/new/": {"Secretcollection"}},
}


def test_desk_finds_texts_of_a_private_consultation_for_officers(client, officer, hidden):
    call_command("relay", verbosity=0)
    client.force_login(officer)

    seen = words_seen(client, ["/admin/desk/?q=secretvoice", *(page.url for page in hidden["pages"])])

    assert [*seen] == ["/admin/desk/?q=secretvoice"]


def test_editor_finds_and_opens_all_of_it(client, editor, hidden):
    client.force_login(editor)

    seen = words_seen(client, [*staff_addresses(), *addresses_of(hidden)])

    assert {word for words in seen.values() for word in words} >= {"Secretdraft", "Secretedit", "Secretpaper"}


def test_member_of_the_group_opens_what_is_for_the_group(client, citizen, board, hidden):
    citizen.groups.add(board)
    client.force_login(citizen)

    seen = words_seen(client, ["/consultations/for-the-board/", *(each.url for each in hidden["papers"])])

    assert [*seen] == ["/consultations/for-the-board/", hidden["papers"][1].url]


def test_receipt_tells_nobody_without_its_key_what_happened(client, consultation, moderator):
    refused = held_in(consultation)
    refuse_or_redact(refused, moderator, Decision.Action.REFUSE)
    other = submission_to(consultation, "Another text.")
    pages = {
        key: client.get(f"/receipts/{refused.reference}/{query}").content.decode()
        for key, query in {
            "none": "",
            "guessed": "?key=guess",
            "of another": f"?key={receipt_key(other.reference)}",
            "its own": f"?key={receipt_key(refused.reference)}",
        }.items()
    }

    told = {key: bool(re.search("Received|Refused|refused|moderator", page)) for key, page in pages.items()}
    assert told == {"none": False, "guessed": False, "of another": False, "its own": True}
