"""Nobody goes by the agency's name or by a role of its staff, however it is written."""

import pytest
from django import forms
from django.contrib.auth.models import Group
from django.urls import reverse

from consultations.models import ConsultationPage, Submission
from consultations.official_names import is_official
from consultations.submitting.forms import AddressField, NameField, PlainTextField
from portal.models import Agency
from tests.consultations.submitting import comment
from tests.factories import ConsultationFactory, UserFactory, submission_to

pytestmark = pytest.mark.django_db

OURS = [
    "Harbour Transport Agency",
    "HARBOUR  transport agency",
    "Hаrbour Transport Agency",  # a Cyrillic а
    "Ｈａｒｂｏｕｒ Transport Agency",
    "Härböur Transport Agency",
    "HarbourTransportAgency",
    "Harbour-Transport-Agency",
    "H.a.r.b.o.u.r Transport Agency",
    "Harbour Tran\u200bsport Agency",
    "Jane, Harbour Transport Agency",
    "HTA",
    "H T A",
    "H.T.A. Team",
    "Parley",
    "Moderator",
    "M0derat0r",
    "Mоderator",
    "Mod\u00aderator",
    "m o d e r a t o r",
    "Moderator 2",
    "[Moderator] Jane",
    "Moderator✔",
    "Harbour Transport Agency!",
    "Administrator!",
    "Moderators!",
    "Admin!",
    "!Moderator!",
    "¡Admin!",
    "Admin‼",
    "|Admin|",
    "@dmin!",
    "$taff!",
    "1Moderator",
    "Moderation Team!",
    "Mo|derator",
    "Mod!erator",
    "Moderator|Jane",
    "TheModerator",
    "themoderator",
    "SiteAdmin",
    "siteadmin",
    "AdminTeam",
    "RealModerator",
    "JaneAdmin",
    "moderatorjane",
    "SupportTeam",
    "HTAsupport",
    "TheHarbourTransportAgency",
    "Administration",
    "Moderation team",
    "Community Manager",
    "Customer service",
    "Help desk",
    "Safety officer",
    "Legal reviewers",
    "Bus Network Planning",
    "The Bus Network Planning!",
    "BusNetworkPlanning",
    "Jane, Bus Network Planning",
    "Edda Lindqvist",
    "EDDA LINDQVIST!",
    "Lindqvist, Edda",
    "EddaLindqvist",
    "eddalindqvist",
    "Edda L1ndqvist",
    "Ms Edda Lindqvist (HTA)",
    "Edda Lindqvist, Moderation",
    "rnoderator",
    "𝐌𝐨𝐝𝐞𝐫𝐚𝐭𝐨𝐫",
    "ⓂⓄⒹⒺⓇⒶⓉⓄⓇ",
    "The real moderation team",
    "Αdmin",
    "@dmin",
    "Administrators",
    "Policy officer",
    "Privacy Officers",
    "Editor",
    "Staff",
    "Modérateur",
    "Moderatorin",
    "Administradora",
    "Модератор",
    "网站管理员",
    "モデレーター",
]
THEIRS = [
    "Jane",
    "Jean-Luc Moderat",
    "Robin Harbour",
    "Harbour Cyclists",
    "HTA commuter",
    "A customer",
    "An officer",
    "Lead",
    "Mr Lead",
    "Customer!",
    "Root",
    "Privacy",
    "The reviewer",
    "Jane!",
    "M!ke",
    "Edda",
    "Lindqvist",
    "Edda Lindqvist-Berg",
    "Anna Lindqvist",
    "Anil",
    "Night Bus Network",
    "Sven Forhelp",
    "LeRoot",
    "Hans McLead",
    "Otto Officer",
    "Gone Away",
    "Draft Unit of Ours",
    "Friends of transport",
    "Parley Jones",
    "Ann Moder",
    "Modesto Amin",
    "Rita Officer",
    "Kim Staffa",
    "Elihu Root",
    "Administration critic",
    "Badminton club",
    "Камара",
    "Camara",
    "Мария",
    "李伟",
    "김민수",
    "محمد علي",
    "Nguyễn Văn An",
    "Li",
    "",
]


@pytest.fixture(autouse=True)
def _agency(db):
    Agency.objects.update_or_create(pk=1, defaults={"name": "Harbour Transport Agency", "short_name": "HTA"})
    ConsultationFactory(answering="Bus Network Planning, Harbour Transport Agency")
    ConsultationFactory(live=False, answering="Draft Unit of Ours")
    UserFactory(first_name="Edda", last_name="Lindqvist", groups=["Editors"])
    UserFactory(first_name="An", last_name="Li", groups=["Editors"])
    UserFactory(first_name="Gone", last_name="Away", groups=["Editors"], is_active=False)


def test_name_of_ours_is_known_however_it_is_written():
    assert [name for name in OURS if not is_official(name)] == []


def test_name_of_somebody_else_is_nobodys_business():
    assert [name for name in THEIRS if is_official(name)] == []


def test_names_of_ours_are_read_once(django_assert_num_queries):
    is_official("Jane")

    with django_assert_num_queries(0):
        assert is_official("Edda Lindqvist")


def test_a_changed_name_of_ours_is_known_at_once():
    is_official("Jane")

    Agency.objects.update_or_create(pk=1, defaults={"name": "City of Weir"})
    unit, person = ConsultationPage.objects.live().get(), UserFactory(first_name="Ina", last_name="Okoye")
    unit.answering = "Parks Office"
    unit.save_revision().publish()
    assert not is_official("Ina Okoye")  # an account that may not open the staff area
    person.groups.add(Group.objects.get(name="Editors"))

    assert all(is_official(name) for name in ("City of Weir", "Parks Office", "Ina Okoye"))
    assert not is_official("Bus Network Planning")


def test_form_says_that_a_name_is_ours_and_keeps_the_text(client, consultation):
    page = comment(client, consultation, "The bus is late.", author_name="Mоderator")

    assert page.status_code == 422
    assert "This name looks like ours" in page.content.decode()
    assert "The bus is late." in page.content.decode()
    assert not Submission.objects.exists()


def test_staff_may_write_as_the_agency(client, consultation, moderator):
    client.force_login(moderator)

    comment(client, consultation, "The bus is late.", author_name="HTA")

    assert Submission.objects.get().author_name == "HTA"


def test_any_other_door_holds_a_text_under_a_name_of_ours(consultation):
    submission = submission_to(consultation, "The bus is late.", author_name="Moderator")

    assert (submission.status, submission.public_text) == ("held", "")
    assert submission.cases.get().cause == "rule"


@pytest.mark.parametrize("mark", ["\u200e", "\u200f", "\u061c", "\u200b", "\u00ad", "\ufeff", "\u2060", "\u202e"])
def test_marks_that_draw_nothing_leave_a_name(client, consultation, mark):
    comment(client, consultation, "The bus is late.", author_name=f"Ja{mark}ne{mark}")

    assert Submission.objects.get().author_name == "Jane"


INVISIBLE = ["\u3164", "\u2800\u2800", "\u200b", "\U000e0041\U000e0042", "\u0301\u0301", "\u00ad", "\ufe0f", "\u200e"]


@pytest.mark.parametrize("nothing", INVISIBLE)
@pytest.mark.parametrize("field", ["text", "author_name"])
def test_signs_that_draw_nothing_are_no_text_and_no_name(client, consultation, field, nothing):
    sent = {"text": "The bus is late.", "author_name": ""} | {field: nothing}

    page = comment(client, consultation, **sent)

    assert page.status_code == 422
    assert "There is nothing in it that people can see." in page.content.decode()
    assert not Submission.objects.exists()


@pytest.mark.parametrize("length", [255, 319, 320, 400])
def test_address_that_is_too_long_is_an_error_at_its_field(client, consultation, length):
    domain = ".".join(["a" * 60] * 6)[: length - 70] + ".example.org"
    address = "x" * (length - len(domain) - 1) + "@" + domain

    page = comment(client, consultation, "The bus is late.", author_email=address[-length:])

    assert page.status_code == 422
    assert "The bus is late." in page.content.decode()
    assert list(page.context["form"].errors) == ["author_email"]


def test_report_with_an_address_that_is_too_long_is_an_error_at_its_field(client, consultation):
    text = submission_to(consultation, "The bus is late.")
    domain = ".".join(["a" * 60] * 4) + ".example.org"
    form = {"clause": "threats", "text": "Look.", "email": f"{'x' * 30}@{domain}", "number": 1}

    page = client.post(reverse("moderation:report", args=[text.reference]), form)

    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["email"]


def public_forms(kind=forms.Form):
    """Return every form of the public site that its modules define."""
    for form in kind.__subclasses__():
        yield form
        yield from public_forms(form)


def test_every_public_form_asks_by_the_fields_that_know_these_rules():
    found = [
        (form.__name__, name, type(field))
        for form in public_forms()
        if form.__module__.startswith(("consultations.", "moderation.redress"))
        for name, field in form.base_fields.items()
        if isinstance(field, forms.EmailField) or name == "author_name" or isinstance(field.widget, forms.Textarea)
    ]

    assert [each for each in found if not issubclass(each[2], AddressField | PlainTextField)] == []
    assert {each[1] for each in found} >= {"author_name", "author_email", "email", "text"}
    assert {each[2] for each in found if each[1] == "author_name"} == {NameField}
