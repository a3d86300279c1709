"""Random people ask random questions, and nothing that they may not see shows anywhere: on both engines."""

from dataclasses import replace
from random import Random
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from consultations.models import Status
from search.access.scope import permitted_visibilities, scope_query
from search.desk import results, suggestions
from search.desk.alerts import matches
from search.engines.configured import get_engine
from search.exports.contents import columns_for, export_rows
from search.index.relay import relay_batch
from search.language.query import Query
from search.models import SavedSearch
from tests.factories import UserFactory
from tests.search.corpus import random_query
from tests.search.submissions import redacted, submission

from .corpus import counted, document

pytestmark = pytest.mark.django_db
PERMISSIONS = ("search_submission", "read_unpublished_submission", "read_sealed_submission", "export_submission")
WORDS = "bus buses night tree school late street driver council walking".split()
PUBLIC, RESTRICTED = ("public",), ("public", "restricted")
TEXTS, PEOPLE, QUESTIONS = 60, 12, 8
TEXT = list(columns_for()).index("text")


@pytest.fixture(params=["embedded", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def both_engines(request, settings, tmp_path):
    if request.param == "elasticsearch":
        prefix = request.getfixturevalue("elasticsearch_prefix")
        settings.SEARCH_URL = f"{request.getfixturevalue('elasticsearch_url')}/{prefix}"
        settings.VAR_DIR = tmp_path
    yield
    get_engine().close()


def text_of(number, chance, mark="secret"):
    """Write a text with a word that no other has."""
    return f"{' '.join(chance.choices(WORDS, k=6))} {mark}{number}"


def make_one(consultation, number, chance):
    """Make a text as it may come to stand; return it, what may be found of it, and in which scopes."""
    state = chance.choice([*Status.values, Status.PUBLISHED, "redacted", "edited"])
    text, made = text_of(number, chance), {"kind": chance.choice(("comment", "idea"))}
    if state == "redacted":
        shown = text_of(number, chance, "left")
        return redacted(consultation, text, shown, **made), shown, (PUBLIC, RESTRICTED)
    if state == "edited":  # the new text waits for a person; the old one is shown
        one = submission(consultation, text, **made)
        one.add_revision(text=text_of(number, chance, "waiting"), title="", actor=None)
        return one, text, (PUBLIC, RESTRICTED)
    scopes = {Status.PUBLISHED: (PUBLIC, RESTRICTED), Status.HELD: (RESTRICTED,), Status.REFUSED: (RESTRICTED,)}
    scopes[Status.NOT_PUBLIC] = (RESTRICTED,)
    return submission(consultation, text, status=state, **made), text, scopes.get(state, ())


@pytest.fixture
def world(both_engines, consultation):
    """Texts in every state, and for each scope the documents that may be found in it, made by hand."""
    chance = Random(11)
    made = [make_one(consultation, number, chance) for number in range(TEXTS)]
    while relay_batch():
        pass
    get_engine().bucket_totals()  # what was written can be found
    lawful = {
        scope: [by_hand(one, text) for one, text, scopes in made if scope in scopes] for scope in (PUBLIC, RESTRICTED)
    }
    return SimpleNamespace(lawful=lawful, secrets=[f"secret{n}" for n in range(TEXTS)], made=made)


def by_hand(one, text):
    return document(
        one.pk,
        text=text,
        title="",
        day=one.received_at.astimezone(timezone.get_default_timezone()).date(),
        consultation=str(one.consultation_id),
        kind=one.kind,
        status=one.status,
        visibility="public" if one.status == Status.PUBLISHED else "restricted",
    )


def people(chance):
    """Make people with any of the permissions, and say what each may find."""
    for number in range(PEOPLE):
        names = [name for name in PERMISSIONS if chance.random() < (0.8 if name == "search_submission" else 0.5)]
        person = UserFactory(email=f"person{number}@example.org")
        person.user_permissions.set(Permission.objects.filter(codename__in=names))
        scope = RESTRICTED if "read_unpublished_submission" in names else PUBLIC
        yield person, scope if "search_submission" in names else None


def questions(chance, world):
    """Ask for anything: a random question, the secret word of some text, a word with a slip of the pen."""
    for _number in range(QUESTIONS):
        asked = replace(
            random_query(chance.randrange(10**6)), scope={}, only_ids=None, excluded_ids=(), filters={}, size=50
        )
        words = chance.choice(
            ["", chance.choice(WORDS), f"{chance.choice(WORDS)} | nigth", chance.choice(world.secrets)]
        )
        kinds = chance.choice([{}, {"kind": ("idea",)}, {"status": ("held", "published")}])
        yield replace(asked, text=words, filters=kinds, since=None, until=None)


def test_nobody_sees_what_they_may_not(world):
    chance, refused = Random(5), 0
    for person, scope in people(chance):
        for asked in questions(chance, world):
            if scope is None:
                refused += is_refused(person, asked, world)
            else:
                look_everywhere(person, asked, world.lawful[scope], world)
    assert refused


def is_refused(person, asked, world):
    for way in (results.search_as, scope_query, suggestions.typical_words, suggestions.suggest_spellings):
        with pytest.raises(PermissionDenied):
            way(person, replace(asked, text="nigth"))
    saved = SavedSearch(owner=person, asked=f"q={asked.text}")
    assert matches(saved, tuple(one.pk for one, _text, _scopes in world.made)) == 0
    return 1


def look_everywhere(person, asked, lawful, world):
    """Compare hits, facets, months, exports and alerts with the lawful documents; nothing else may show a word."""
    result = results.search_as(person, asked)
    total, _people, _letters, facets = counted(replace(asked, scope={}), lawful)
    assert (asked.text, result.total) == (asked.text, total)
    assert {name: dict(values) for name, values in result.facets.items()} == facets
    ids, words = {each.id for each in lawful}, {word for each in lawful for word in each.text.split()}
    assert {hit.id for hit in result.hits} <= ids
    assert {
        row.submission.pk for row in results.result_rows(person, asked, result, results.label_values(asked, result))
    } <= ids
    found = list(get_engine().iterate(scope_query(person, asked)))
    assert (len(found), set(found) <= ids) == (total, True)
    assert {word for word, _count in suggestions.typical_words(person, asked)} <= words
    for one in suggestions.suggest_spellings(person, asked):
        assert one.count == counted(replace(asked, text=one.text, scope={}), lawful)[0]
    for id_ in list(ids)[:3]:
        assert set(suggestions.similar_ids(person, id_)) <= ids
    everything = export_rows(permitted_visibilities(person), [one.pk for one, _text, _scopes in world.made])
    assert sorted(row[TEXT] for row in everything) == sorted(each.text for each in lawful)
    saved = SavedSearch(owner=person, asked=f"q={asked.text}")
    alerted = counted(Query(text=asked.text, scope={}), lawful)[0]
    assert matches(saved, tuple(one.pk for one, _text, _scopes in world.made)) == alerted
