"""Word-by-word difference of two texts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain, groupby

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
# A word with the space after it; each Chinese, Japanese or Korean character counts as a word.
TOKEN = re.compile(rf"(?:[{CJK}]|[^\W{CJK}]+|[^\w\s])\s*|\s+")

# A sentence with the space after it; a paragraph ends one, and so do many words without any end.
SENTENCE = re.compile(r"[^\n]*?(?:[.!?…](?=\s)\s*|[。！？]\s*|\n\s*|\Z)|\n\s*", re.DOTALL)
COMPARED_AT_ONCE = 3000  # words of a side; above that it takes seconds, as it grows with the square
SENTENCE_WORDS = 120
STRETCH_WORDS = 1000  # of sentences without a like one that are still compared by word
SENTENCES_AHEAD = 60  # how far on a changed sentence is looked for
LIKE = 0.5  # share of words in common that makes one sentence a changed other

Tokens = list[str]


@dataclass(frozen=True, slots=True)
class Change:
    """A segment of text that was kept (`same`), removed (`gone`) or added (`new`)."""

    kind: str
    text: str


def difference(before: str, after: str) -> list[Change]:
    """Return the changes between two texts: `same` and `gone` make up the first, `same` and `new` the second."""
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    if max(len(old), len(new)) <= COMPARED_AT_ONCE:
        return list(changes_of_words(old, new))
    return run_together(changes_of_sentences(sentences(before), sentences(after)))


def changes_of_words(old: Tokens, new: Tokens) -> Iterator[Change]:
    """Yield the changes between the words of two texts."""
    for kind, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            yield Change("same", "".join(new[c:d]))
            continue
        yield from (Change(name, "".join(words)) for name, words in (("gone", old[a:b]), ("new", new[c:d])) if words)


def changes_of_sentences(old: list[Tokens], new: list[Tokens]) -> Iterator[Change]:
    """Yield the changes between two long texts: by sentence, and by word in a sentence that only changed."""
    was, now = (["".join(words) for words in side] for side in (old, new))
    for kind, a, b, c, d in SequenceMatcher(None, was, now).get_opcodes():
        if kind == "equal":
            yield Change("same", "".join(now[c:d]))
            continue
        for one, other in pairs_of_sentences(old[a:b], new[c:d]):
            if max(len(one), len(other)) <= STRETCH_WORDS:
                yield from changes_of_words(one, other)
            else:
                yield from (Change("gone", "".join(one)), Change("new", "".join(other)))


def pairs_of_sentences(old: list[Tokens], new: list[Tokens]) -> Iterator[tuple[Tokens, Tokens]]:
    """Yield the words of two stretches in their order: like sentences with each other, and what stands between them."""
    known, begin = [set(words) for words in new], 0
    between: Tokens = []
    for words in old:
        sought = set(words)
        near = range(begin, min(begin + SENTENCES_AHEAD, len(new)))
        found = next((n for n in near if len(sought & known[n]) >= LIKE * max(len(sought), len(known[n]))), None)
        if found is None:
            between += words
            continue
        yield between, [*chain.from_iterable(new[begin:found])]
        yield words, new[found]
        between, begin = [], found + 1
    yield between, [*chain.from_iterable(new[begin:])]


def sentences(text: str) -> list[Tokens]:
    """Return the words of each sentence; one that does not end is cut."""
    whole = (TOKEN.findall(sentence) for sentence in SENTENCE.findall(text))
    return [words[n : n + SENTENCE_WORDS] for words in whole for n in range(0, len(words), SENTENCE_WORDS)]


def run_together(changes: Iterator[Change]) -> list[Change]:
    """Return changes with neighbours of one kind as one, and none that is empty."""
    some = (each for each in changes if each.text)
    return [Change(kind, "".join(each.text for each in run)) for kind, run in groupby(some, lambda each: each.kind)]
