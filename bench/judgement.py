"""Measure how texts are judged, on sets that no rule was written from: `python -m bench.judgement`.

Our own sets stand in `bench/judged`. Open data is used when there is any, in the folder that PARLEY_DATA names; what
needs it is left out otherwise. Every share is printed with its base and its 95 % interval (Wilson).
"""

import argparse
import csv
import random
import re
import tomllib
from io import StringIO
from pathlib import Path

from bench.screening import DATA, STARTER
from consultations.languages import language_of
from moderation.detectors import Context
from moderation.detectors.wordlist import load_words
from moderation.policy.loading import load_policy
from moderation.policy.ruleset import Ruleset
from moderation.text.interval import wilson
from moderation.text.minhash import alike, bands
from moderation.text.normalised import Text
from moderation.text.stance import is_opposed

Share = tuple[int, int]  # how many, and of how many
JUDGED = Path(__file__).parent / "judged"
SLOT = re.compile(r"\{([^|}]*)\|([^}]*)\}")
SLURS = ("raghead", "towelhead", "wetback", "beaner", "polack", "muzrat", "poofter", "spacker")  # that are nothing else
WHAT = {
    "told": "told of",
    "countered": "countered",
    "denied": "denied",
    "own": "of one's own",
    "meant": "that are meant",
}
CHANGED_SHARE, COPIES = 0.15, 50  # of a letter's words; copies of each letter


def in_words(count: int, of: int) -> str:
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


def letters() -> dict[str, Share]:
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
        "opposite letters that share nearly all words, parted": (sum(parted), len(near)),
        "letters with 15 % changed words, known": (known, total),
    }


def filled(sentence: str, word: str) -> str:
    """Return a sentence with a word, in the plural and in the singular, in its slots."""
    return sentence.replace("{slurs}", f"{word}s").replace("{slur}", word)


def hearsay(rules: Ruleset) -> dict[str, Share]:
    """Say how many sentences are held that tell of a slur, and how many that mean it."""
    found = {}
    words = [word for word in SLURS if f"{word}s" in {each.text for each in load_words("severe")}]
    for kind, sentences in sets("hearsay").items():
        texts = [filled(sentence, word) for sentence in sentences for word in words]
        held = sum(rules.screen(text).action == "hold" for text in texts)
        found[f"slurs {WHAT[kind]}, held"] = (held, len(texts))
    return found


def held_of(rules: Ruleset, texts: list[tuple[str, str]], *, tell: str = "") -> tuple[int, int]:
    """Return how many of (language, text) are held, and of how many; name them when asked."""
    held = []
    for language, text in texts:
        screening = rules.screen(text, context=Context(language=language))
        if screening.action == "hold":
            held.append((text, [finding.rule for finding in screening.findings if finding.action == "hold"]))
    for text, by in held if tell else ():
        print(f"    {tell}: {text} {by}")
    return len(held), len(texts)


def innocent(rules: Ruleset, *, tell: bool = False) -> dict[str, Share]:
    """Say how many innocent texts are held."""
    foreign = [(language_of(text, "en"), text) for _language, text in sets("foreign")["sentences"]]
    plain = [("en", text) for text in sets("innocent")["texts"]]
    return {
        "innocent sentences of other languages, held": held_of(rules, foreign, tell=tell and "held"),
        "plates, sums, public numbers, smiles, roads, names, held": held_of(rules, plain, tell=tell and "held"),
    }


def insults(rules: Ruleset) -> dict[str, Share]:
    """Say how many plain insults are noted."""
    rows = [
        (language, rules.screen(text, context=Context(language=language)))
        for language, text in sets("insults")["insults"]
    ]
    noted = sum(
        any(finding.clause == "respect" and finding.action != "shadow" for finding in row.findings) for _, row in rows
    )
    return {"plain insults, noted": (noted, len(rows))}


def civic(rules: Ruleset) -> dict[str, Share]:
    """Say how many comments that moderators had accepted are held, and noted as insults; nothing without the data."""
    rows = [
        row for path in sorted(DATA.glob("*.csv")) for row in csv.DictReader(StringIO(path.read_text(encoding="utf-8")))
    ]
    accepted = [row["comment-body"] for row in rows if row["moderated"] == "1"]
    if not accepted:
        return {}
    screened = [(language_of(text, "en"), text) for text in accepted]
    results = [(language, rules.screen(text, context=Context(language=language))) for language, text in screened]
    english = [result for language, result in results if language == "en"]
    insulted = sum(any(each.rule == "insults" for each in result.findings) for _language, result in results)
    return {
        "accepted English Polis comments, held": (sum(r.action == "hold" for r in english), len(english)),
        "accepted Polis comments of all languages, held": (sum(r.action == "hold" for _, r in results), len(results)),
        "accepted Polis comments, noted as insults": (insulted, len(results)),
    }


def toxic(rules: Ruleset) -> dict[str, Share]:
    """Say how many readers' comments with marked insults are noted under respect; nothing without the data."""
    path = DATA.parent / "toxic-spans-train" / "tsd_train.csv"
    if not path.is_file():
        return {}
    rows = [row["text"] for row in csv.DictReader(StringIO(path.read_text(encoding="utf-8"))) if row["spans"] != "[]"]
    half = rows[1::2]  # the other half was there to write lists from
    noted = sum(
        any(each.clause == "respect" and each.action != "shadow" for each in rules.screen(text).findings)
        for text in half
    )
    return {"readers' comments with marked insults, noted or held under clause 1": (noted, len(half))}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.judgement", description=__doc__)
    parser.add_argument("--tell", action="store_true", help="name the innocent texts that are held")
    options = parser.parse_args()
    rules = Ruleset(load_policy(STARTER))
    found = (
        letters() | hearsay(rules) | innocent(rules, tell=options.tell) | insults(rules) | civic(rules) | toxic(rules)
    )
    for what, figure in found.items():
        print(f"{what:<72}{in_words(*figure)}")


if __name__ == "__main__":
    main()
