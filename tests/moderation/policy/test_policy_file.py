import tomllib
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from moderation.models import PolicyDraft, PolicyVersion
from moderation.models.publishing import publish_policy
from moderation.policy.blocks import CATEGORY_CHOICES
from moderation.policy.loading import STARTER_POLICY, load_policy, parse_policy
from portal.models import AuditEntry
from tests.factories import UserFactory, policy_draft
from tests.moderation.policy.policy_editor import EDIT, edit, saved, submitted

pytestmark = pytest.mark.django_db

POLICY = load_policy(STARTER_POLICY)


@pytest.fixture
def as_lead(client, lead):
    client.force_login(lead)
    return client


def send(client, content, name="policy.toml"):
    content = content if isinstance(content, bytes) else content.encode()
    return client.post(reverse("policy_import"), {"file": SimpleUploadedFile(name, content)})


def said(response):
    return [str(message) for message in response.context["form"].errors["file"]]


def test_file_is_taken_into_the_draft_and_noted(as_lead, lead):
    other = replace(POLICY, title="From the harbour next door", clauses=POLICY.clauses[:2], rules=POLICY.rules[:1])

    response = send(as_lead, other.as_toml())

    draft = PolicyDraft.objects.get()
    assert response.url == reverse(EDIT, args=[draft.pk])
    assert (saved().as_policy(), PolicyVersion.objects.count()) == (other, 1)
    entry = AuditEntry.objects.get(action="policy.imported")
    assert (entry.by, entry.subject) == (lead.pk, f"moderation.policydraft:{draft.pk}")
    assert entry.facts == {"revision": draft.latest_revision_id, "clauses": 2, "rules": 1}


def test_file_goes_out_as_it_came_in(as_lead):
    send(as_lead, STARTER_POLICY.read_text())
    draft = PolicyDraft.objects.get()

    response = as_lead.get(reverse("policy_export", args=[draft.pk]))

    assert parse_policy(response.content.decode()) == POLICY
    assert response["Content-Disposition"] == 'attachment; filename="policy-draft.toml"'


def test_file_takes_the_place_of_a_draft_and_nothing_is_lost(as_lead, lead):
    draft = policy_draft(actor=lead, title="Half written")

    send(as_lead, STARTER_POLICY.read_text())

    titles = [revision.as_object().title for revision in draft.revisions.order_by("id")]
    assert titles == ["Half written", "How we keep the conversation fair"]


def test_faulty_file_changes_nothing_and_every_fault_is_said(as_lead, lead):
    draft = policy_draft(actor=lead, title="Half written")
    text = STARTER_POLICY.read_text().replace('detector = "phone"', 'detector = "fone"', 1)
    text = text.replace('remedy = "edit"', 'remedy = "magic"', 1)

    response = send(as_lead, text)

    assert response.status_code == 422
    assert said(response) == [
        "The clause “respect”: remedy must be one of edit, redact, none, not “magic”.",
        next(line for line in said(response) if "phone-number" in line),
    ]
    assert "there is no detector “fone”" in said(response)[1]
    draft.refresh_from_db()
    assert (saved().title, draft.revisions.count()) == ("Half written", 1)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"title = ", "policy.toml is not TOML"),
        (b"\xff\xfe", "This file is not text in UTF-8."),
        (b"x" * (1024 * 1024 + 1), "too large to be a policy"),
        (b"clauses = 3", "The clauses must be a list of tables."),
        (b'title = "A"', "has no clause"),
        (b"clauses = [[1]]", "must be a list of tables"),
        (b"", "The submitted file is empty."),
    ],
)
def test_other_files_are_refused_in_words(as_lead, content, words):
    response = send(as_lead, content)

    assert response.status_code == 422
    assert words in " ".join(said(response))


def test_file_is_not_taken_in_while_a_draft_is_read(client, lead):
    submitted(client, policy_draft(actor=lead, title="Fair play"), lead)

    response = send(client, STARTER_POLICY.read_text())

    assert response.url == reverse("policy_home")
    assert (saved().title, AuditEntry.objects.filter(action="policy.imported").count()) == ("Fair play", 0)


def test_unfinished_draft_is_no_file(as_lead, lead):
    draft = policy_draft(actor=lead)
    edit(as_lead, draft, **{"rules-0-value-when": "detector = "})

    page = as_lead.get(reverse("policy_export", args=[draft.pk]), follow=True)

    assert "An unfinished draft is no file yet" in page.content.decode()


def test_public_file_is_the_policy_again(client):
    response = client.get(reverse("moderation:policy_file", args=[1]))

    assert parse_policy(response.content.decode()) == POLICY
    assert response["Content-Disposition"] == 'attachment; filename="policy-1.toml"'
    assert response.content.decode().startswith("# Version 1, from ")


def test_public_file_keeps_our_own_words_to_ourselves(client, lead):
    own = replace(
        POLICY.rules[0],
        key="own",
        title="Ours\nalone",
        when={"not": {"all": [{"detector": "words", "words": ["gondolier"]}]}},
        mode="suggest",
        matches=("A boat.",),
        ignores=("A gondolier.",),
    )
    publish_policy(replace(POLICY, rules=(own, *POLICY.rules)))

    public = client.get(reverse("moderation:policy_file", args=[2])).content.decode()
    client.force_login(lead)
    whole = client.get(reverse("policy_export_version", args=[2])).content.decode()

    assert ("gondolier" in public, "gondolier" in whole) == (False, True)
    assert "# Rules that look for words of our own are left out: Ours alone." in public
    assert parse_policy(public) == POLICY
    assert parse_policy(whole).rules[0] == own


def test_file_of_a_version_that_is_not_there_is_not_found(client):
    assert client.get(reverse("moderation:policy_file", args=[7])).status_code == 404


def test_other_roles_take_nothing_in(client):
    client.force_login(UserFactory(groups=["Submission moderators"]))

    assert send(client, STARTER_POLICY.read_text()).status_code == 302
    assert not PolicyDraft.objects.exists()


def test_page_of_the_house_rules_shows_draft_and_versions(as_lead, lead, django_assert_max_num_queries):
    policy_draft(actor=lead, title="Fair play")
    as_lead.get(reverse("policy_home"))

    with django_assert_max_num_queries(30):
        page = as_lead.get(reverse("policy_home")).content.decode()

    assert "It is being written." in page
    assert "Start again from the version in force" in page
    assert "this site" in page  # published the first version


def test_starter_policy_cites_categories_of_the_transparency_database():
    known = [name for name, _words in CATEGORY_CHOICES if not name.endswith("SCOPE_OF_PLATFORM_SERVICE")]

    assert [clause.key for clause in POLICY.clauses if clause.category not in known] == []
    assert [clause.key for clause in POLICY.clauses if clause.ground == "ILLEGAL_CONTENT"] == ["courts"]


def test_starter_policy_asks_two_people_where_judgement_is_hard():
    asks = [clause.key for clause in POLICY.clauses if clause.second_opinion]

    assert asks == ["hate", "naming-staff", "accusations", "misleading", "elections", "courts"]


def test_starter_policy_names_a_legal_basis_without_sections_of_laws():
    assert [clause.key for clause in POLICY.clauses if not clause.legal_basis] == []
    assert [clause.legal_basis for clause in POLICY.clauses if any(sign.isdigit() for sign in clause.legal_basis)] == []


def test_starter_policy_keeps_opinions_from_machines():
    said = tomllib.loads(STARTER_POLICY.read_text())["clauses"]

    marked = [clause["key"] for clause in said if clause.get("viewpoint")]
    assert marked == ["accusations", "on-topic", "misleading", "elections"]
    assert {clause.auto_max for clause in POLICY.clauses if clause.viewpoint} == {"note"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("a = " + "[" * 5000, "policy.toml is not TOML: too much stands inside of each other"),
        ("a = " + "[" * 30 + "]" * 30, "policy.toml is not TOML: too much stands inside of each other"),
        ("a = " + "9" * 5000, "policy.toml is not TOML: Exceeds the limit"),
        ("a = 9999-12-31T23:59:59-14:00", "The policy has no title."),
    ],
)
def test_file_that_nobody_can_read_is_told_in_words(as_lead, content, told):
    response = send(as_lead, content)

    assert response.status_code == 422
    assert said(response)[0].startswith(told)


def test_file_with_signs_that_no_table_holds_is_taken_without_them(as_lead):
    toml = STARTER_POLICY.read_text().replace('title = "', 'title = "\\u0000\\u202eOur ', 1)

    send(as_lead, toml)

    assert saved().title == f"Our {POLICY.title}"
