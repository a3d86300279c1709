"""Measure how texts are judged, on sets that no rule was written from: `python -m bench.judgement`.

Our own sets stand in `bench/judged`. Open data is used when there is any, in the folder that PARLEY_DATA names; what
needs it is left out otherwise. Every share is printed with its base and its 95 % interval (Wilson).
"""

import random
import re
import tomllib
from pathlib import Path

from moderation.text.interval import wilson
from moderation.text.minhash import alike, bands
from moderation.text.normalised import Text
from moderation.text.stance import is_opposed

JUDGED = Path(__file__).parent / "judged"
SLOT = re.compile(r"\{([^|}]*)\|([^}]*)\}")
CHANGED_SHARE, COPIES = 0.15, 50  # of a letter's words; copies of each letter


def share(count: int, of: int) -> str:
    """Return a share with its base and interval."""
    low, high = wilson(count, of) or (0.0, 1.0)
    return f"{count}/{of} = {count / max(of, 1):.3f} ({low:.3f}–{high:.3f})"


def sets(name: str) -> dict:
    """Read one of our own sets."""
    return tomllib.loads((JUDGED / f"{name}.toml").read_text(encoding="utf-8"))


def side(letter: str, number: int) -> Text:
    """Return the letter, or its opposite, of a text with {one|other} words."""
    return Text(SLOT.sub(lambda slot: slot[number], letter))


def changed(words: tuple[str, ...], vocabulary: list[str], draw: random.Random) -> list[str]:
    """Return a copy in which a share of the words was replaced, left out or added to."""
    edited: list[str] = []
    chosen = set(draw.sample(range(len(words)), round(CHANGED_SHARE * len(words))))
    for place, word in enumerate(words):
        new = draw.choice(vocabulary)
        edited += draw.choice(([new], [new], [], [word, new])) if place in chosen else [word]
    return edited


def letters() -> dict[str, str]:
    """Say how many opposite letters are kept apart, and how many changed copies are still known."""
    texts, draw = sets("letters")["letters"], random.Random(1)
    pairs = [(side(text, 1), side(text, 2)) for text in texts]
    vocabulary = [word for pair in pairs for text in pair for word in text.plain_words]
    known = total = 0
    for words in [text.plain_words for pair in pairs for text in pair]:
        for _ in range(COPIES):
            copy = changed(words, vocabulary, draw)
            known += bool({*bands(copy)} & {*bands(words)}) and alike(copy, words) and not is_opposed(copy, words)
            total += 1
    near = [pair for pair in pairs if alike(pair[0].words, pair[1].words)]
    parted = [is_opposed(one.plain_words, other.plain_words) for one, other in near]
    return {
        "opposite letters that share nearly all words, parted": share(sum(parted), len(near)),
        "letters with 15 % changed words, known": share(known, total),
    }


def main() -> None:
    """Print the figures."""
    for what, figure in letters().items():
        print(f"{what:<64}{figure}")


if __name__ == "__main__":
    main()
