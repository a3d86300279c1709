"""Names that only the agency goes by: its own name, and the words for those who run the site."""

import re
from functools import lru_cache

from django.conf import settings

from consultations.lookalikes import LETTER_FOLDING
from portal.agency.branding import branding

WORD = re.compile(r"[^\W_]+")
NUMBERED = re.compile(r"(?<=[^\W\d_]{3})\d+\b")  # Moderator2
SPELT_OUT = re.compile(r"\b\w(?: \w)+\b")  # H. T. A.
REPEATED = re.compile(r"(\w)\1+")
# Digits and signs that stand for letters; i, l and 1 look alike.
LEET = str.maketrans("013456789@$€!|l", "oieasgtbgaseiii")
SEEMING = {"rn": "m", "vv": "w"}  # pairs that look like one letter
# Scripts without spaces between words: a word of ours may stand anywhere in a name.
UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")

# Whoever has one of these in a name says that they run the site.
TITLES = """
    moderator moderators comoderator mod-team administrator administrators admin admins webmaster sysadmin superuser
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
    mod mods moderation team staff official officials support helpdesk service customer help system root editor editors
    officer officers policy privacy lead agency council government ministry department office authority secretariat
    redaktion moderationsteam verwaltung behörde amt rathaus ministerium stadtverwaltung mitarbeiter
    redakteur support-team
    modération équipe rédaction mairie ministère préfecture agence moderación equipo ayuntamiento ministerio redacción
    moderazione redazione comune ministero moderação equipa equipe prefeitura moderatie gemeente redactie
    moderacja urząd redakcja ekip belediye администрация модерация поддержка
"""
# These say nothing by themselves: "The real moderation team of this site".
FILLERS = """
    the a an of for and our your this site website official real verified genuine true online public consultation
    consultations der die das des dem den von und unser unsere le la les l de du des d notre et el los las del y il
    lo gli di o os do da e het van en team account
"""


@lru_cache(maxsize=4096)
def name_skeleton(name: str) -> tuple[str, ...]:
    """Return the words of a name as they look: without case, accents, lookalikes or repeated letters."""
    form = NUMBERED.sub("", name.translate(LETTER_FOLDING)).translate(LEET)
    for pair, letter in SEEMING.items():
        form = form.replace(pair, letter)
    words = " ".join(word for word in WORD.findall(form) if not word.isdigit())
    words = SPELT_OUT.sub(lambda letters: letters[0].replace(" ", ""), words)
    return tuple(REPEATED.sub(r"\1", word) for word in words.split())


def _skeletons(words: str) -> frozenset[str]:
    return frozenset("".join(name_skeleton(word)) for word in words.split())


_TITLES, _ROLES, _FILLERS = _skeletons(TITLES), _skeletons(ROLES), _skeletons(FILLERS)
_UNSPACED_TITLES = tuple(word for word in _TITLES if UNSPACED.search(word))


def own_names() -> list[str]:
    """Return the names that the agency and its site go by."""
    agency = branding()
    return [name for name in (agency["name"], agency["short_name"], settings.WAGTAIL_SITE_NAME) if name]


def is_official(name: str) -> bool:
    """Return whether a name says, or looks as if it said, that its bearer is the agency or runs the site."""
    words = name_skeleton(name)
    if not words:
        return False
    glued = "".join(words)
    if _is_title(words, glued) or any(_goes_by(words, glued, name_skeleton(own)) for own in own_names()):
        return True
    return bool(_ROLES.intersection(words)) and _ROLES.union(_FILLERS).issuperset(words)


def _is_title(words: tuple[str, ...], glued: str) -> bool:
    """Return whether one of the words, or all of them glued together, is a title."""
    if _TITLES.intersection(words) or glued in _TITLES:
        return True
    return any(title in glued for title in _UNSPACED_TITLES)


def _goes_by(words: tuple[str, ...], glued: str, own: tuple[str, ...]) -> bool:
    """Return whether a name is one of ours, with nothing of its own beside it; one of several words may stand in it."""
    if not own:
        return False
    if glued == "".join(own):
        return True
    places = [at for at in range(len(words) - len(own) + 1) if words[at : at + len(own)] == own]
    if len(own) > 1:
        return bool(places)
    rest = set(words) - set(own)
    return bool(places) and _ROLES.union(_FILLERS).issuperset(rest)
