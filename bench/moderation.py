"""Time moderation on one core: the whole chain of the starter policy, each detector, the word engine, sketches.

Run as `python -m bench moderation`. Real comments are used when there are any: a folder of CSV files with a column
`comment-body`, in `polis-moderated` under PARLEY_DATA. Times are the processor's, so what else runs counts little.
"""

import argparse
import random
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from statistics import median, quantiles
from typing import Any, NamedTuple

import ahocorasick

from bench.measure import interleaved
from bench.screening import DATA, STARTER, made_up_comments, real_comments
from moderation.detectors import DETECTORS, Context
from moderation.detectors.wordlist import load_words
from moderation.detectors.words import compiled
from moderation.policy.loading import load_policy
from moderation.policy.ruleset import Ruleset
from moderation.text.minhash import alike, bands
from moderation.text.normalised import Text

LIST = "severe"
SKETCHED = 60  # words
# What a detector needs to have something to do; the others are timed as they come.
PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    "words": {"lists": (LIST,)},
    "pattern": {"patterns": (r"\b[A-Z]{3}-\d{3}\b",)},
    "language": {"readable": ("en", "de")},
    "link_count": {"allowed": ("example.org",)},
}
HOSTILE = ("a", "1a", "a.", "12 Aa ", "a-", "www.", "a@", "i will ", "call an ", "Am A ", "1/", "🔥")  # parts, repeated
HEADING = "| what | per second | median µs | p95 µs |"


class Took(NamedTuple):
    """One round: how many a second, and the microseconds of the middle one and of the slow ones."""

    rate: float
    median: float
    p95: float


def timed(function: Callable[[Any], object], values: Sequence[Any]) -> Took:
    """Call the function with every value."""
    clock, spent = time.process_time_ns, []
    for value in values:
        began = clock()
        function(value)
        spent.append((clock() - began) / 1000)
    return Took(1e6 * len(spent) / sum(spent), median(spent), quantiles(spent, n=20)[-1])


def prepared(comment: str) -> Text:
    """Return the text with what all detectors share already worked out."""
    text = Text(comment)
    assert text.readings and text.collapsed and text.vocabulary is not None and text.numbers is not None
    return text


def context_for_all() -> Context:
    """Return a context in which every detector has something to compare with."""
    topic = dict.fromkeys(map(str, range(300)), 1.0) | {"trees": 2.0, "school": 1.5}
    return Context(topic=topic, public_people=("Jane Smith", "Mayor Ann Example"), staff_domains=("agency.example",))


def detections(texts: Sequence[Text], context: Context) -> dict[str, Callable[[], Took]]:
    """Return a run of each detector on texts whose shared readings are there already."""
    names = [prepared(" ".join(text.words[:2])) for text in texts]

    def one(name: str) -> Callable[[], Took]:
        detect, parameters = DETECTORS[name].detect, PARAMETERS.get(name, {})
        looked_at = texts if "text" in DETECTORS[name].fields else names
        return lambda: timed(lambda text: list(detect(text, context, **parameters)), looked_at)

    return {name: one(name) for name in sorted(DETECTORS)}


def plain_scan(comments: Sequence[str]) -> Callable[[], Took]:
    """Return a run of the bare automaton: the same words in small letters, no disguise undone, no word's end seen."""
    automaton = ahocorasick.Automaton()
    for word in load_words(LIST):
        automaton.add_word(word.text.lower(), word)
    automaton.make_automaton()
    return lambda: timed(lambda comment: list(automaton.iter(comment.lower())), comments)


def letters(comments: Sequence[str]) -> list[tuple[str, ...]]:
    """Return texts of sixty words, put together from comments."""
    words = [word for comment in comments for word in Text(comment).words]
    return [tuple(words[at : at + SKETCHED]) for at in range(0, len(words) - SKETCHED, SKETCHED)][:500]


def runs_of(comments: Sequence[str]) -> dict[str, Callable[[], Took]]:
    """Return everything that is timed, by name."""
    ruleset, context, engine = Ruleset(load_policy(STARTER)), context_for_all(), compiled((LIST,), (), (), (), 1)
    sixty = letters(comments)
    return {
        "whole chain": lambda: timed(lambda raw: ruleset.screen(raw, name="Ann", context=context), comments),
        "whole chain, 5,000 hostile characters": lambda: timed(
            lambda raw: ruleset.screen(raw, context=context), [(part * 5000)[:5000] for part in HOSTILE]
        ),
        "folding alone": lambda: timed(prepared, comments),
        "word engine": lambda: timed(lambda raw: engine.find(Text(raw)), comments),
        "plain pyahocorasick": plain_scan(comments),
        f"sketch of {SKETCHED} words": lambda: timed(bands, sixty),
        "comparing two of them": lambda: timed(lambda pair: alike(*pair), list(pairwise(sixty))),
    } | detections([prepared(comment) for comment in comments], context)


def row(name: str, rounds: Sequence[Took]) -> str:
    """Return one line of the table: the medians of the rounds."""
    rate, middle, slow = (median(column) for column in zip(*rounds, strict=True))
    return f"| {name} | {rate:,.0f} | {middle:.1f} | {slow:.1f} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--limit", type=int, default=4000, help="how many comments")
    parser.add_argument("--rounds", type=int, default=5, help="how often everything is timed")
    options = parser.parse_args()

    comments = real_comments(DATA) or made_up_comments(options.limit)
    comments = random.Random(1).sample(comments, min(options.limit, len(comments)))
    runs = runs_of(comments)
    for run in runs.values():
        run()  # Whatever is compiled on first use is there from now on.
    rounds = interleaved(runs, options.rounds)
    print(f"{len(comments)} comments, median {median(map(len, comments)):.0f} characters; {options.rounds} rounds\n")
    print("\n".join([HEADING, "|---|---:|---:|---:|", *(row(name, each) for name, each in rounds.items())]))


if __name__ == "__main__":
    main()
