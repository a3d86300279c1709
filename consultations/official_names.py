"""Names that only we go by: the agency's and its units', those of its staff, and the words for who runs the site."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.core.cache import cache
from django.db import transaction

from consultations.lookalikes import LETTER_FOLDING
from consultations.models import ConsultationPage
from portal.agency.branding import branding

OWN_NAMES = "consultations.own_names"
OWN_NAMES_SECONDS = 60  # how long another process may go by the names of before a change
WORD = re.compile(r"[^\W_]+")
NUMBERED = re.compile(r"(?<=[^\W\d_]{3})\d+\b")  # Moderator2
SPELT_OUT = re.compile(r"\b\w(?: \w)+\b")  # H. T. A.
REPEATED = re.compile(r"(\w)\1+")
# Digits and signs that stand for letters; i, l and 1 look alike.
LEET = str.maketrans("013456789@$€!|l", "oieasgtbgaseiii")
# The same signs may stand for nothing: at the ends of words (Admin!), within them (Mo|derator), between two (Mod|Jane).
FIRST_SIGNS, LAST_SIGNS = re.compile(r"(?<!\S)(?:[^\w\s]|[\d_])+"), re.compile(r"(?:[^\w\s]|[\d_])+(?!\S)")
LEET_SIGN = re.compile(r"[@$€!|]")
SEEMING = {"rn": "m", "vv": "w"}  # pairs that look like one letter
# Scripts without spaces between words: a word of ours may stand anywhere in a name.
UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
UNIT_END = re.compile(r"[,;/(–—|]")  # "Bus Network Planning, Harbour Transport Agency"
SHORTEST_PART = 3  # letters of a word that is joined to others: shorter ones stand in many names
TELLING_LENGTH = 9  # letters of a word that stands within another by no accident

# Whoever has one of these in a name says that they run the site.
TITLES = """
    moderator moderators comoderator mod-team administrator administrators admin admins webmaster sysadmin superuser
    community-manager
    moderatorin moderatoren moderatorinnen administratorin administratoren
    modérateur modératrice modérateurs modératrices administrateur administratrice administrateurs
    moderador moderadora moderadores administrador administradora administradores
    moderatore moderatrice moderatori amministratore amministratrice amministratori
    moderatorka moderatorzy administratorka moderátor moderátorka administrátor správce beheerder beheerders
    moderatör yönetici модератор модераторы администратор администраторы админ адміністратор διαχειριστής συντονιστής
    管理员 管理員 版主 管理者 モデレーター 관리자 운영자 مشرف मॉडरेटर ผู้ดูแลระบบ
"""
# These are names of ours when nothing else stands in a name.
ROLES = """
    mod mods moderation administration team staff official officials support helpdesk system editor editors
    agency council government ministry department office authority secretariat
    redaktion moderationsteam verwaltung behörde amt rathaus ministerium stadtverwaltung mitarbeiter
    redakteur support-team
    modération équipe rédaction mairie ministère préfecture agence moderación equipo ayuntamiento ministerio redacción
    moderazione redazione comune ministero moderação equipa equipe prefeitura moderatie gemeente redactie
    moderacja urząd redakcja ekip belediye администрация модерация поддержка
"""
# One of these alone is an everyday word or a family name (A customer, Lead); two are a role (Policy officer).
EVERYDAY = """
    officer officers lead leads manager managers reviewer reviewers service services customer customers help desk root
    policy privacy safety legal submission submissions consultation consultations site website
"""
# These say nothing by themselves: "The real moderation team of this site".
FILLERS = """
    the a an of for and our your this official real verified genuine true online public
    der die das des dem den von und unser unsere le la les l de du des d notre et el los las del y il
    lo gli di o os do da e het van en team account
"""
# Nor do these beside a name of one of us.
HONORIFICS = "dr mr mrs ms mx miss sir prof professor herr frau monsieur madame mme señor señora"


@lru_cache(maxsize=4096)
def name_readings(name: str) -> frozenset[tuple[str, ...]]:
    """Return the ways to read a name: capitals may begin a word, and signs stand for letters or for nothing."""
    parted = "".join(f" {here}" if _begins_word(last, here) else here for last, here in pairwise(f" {name}"))
    folded = {spelling.translate(LETTER_FOLDING) for spelling in (name, parted)}
    spellings = set(folded)
    for spelling in folded:
        first_signs_gone = FIRST_SIGNS.sub("", spelling)
        spellings |= {first_signs_gone, LAST_SIGNS.sub("", spelling), LAST_SIGNS.sub("", first_signs_gone)}
        spellings |= {LEET_SIGN.sub("", spelling), LEET_SIGN.sub(" ", spelling)}
    return frozenset(words for spelling in spellings if (words := _skeleton(spelling)))


def _begins_word(before: str, letter: str) -> bool:
    """Return whether a letter begins a word that is joined to another: SiteAdmin."""
    return before.islower() and letter.isupper()


def _skeleton(folded: str) -> tuple[str, ...]:
    """Return the words of a folded name as they look: without numbers, signs or repeated letters."""
    form = NUMBERED.sub("", folded).translate(LEET)
    for pair, letter in SEEMING.items():
        form = form.replace(pair, letter)
    words = " ".join(word for word in WORD.findall(form) if not word.isdigit())
    words = SPELT_OUT.sub(lambda letters: letters[0].replace(" ", ""), words)
    return tuple(REPEATED.sub(r"\1", word) for word in words.split())


def name_skeleton(name: str) -> tuple[str, ...]:
    """Return the words of one of our own names as they look: without case, accents, lookalikes or repeated letters."""
    return _skeleton(name.translate(LETTER_FOLDING))


def _skeletons(words: str) -> frozenset[str]:
    return frozenset("".join(name_skeleton(word)) for word in words.split())


_TITLES, _ROLES, _EVERYDAY, _FILLERS = map(_skeletons, (TITLES, ROLES, EVERYDAY, FILLERS))
_HONORIFICS = _skeletons(HONORIFICS)
_KNOWN = _TITLES | _ROLES | _EVERYDAY | _FILLERS
_TELLING_TITLES = tuple(word for word in _TITLES if len(word) >= TELLING_LENGTH or UNSPACED.search(word))


class OwnNames(NamedTuple):
    """The names that the agency, its site, its answering units and its staff go by, as they look."""

    words: frozenset[str]  # names of one word, and long full names as one word: eddalindqvist
    phrases: tuple[tuple[str, ...], ...]  # the other names
    people: frozenset[tuple[str, ...]]  # full names


def own_names() -> OwnNames:
    """Return our own names, from the cache: every name that is posted is compared with them."""
    return cache.get_or_set(OWN_NAMES, read_own_names, OWN_NAMES_SECONDS)


def read_own_names() -> OwnNames:
    """Read the names of the agency, of who answers in live consultations, and of active staff."""
    agency = branding()
    names = {agency["name"], agency["short_name"], settings.WAGTAIL_SITE_NAME}
    for unit in set(ConsultationPage.objects.live().values_list("answering", flat=True)):
        names |= {unit, UNIT_END.split(unit)[0]}
    ours = {_without_fillers(name_skeleton(name)) for name in names}
    people = read_staff_names()
    joined = {"".join(person) for person in people}
    return OwnNames(
        words=frozenset(
            {own[0] for own in ours if len(own) == 1} | {one for one in joined if len(one) >= TELLING_LENGTH}
        ),
        phrases=tuple(sorted(own for own in ours if len(own) > 1)),
        people=people,
    )


def read_staff_names() -> frozenset[tuple[str, ...]]:
    """Read the full names of active staff, in both orders; a first name alone is everybody's."""
    staff = ModelBackend().with_perm("wagtailadmin.access_admin", is_active=True)
    names = [
        (name_skeleton(first), name_skeleton(last)) for first, last in staff.values_list("first_name", "last_name")
    ]
    return frozenset(order for first, last in names if first and last for order in (first + last, last + first))


def forget_own_names(**_signal):
    """Clear the cache now and after the commit: others may fill it again before the change is visible to them."""
    cache.delete(OWN_NAMES)
    transaction.on_commit(lambda: cache.delete(OWN_NAMES))


def _without_fillers(own: tuple[str, ...]) -> tuple[str, ...]:
    """Return one of our names without "the" and the like at its ends, as long as two words stay."""
    while len(own) > 2 and own[0] in _FILLERS:
        own = own[1:]
    while len(own) > 2 and own[-1] in _FILLERS:
        own = own[:-1]
    return own


def is_official(name: str) -> bool:
    """Return whether a name says, or looks as if it said, that its bearer is one of us."""
    readings = name_readings(name)
    if not readings:
        return False
    ours = own_names()
    return any(_is_ours(words, ours) for words in readings)


def _is_ours(words: tuple[str, ...], ours: OwnNames) -> bool:
    """Return whether one reading of a name has a title, is a name of ours, or only says a role."""
    glued = "".join(words)
    parts = [part for word in words for part in _parts(word, ours.words) or (word,)]
    if _TITLES.intersection(parts) or glued in _TITLES or any(title in glued for title in _TELLING_TITLES):
        return True
    if glued in ours.words or any(_stands_in(phrase, words, glued) for phrase in ours.phrases):
        return True
    return _says_role(parts, ours) or any(_says_nothing(rest, ours) for rest in _beside_person(words, ours))


@lru_cache(maxsize=4096)
def _parts(word: str, own: frozenset[str]) -> tuple[str, ...]:
    """Return the known words that a word is joined from (themoderator), none if there is anything else in it."""
    if word in _KNOWN or word in own:
        return (word,)
    for end in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        if (word[:end] in _KNOWN or word[:end] in own) and (others := _parts(word[end:], own)):
            return (word[:end], *others)
    return ()


def _stands_in(phrase: tuple[str, ...], words: tuple[str, ...], glued: str) -> bool:
    """Return whether one of our names stands in a name, in words or joined."""
    joined = "".join(phrase)
    return glued == joined or (len(joined) >= TELLING_LENGTH and joined in glued) or phrase in _runs(words, len(phrase))


def _runs(words: tuple[str, ...], length: int) -> list[tuple[str, ...]]:
    return [words[start : start + length] for start in range(len(words) - length + 1)]


def _says_nothing(rest: tuple[str, ...], ours: OwnNames) -> bool:
    """Return whether words add nothing of their own to the name of one of us: "Edda Lindqvist, HTA"."""
    return (_KNOWN | _HONORIFICS | ours.words).issuperset(rest)


def _says_role(parts: list[str], ours: OwnNames) -> bool:
    """Return whether nothing but a role of ours is said; one everyday word is none."""
    said = set(parts)
    if not (_KNOWN | ours.words).issuperset(said):
        return False
    return bool(said & (_ROLES | ours.words)) or len(said & _EVERYDAY) > 1


def _beside_person(words: tuple[str, ...], ours: OwnNames) -> Iterator[tuple[str, ...]]:
    """Return what stands beside the full name of one of us, wherever that stands in a name."""
    for start in range(len(words)):
        for end in range(start + 2, len(words) + 1):
            if words[start:end] in ours.people:
                yield words[:start] + words[end:]
