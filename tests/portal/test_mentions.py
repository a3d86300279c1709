import pytest

from portal.casework.mentions import names_mentioned, resolve_mentions
from portal.models import User


def person(first, last, email):
    return User(pk=hash(email), first_name=first, last_name=last, email=email)


JO = person("Jo", "Park", "jo.park@agency.example")
SAM, OTHER_SAM = person("Sam", "Lee", "s.lee@agency.example"), person("Sam", "Díaz", "diaz@agency.example")
ANNE = person("Anne Marie", "O'Neil", "amo@agency.example")
NAMELESS = person("", "", "desk@agency.example")
COLLEAGUES = [JO, SAM, OTHER_SAM, ANNE, NAMELESS]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@jo please look.", ["jo"]),
        ("Ask @jo.park, or (@s.lee).", ["jo.park", "s.lee"]),
        ("Is that right, @Jo?", ["Jo"]),
        ("It is for @jo.", ["jo"]),
        ("@jo and @jo again", ["jo"]),
        ("Write to jo@example.org or a@b", []),
        ("@jo.park@agency.example, see above", ["jo.park@agency.example"]),
        ("@díaz @O'Neil @ nobody", ["díaz", "O'Neil"]),
        ("An address such as 12@5 or @@", []),
    ],
)
def test_names_are_what_follows_an_at_sign_of_its_own(text, names):
    assert names_mentioned(text) == names


@pytest.mark.parametrize(
    ("name", "people"),
    [
        ("jo", [JO]),
        ("JO.PARK", [JO]),
        ("jopark", [JO]),
        ("jo-park", [JO]),
        ("jo.park@agency.example", [JO]),
        ("s.lee", [SAM]),
        ("sam.díaz", [OTHER_SAM]),
        ("AnneMarie", [ANNE]),
        ("annemarie.o'neil", [ANNE]),
        ("desk", [NAMELESS]),
        ("sam", []),  # two are called so
        ("nobody", []),
    ],
)
def test_name_is_that_of_one_colleague(name, people):
    found = resolve_mentions(f"@{name} please.", COLLEAGUES)

    assert list(found.people) == people
    assert list(found.unknown) == ([] if people else [name])


def test_somebody_who_is_named_twice_is_mentioned_once():
    assert resolve_mentions("@jo, @jo.park, @nobody", COLLEAGUES).people == (JO,)


def test_colleagues_are_not_read_for_a_text_without_a_name():
    class Unread:
        def __iter__(self):
            raise AssertionError

    assert resolve_mentions("Write to jo@example.org.", Unread()).people == ()
