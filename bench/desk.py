"""Measure the desk's question on the embedded index: words, six facets, months, marked snippets, 20 hits.

And what stands beside it: tags and own marks counted, similar texts, typical words, other spellings.

Usage: python -m bench.desk [DOCUMENTS] [one]; with "one" only within one consultation. Prints the time to build and
the milliseconds a query takes, the process's own time beside the clock's, because the clock also counts what else the
machine is doing.
"""

import os
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median, quantiles
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import site
from search.engines.document import Document
from search.engines.fts5 import Fts5Engine
from search.language.query import Query

SYLLABLES = "ba con der el fi gra ho in jo ka lu mor ne ost pra qui ro sta tu ver wal xi yo zen".split()
ENDINGS = ["", "", "", "s", "ed", "ing", "er", "ation", "ly"]
COMMON = "bus night tree road council school street people park safety shift driver plan late walk".split()
QUERIES = [
    "bus", "night", "tree", "road", "bus night", "council plan", '"night bus"', "bus | tree", "bus -night", "saf*",
    "(bus | tree) road -school", "late shift", "peopl*", '"late shift" | plan', "school safety", "walk -park",
    "WORD30", "WORD100", "WORD300", "WORD1000", "WORD3000", "WORD9000", "WORD30 WORD100", "WORD100 | WORD300",
    "bus WORD300", "tree -WORD100", "WORD1000 bus", "WORD30*", "street road", "driver | council", "park plan walk",
    '"bus night" | WORD3000',
]  # fmt: skip


SCOPE = {"visibility": ("public", "restricted")}
TAGGINGS = 10_000


def vocabulary(chance):
    """Make 40,000 words of which the first are common."""
    stems = ("".join(chance.choices(SYLLABLES, k=chance.choice((2, 2, 3, 4)))) for _number in range(60_000))
    made = (stem + chance.choice(ENDINGS) for stem in stems)
    return (COMMON + list(dict.fromkeys(made)))[:40_000]


def documents(count, words, chance):
    """Make documents of 60 to 200 words, their frequencies falling as in a language.

    They belong to twenty consultations that were open for ninety days each.
    """
    totals = [0.0]
    for rank in range(len(words)):
        totals.append(totals[-1] + 1 / (rank + 12))
    for id in range(1, count + 1):
        text = " ".join(chance.choices(words, cum_weights=totals[1:], k=chance.randint(60, 200)))
        status = chance.choices(("published", "held", "refused"), (90, 7, 3))[0]
        consultation = chance.randint(1, 20)
        at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=25 * consultation, minutes=chance.randint(0, 90 * 1440))
        yield Document(
            id=id, reference=f"{id:09d}", version=1, title="", text=text, received_at=at, day=at.date(), status=status,
            consultation=str(consultation), kind=chance.choice(("comment", "comment", "idea")),
            language=chance.choice(("en", "en", "en", "de", "fr")), channel=chance.choice(("website", "email")),
            visibility="public" if status == "published" else "restricted",
            person=str(chance.randint(1, count)), letter=chance.choice((id, id, id, chance.randint(1, 50))),
        )  # fmt: skip


def build(index, corpus):
    """Write the documents in batches and say how fast."""
    began, count, batch = time.perf_counter(), 0, []
    for document in corpus:
        batch.append(document)
        if len(batch) == 2000:
            index.write(batch)
            count, batch = count + len(batch), []
            print(f"\r{count:,} documents", end="", file=sys.stderr)
    index.write(batch)
    took = time.perf_counter() - began
    size = index.path.resolve().stat().st_size / 1e6
    print(f"\rbuilt in {took:.0f} s, {(count + len(batch)) / took:,.0f} documents/s, {size:.0f} MB", file=sys.stderr)


def measure(index, texts, **query):
    """Return the milliseconds of each query."""
    return timed(index.search, [Query(text=text, scope=SCOPE, **query) for text in texts])


def timed(call, values):
    """Return the milliseconds that a call takes with each value, (clock, process), best of three."""
    took = []
    for value in values:
        runs = []
        for _run in range(3):
            clock, process = time.perf_counter(), time.process_time()
            call(value)
            runs.append(((time.perf_counter() - clock) * 1000, (time.process_time() - process) * 1000))
        took.append(min(runs))
    return took


def one_consultation(count):
    """Build a large index in a temporary folder and ask within one of its twenty consultations."""
    chance = Random(11)
    words = vocabulary(chance)
    texts = [" ".join(named(word, words) for word in text.split(" ")) for text in QUERIES]
    with TemporaryDirectory() as folder:
        index = Fts5Engine(Path(folder, "search.sqlite3"))
        build(index, documents(count, words, chance))
        heading(count)
        inside = {"filters": {"consultation": ("3",)}}
        report("one consultation, newest first", measure(index, texts, **inside))
        report("one consultation, by relevance", measure(index, texts, sort="relevance", **inside))
        inside["since"], inside["until"] = date(2025, 3, 17), date(2025, 6, 15)
        report("one consultation and its days, newest", measure(index, texts, **inside))
        report("one consultation and its days, by relevance", measure(index, texts, sort="relevance", **inside))


def heading(count):
    """Print what the columns are."""
    print(f"{'milliseconds, ' + format(count, ',') + ' documents':<44}     p50     p95   cpu p50 cpu p95", flush=True)


def measure_beside(index, texts, words, chance, folder):
    """Measure what the desk asks for beside its question."""
    questions = [Query(text=text, scope=SCOPE) for text in texts]
    user = tagged_and_read(folder, index, chance)
    from search.access.user_filters import count_read_marks, count_tags

    name = f"{TAGGINGS:,}"
    report(f"tags counted, {name} taggings", timed(lambda asked: count_tags(index, asked), questions))
    report("the same with no words", timed(lambda asked: count_tags(index, asked), [Query(scope=SCOPE)] * 2))
    report(f"own marks counted, {name} read", timed(lambda asked: count_read_marks(index, user, asked, 0), questions))
    ids = chance.sample(sorted(index.versions()), 30)
    report("similar texts", timed(lambda id: index.similar(id, SCOPE, 10), ids))
    report("typical words", timed(lambda asked: index.typical(asked, 24), questions))
    slips = [word[:2] + word[3:] for word in chance.sample([word for word in words if len(word) > 4], 30)]
    report("other spellings", timed(lambda word: index.spellings(word, 6), slips))


def tagged_and_read(folder, index, chance):
    """Make a database with an officer who read, and tagged with twenty tags, some of the documents."""
    os.environ.update(site.environment(Path(folder), f"sqlite:///{folder}/database.sqlite3"))
    site.set_up(dict(os.environ))
    from consultations.models import Submission
    from portal.models import User
    from search.models import ReadAction, Tag, TagAction

    user = User.objects.create(email="officer@example.org")
    known = sorted(index.versions())
    ids = chance.sample(known, min(TAGGINGS, len(known)))
    Submission.objects.bulk_create([Submission(pk=id, kind="comment") for id in ids], batch_size=500)
    for number in range(20):
        TagAction.apply_tag(user, Tag.get_or_create_by_name(f"Tag {number}"), ids[number::20], added=True)
    ReadAction.mark_as_read(user, ids)
    return user


def report(name, took):
    """Print the middle and the 95th percentile, clock and process."""
    clock, process = zip(*took, strict=True)
    cells = (median(clock), quantiles(clock, n=20)[-1], median(process), quantiles(process, n=20)[-1])
    print(f"{name:<44} {cells[0]:7.1f} {cells[1]:7.1f}   {cells[2]:7.1f} {cells[3]:7.1f}")


def main(count):
    """Build an index in a temporary folder and ask it everything."""
    chance = Random(11)
    words = vocabulary(chance)
    texts = [" ".join(named(word, words) for word in text.split(" ")) for text in QUERIES]
    with TemporaryDirectory() as folder:
        index = Fts5Engine(Path(folder, "search.sqlite3"))
        build(index, documents(count, words, chance))
        heading(count)
        report("newest first", measure(index, texts))
        report("by relevance", measure(index, texts, sort="relevance"))
        filters = {"consultation": ("3",), "channel": ("website",)}
        report("newest first, two facets ticked", measure(index, texts, filters=filters))
        report("90 days", measure(index, texts, since=date(2025, 6, 1), until=date(2025, 8, 29)))
        report("newest first, letters collapsed", measure(index, texts, collapse=True))
        report("newest first, page 100", measure(index, texts, page=100))
        report("no words", measure(index, ["", ""]))
        measure_beside(index, texts, words, chance, folder)


def named(word, words):
    """Put the word of a rank in the place of WORD30."""
    bare = word.rstrip("*")
    return word.replace(bare, words[int(bare[4:])]) if bare.startswith("WORD") else word


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    one_consultation(asked) if sys.argv[2:] == ["one"] else main(asked)
