"""Documents and questions made by chance from a seed, and a matcher that is slow and plain."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import Random

from search.engines.document import Document
from search.language.analysis import word_forms
from search.language.query import FACETS, And, Not, Nothing, Or, Phrase, Query, Reference, Word
from search.language.stemming import stem_word

WORDS = {
    "en": "bus buses night nights tree trees planting planted council late shift driver drivers don't can't "
    "street-tree road walking walked school schools safety unsafe café money naïve not the a we",
    "de": "Bäume Baum Straße Straßen Busse Bus Nacht Nächte Schule Schulen fahren gefahren nicht sicher",
    "fr": "arbres arbre école écoles nuit nuits l'été bus rues rue sécurité pas chauffeur chauffeurs",
    "und": "夜班公交车 학교 โรงเรียน улица Öl Ørsted bus nacht",
}
START = date(2025, 11, 3)
VALUES = {
    "consultation": ("1", "2", "3", "none"),
    "kind": ("comment", "idea", "enquiry"),
    "status": ("published", "held", "refused"),
    "channel": ("website", "email", "paper"),
    "language": tuple(WORDS),
}

ASKED = ("14", "15")
ANSWERS = ("12=yes", "12=no", "12=Öl, = and 'more'", "13=1", "13=5", "112=yes")


def reference_of(id):
    """Return the reference of a made-up document."""
    return f"{id:04}".translate(str.maketrans("01", "LB")) + "-QUAY"


def document(id, **changes):
    """Make one document; what is not said is plain."""
    plain = {
        "id": id, "version": 1, "title": "", "text": "A bus at night", "day": START, "consultation": "1",
        "kind": "comment", "status": "published", "language": "en", "channel": "website", "visibility": "public",
        "person": f"person {id}", "letter": id, "reference": reference_of(id),
    }  # fmt: skip
    made = plain | changes
    made.setdefault("received_at", datetime.combine(made["day"], datetime.min.time(), UTC) + timedelta(hours=9))
    return Document(**made)


def documents(count, seed=7):
    """Make documents in four languages over three hundred days."""
    chance = Random(seed)
    return [_document(id, chance) for id in range(1, count + 1)]


def _document(id, chance):
    language = chance.choice(tuple(WORDS))
    words = WORDS[language].split()
    status = chance.choice(VALUES["status"])
    return document(
        id,
        title=" ".join(chance.choices(words, k=chance.choice((0, 2)))),
        text=" ".join(chance.choices(words, k=chance.randint(1, 12))),
        day=START + timedelta(days=chance.randint(0, 300)),
        status=status,
        visibility="public" if status == "published" else "restricted",
        language=language,
        person=f"person {chance.randint(1, 200)}",
        letter=chance.choice((id, id, id // 50 * 50 + 1)) if id > 50 else id,
        **{facet: chance.choice(VALUES[facet]) for facet in ("consultation", "kind", "channel")},
        answers=_answers(chance),
    )


def _answers(chance):
    """Answer one of two open questions, with up to three closed answers; or none at all."""
    chosen = chance.sample(ANSWERS, k=chance.randint(0, 3))
    return tuple(sorted([*chosen, chance.choice(ASKED)])) if chance.random() < 0.6 else ()


def question(chance):
    """Write a query text of one to five leaves."""
    leaves = [_leaf(chance) for _leaf_number in range(chance.randint(1, 5))]
    return "".join(f"{leaf}{chance.choice((' ', ' ', ' | '))}" for leaf in leaves).rstrip(" |")


def _leaf(chance):
    words = WORDS[chance.choice(tuple(WORDS))].split()
    word = chance.choice(words)
    reference = reference_of(chance.randint(1, 1500))
    return chance.choice([
        word, word, word, f"-{word}", f"{word[:3]}*", f'"{word} {chance.choice(words)}"', f'"{word}"',
        "🚲", f"-{reference}", reference.lower(), reference.replace("-", ""),
        f"({word} | {chance.choice(words)})", f"-({word} {chance.choice(words)})",
    ])  # fmt: skip


def matches(node, document, languages):
    """Tell whether a document answers a parsed query, by looking at every word of it."""
    match node:
        case None:
            return True
        case Word(text):
            form = word_forms(text)[0]
            found = _stems(document.title, document.text, document.language)
            return any(stem_word(form, language) in found for language in languages)
        case Phrase(text, prefix):
            return any(_has(_forms(part), word_forms(text), prefix) for part in (document.title, document.text))
        case Reference(reference):
            return document.reference == reference
        case Nothing():
            return False
        case Not(inner):
            return not matches(inner, document, languages)
        case And(nodes):
            return all(matches(inner, document, languages) for inner in nodes)
        case Or(nodes):
            return any(matches(inner, document, languages) for inner in nodes)


_forms = cache(word_forms)


@cache
def _stems(title, text, language):
    return {stem_word(word, language) for word in word_forms(title) + word_forms(text)}


def _has(words, phrase, prefix):
    size = len(phrase)
    for i in range(len(words) - size + 1):
        stretch = words[i : i + size]
        if stretch == phrase or (prefix and stretch[:-1] == phrase[:-1] and stretch[-1].startswith(phrase[-1])):
            return True
    return False


def found(query, corpus):
    """Return what matches within the scope, whatever is ticked."""
    languages = sorted({document.language for document in corpus})
    return [d for d in corpus if _in_scope(query, d) and matches(query.node, d, languages)]


def counted(query, corpus):
    """Return total, people, distinct letters, and facets, by going through all documents once for each."""
    matching = found(query, corpus)
    hits = [d for d in matching if all(_ticked(query, facet, d) for facet in FACETS)]
    facets = {}
    for facet in FACETS:
        others = [other for other in FACETS if other != facet]
        ticked = [d for d in matching if all(_ticked(query, other, d) for other in others)]
        facets[facet] = Counter(getattr(d, facet) for d in ticked)
    return len(hits), len({d.person for d in hits}), len({d.letter for d in hits}), facets


def compare(index, query, corpus):
    """Assert that an engine counts what the plain matcher counts; return its result."""
    result = index.search(query)
    total, people, letters, facets = counted(query, corpus)
    numbers = (result.total, result.people, result.distinct_texts)
    assert (query, *numbers) == (query, total, people, letters)
    assert {facet: dict(found) for facet, found in result.facets.items()} == facets
    assert dict(result.months) == facets["month"]
    return result


def collapsed(query, corpus):
    """Return (id, copies) of one hit for each letter, newest or oldest first."""
    hits = [d for d in found(query, corpus) if all(_ticked(query, facet, d) for facet in FACETS)]
    hits.sort(key=lambda d: (d.received_at, d.id), reverse=query.sort != "oldest")
    copies, first = Counter(d.letter for d in hits), {}
    for document in hits:
        first.setdefault(document.letter, document)
    return [(document.id, copies[letter]) for letter, document in first.items()]


def _in_scope(query, document):
    after = query.since is None or document.day >= query.since
    before = query.until is None or document.day <= query.until
    listed = (query.only_ids is None or document.id in query.only_ids) and document.id not in query.excluded_ids
    listed = listed and _answers_as_asked(query, document)
    return (
        listed and after and before and all(getattr(document, name) in values for name, values in query.scope.items())
    )


def _answers_as_asked(query, document):
    """Tell whether every question that was asked for has one of the answers asked for."""
    questions = {answer.split("=")[0] for answer in query.answers}
    given = set(query.answers) & set(document.answers)
    return questions == {answer.split("=")[0] for answer in given}


def _ticked(query, facet, document):
    return not query.filters.get(facet) or getattr(document, facet) in query.filters[facet]


def random_query(seed):
    chance = Random(seed)
    facets = chance.sample(sorted(VALUES), k=chance.choice((0, 0, 1, 2)))
    filters = {facet: tuple(chance.sample(VALUES[facet], k=chance.randint(1, 2))) for facet in facets}
    if chance.random() < 0.3:
        filters["month"] = tuple(chance.sample(("2025-12", "2026-02", "2026-03", "2027-01"), k=2))
    since = START + timedelta(days=chance.randint(0, 300)) if chance.random() < 0.3 else None
    until = START + timedelta(days=chance.randint(100, 310)) if chance.random() < 0.3 else None
    scope = chance.choice(({"visibility": ("public",)}, {"visibility": ("public", "restricted")}, {}))
    text = question(chance) if chance.random() < 0.9 else ""
    sort = chance.choice(("newest", "oldest", "relevance"))
    among = tuple(chance.sample(range(1, 1501), k=700)) if chance.random() < 0.2 else None
    without = tuple(chance.sample(range(1, 1501), k=300)) if chance.random() < 0.2 else ()
    answers = tuple(chance.sample((*ASKED, *ANSWERS), k=chance.randint(1, 3))) if chance.random() < 0.3 else ()
    return Query(
        text=text, filters=filters, scope=scope, since=since, until=until, sort=sort, page=1, size=5, only_ids=among,
        excluded_ids=without, collapse=chance.random() < 0.5, answers=answers,
    )  # fmt: skip
