"""Whether two nearly equal letters say opposite things: one is for what the other is against, or names another number.

Two such letters share nearly all their words. So the few that differ are laid side by side, and looked at: a word on
one side of an axis in the place of one on the other, a "not" more, another number, day or month.
"""

import re
from collections.abc import Sequence
from itertools import product
from typing import Any

from rapidfuzz.distance import Levenshtein

Words = Sequence[str]

MAX_CHANGED_WORDS = 6  # a longer stretch of other words is a sentence of somebody's own
MIN_NEGATED_SHARE = 0.2  # of the changes: in a letter with many words of one's own, a "not" less may be a slip
MAX_NEGATION_WORDS = 3  # such as "do not", "no longer"

# Folded: small letters, without accents. Whoever has a word of one side where another has one of the other disagrees.
STANCE_WORDS = (
    "support supports supported supporting supporter supporters favour favor favourable favorable approve approves "
    "approved approval agree agrees agreed endorse endorses endorsed welcome unterstutze unterstutzen befurworte "
    "befurworten dafur zustimmen begrusse begrussen soutiens soutenons soutien approuve approuvons favorables apoyo "
    "apoyamos apruebo",
    "oppose opposes opposed opposing opposition object objects objection reject rejects rejected disapprove "
    "disagree disagrees disagreed refuse refuses condemn ablehne lehne ablehnen dagegen widerspreche widersprechen "
    "opposons refusons rejette rejetons defavorable defavorables rechazo rechazamos opongo oponemos",
)
OPPOSITE_WORDS = (
    STANCE_WORDS,
    (
        "for yes pro with fur ja mit pour oui avec si favor con",
        "against no anti without gegen nein ohne contre non sans contra sin",
    ),
    (
        "open opened reopen remain remains stay stays keep keeps kept keeping retain retained preserve preserved "
        "save saved maintain maintained continue continues protect protected bleiben bleibt erhalten behalten offen "
        "geoffnet garder maintenir conserver ouvert ouverte rester reste mantener conservar abierto abierta",
        "close closed closes closing closure shut demolish demolished remove removed removal scrap scrapped abolish "
        "abolished axe axed cancel cancelled canceled end ended stop stopped lose sell sold destroy destroyed "
        "schliessen geschlossen abreissen abschaffen streichen fermer ferme fermee supprimer cerrar cerrado cerrada "
        "eliminar",
    ),
    (
        "build builds built construct install installed add added adding create introduce introduced extend "
        "extended plant planted proceed start begin bauen gebaut einfuhren construire installer construir instalar",
        "scrap scrapped cancel cancelled canceled stop stopped demolish demolished remove removed removing abandon "
        "abandoned halt halted withdraw withdrawn drop dropped fell felled stoppen verhindern arreter abandonner "
        "parar abandonar",
    ),
    (
        "more increase increased raise raised higher longer faster bigger wider up many mehr hoher erhohen plus "
        "augmenter mas aumentar",
        "less fewer reduce reduced lower lowered shorter slower smaller narrower down few decrease decreased cut "
        "weniger niedriger senken moins reduire diminuer menos reducir",
    ),
    (
        "good better best great excellent safe safer fair useful necessary right wonderful gut besser richtig "
        "sicher bon bonne bien bueno buena",
        "bad worse worst terrible awful poor dangerous unfair useless unnecessary wrong harmful schlecht schlechter "
        "falsch gefahrlich mauvais mauvaise mal malo mala",
    ),
    (
        "allow allowed allows permit permitted erlauben erlaubt autoriser permettre permitir",
        "ban banned bans forbid forbidden prohibit prohibited verbieten verboten interdire interdit prohibir prohibido",
    ),
    ("north nord norte", "south sud sur"),
    ("east ost est este", "west ouest oeste"),
    ("left links gauche izquierda", "right rechts droite derecha"),
)
OPPOSITE_WORD_SETS = tuple((frozenset(one.split()), frozenset(other.split())) for one, other in OPPOSITE_WORDS)
SUPPORTING_WORDS, OPPOSING_WORDS = OPPOSITE_WORD_SETS[0]
NEGATION_WORDS = frozenset(
    "not no never nobody nor neither cannot t dont doesnt didnt wont cant isnt arent shouldnt nicht kein keine "
    "keinen keiner keinem nie niemals ne pas jamais aucun aucune nunca jamas ningun ninguna non niet geen".split()
)
# In the place of a "not", one of these says the opposite; any other word may be a slip.
AFFIRMATION_WORDS = frozenset(
    "please always fully strongly really definitely certainly absolutely gladly truly firmly totally completely "
    "also still all every some yes do does did is are was were will would should must can could has have ja immer "
    "sehr voll unbedingt eine einen ein toujours tres tout un une siempre muy todo".split()
)
NEGATING_PREFIX = re.compile(r"(?:un|in|im|dis|non|mis|anti)")
# A quantity: 30, 50km. Longer numbers, and those of a telephone or an address, are somebody's own.
QUANTITY_WORD = re.compile(r"(\d{1,4})[a-z]{0,4}")
POSTCODE_DIGITS, SIGNATURE_WORDS, TELEPHONE_DIGITS = 4, 8, 7
# After a number: how long somebody has lived here, and where.
WORDS_OF_ONES_OWN = frozenset(
    "year years age aged old jahre jahren ans anos street st road rd lane avenue ave drive court place crescent "
    "terrace close strasse weg gasse allee platz rue boulevard chemin calle avenida".split()
)
OWN_WORDS_AFTER = 3
DAY_NAMES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar "
    "marz mai juni juli oktober dezember lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miercoles "
    "jueves viernes".split()
)


def is_opposed(words: Words, others: Words) -> bool:
    """Say whether two texts, as their plain words, say opposite things or name other numbers or days."""
    mine, theirs = set(words) - set(others), set(others) - set(words)
    if (mine & SUPPORTING_WORDS and theirs & OPPOSING_WORDS) or (mine & OPPOSING_WORDS and theirs & SUPPORTING_WORDS):
        return True
    changes, negated = 0, 0
    for change in Levenshtein.opcodes(words, others):
        if change.tag == "equal":
            continue
        changes += 1
        old, new = words[change.src_start : change.src_end], others[change.dest_start : change.dest_end]
        if max(len(old), len(new)) > MAX_CHANGED_WORDS:
            continue
        if _turns(old, new) or _renumbers(words, others, change):
            return True
        negated += _negates(old, new) or _negates(new, old)
    return negated > MIN_NEGATED_SHARE * changes


def _turns(old: Words, new: Words) -> bool:
    """Say whether a few words in the place of others have one that is the opposite of one of theirs."""
    return any(_is_pair(one, other) for one, other in product(old, new))


def _renumbers(words: Words, others: Words, change: Any) -> bool:
    """Say whether a few words have another quantity than those in whose place they are."""
    numbers = _quantities(words, change.src_start, change.src_end)
    instead = _quantities(others, change.dest_start, change.dest_end)
    return bool(numbers and instead) and numbers != instead


def _quantities(words: Words, start: int, end: int) -> list[str]:
    found = ((place, QUANTITY_WORD.fullmatch(words[place])) for place in range(start, end))
    return [number[1] for place, number in found if number and _counts(words, place)]


def _counts(words: Words, place: int) -> bool:
    """Say whether a number is a quantity, and no part of a telephone number, an address or a signature."""
    near = (word for word in words[max(place - 2, 0) : place + 3] if word.isdecimal())
    if sum(map(len, near)) >= TELEPHONE_DIGITS or not WORDS_OF_ONES_OWN.isdisjoint(
        words[place + 1 : place + 1 + OWN_WORDS_AFTER]
    ):
        return False
    return len(words[place]) < POSTCODE_DIGITS or place < len(words) - SIGNATURE_WORDS


def _is_pair(one: str, other: str) -> bool:
    if one in DAY_NAMES and other in DAY_NAMES:
        return True
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) > 3 and longer.endswith(shorter) and NEGATING_PREFIX.fullmatch(longer.removesuffix(shorter)):
        return True
    return any((one in a and other in b) or (one in b and other in a) for a, b in OPPOSITE_WORD_SETS)


def _negates(negated: Words, plain: Words) -> bool:
    """Say whether one stretch has a "not" that the other lacks, and was not merely put in the place of a word."""
    if len(negated) > MAX_NEGATION_WORDS or NEGATION_WORDS.isdisjoint(negated) or not NEGATION_WORDS.isdisjoint(plain):
        return False
    return len(plain) < len(negated) or not AFFIRMATION_WORDS.isdisjoint(plain)
