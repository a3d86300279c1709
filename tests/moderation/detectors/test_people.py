import pytest

from moderation.detectors import DETECTORS, Context, Match
from moderation.text.names import goes_by, skeleton
from moderation.text.normalised import Text

PEOPLE = ("Mayor Jane Smith", "Cr. Ali Arnold", "Zoë Müller-Klein", "Wu")


@pytest.mark.parametrize(
    ("shown", "person"),
    [
        ("Jane Smith", "Mayor Jane Smith"),
        ("the real JANE SMITH", "Mayor Jane Smith"),
        ("Smith, Jane", "Mayor Jane Smith"),
        ("janesmith", "Mayor Jane Smith"),
        ("Jane_Smith2027", "Mayor Jane Smith"),
        ("Jаnе Ѕmіth", "Mayor Jane Smith"),
        ("J4ne Sm1th", "Mayor Jane Smith"),
        ("Jane Srnith", "Mayor Jane Smith"),
        ("Jane\u200b Smiith", "Mayor Jane Smith"),
        ("Jane Smith MP for Exampleton", "Mayor Jane Smith"),
        ("A1i Amold", "Cr. Ali Arnold"),
        ("Councillor Ali Arnold", "Cr. Ali Arnold"),
        ("zoe muller klein", "Zoë Müller-Klein"),
        ("Wu", "Wu"),
    ],
)
def test_goes_by_sees_through_disguises_titles_and_order(shown, person):
    assert goes_by(shown, PEOPLE) == person


@pytest.mark.parametrize(
    "shown",
    ["Jane Smithson", "Mary Jane", "J. Smith", "Smith", "Night Owl", "Mayor", "Wulf", "", "Jane and Bob Smith", "😀"],
)
def test_goes_by_leaves_other_names_alone(shown):
    assert goes_by(shown, PEOPLE) == ""


def test_goes_by_nobody_when_nobody_is_listed():
    assert goes_by("Jane Smith", ()) == ""
    assert goes_by("", ("", " ")) == ""


def test_a_title_alone_may_be_listed():
    assert goes_by("The Mayor", ("Mayor",)) == "Mayor"
    assert goes_by("Mayor Jane Smith", ("Mayor",)) == ""


def test_skeleton_is_the_same_for_what_looks_the_same():
    assert skeleton("Bill Vvarner") == skeleton("BlII Wamer") == skeleton("Ві11 Wаrner")


def test_impersonation_reads_the_name_to_show_unless_staff_writes():
    name = Text("Jane Smith")

    assert DETECTORS["impersonation"].fields == ("name",)
    assert list(DETECTORS["impersonation"].detect(name, Context(public_people=PEOPLE))) == [
        Match(0, 10, "The name looks like that of one of our staff or elected people.")
    ]
    assert list(DETECTORS["impersonation"].detect(name, Context(public_people=PEOPLE, staff=True))) == []
    assert list(DETECTORS["impersonation"].detect(name, Context())) == []


@pytest.mark.parametrize(
    ("domain", "staff", "is_seen"),
    [
        ("agency.example", False, True),
        ("roads.agency.example", False, True),
        ("agency.example", True, False),
        ("notagency.example", False, False),
        ("example.org", False, False),
        ("", False, False),
    ],
)
def test_undisclosed_staff_is_known_by_the_domain(domain, staff, is_seen):
    context = Context(author_domain=domain, staff=staff, staff_domains=("", "agency.example"))

    seen = list(DETECTORS["undisclosed_staff"].detect(Text("Great plan."), context))

    assert seen == ([Match(0, 11, "Sent from an address of our staff, and does not say so.")] if is_seen else [])


@pytest.mark.parametrize(
    ("raw", "is_seen"),
    [
        ("I work for the agency, and this is my own view.", False),
        ("As an officer of the council I built this road.", False),
        ("I am a senior employee here.", False),
        ("What a wonderful plan by people who work hard.", True),
    ],
)
def test_undisclosed_staff_is_silent_about_those_who_say_so(raw, is_seen):
    context = Context(author_domain="agency.example", staff_domains=("agency.example",))

    assert bool(list(DETECTORS["undisclosed_staff"].detect(Text(raw), context))) is is_seen
