"""Which language a text is in."""

import re
from functools import cache, lru_cache
from typing import Any

from django.conf.locale import LANG_INFO
from django.utils.translation import get_language_info, gettext

# Languages that citizens of our agencies write; a shorter list guesses better than all 97.
CANDIDATES = (
    "ar bg bn cs cy da de el en es et fa fi fr ga he hi hr hu id it ja ko lt lv ms mt nl no pl ps pt ro ru sk sl so "
    "sq sr sv ta th tl tr uk ur vi zh"
).split()
OTHER_NAMES = {"mt": "Malti", "ps": "پښتو", "so": "Soomaali", "tl": "Tagalog", "zh": "中文"}  # Django has none
SURE_LETTERS = 40  # letters: under it a guess is right three times in four (measured), so the page's language stands

# What LANG_INFO lacks: languages people write to our agencies in, other names, and the three letters of ISO 639.
LONGER_NAMES = {
    "chinese": "zh", "mandarin": "zh", "cantonese": "zh", "norwegian": "no", "tagalog": "tl", "filipino": "tl",
    "maltese": "mt", "pashto": "ps", "malay": "ms", "farsi": "fa", "castilian": "es", "flemish": "nl", "zh": "zh",
    "no": "no", "tl": "tl", "mt": "mt", "ps": "ps", "ms": "ms", "eng": "en", "fra": "fr", "fre": "fr", "deu": "de",
    "ger": "de", "spa": "es", "ita": "it", "por": "pt", "nld": "nl", "dut": "nl", "zho": "zh", "chi": "zh", "ara": "ar",
    "vie": "vi", "ell": "el", "gre": "el", "hin": "hi", "kor": "ko", "jpn": "ja", "rus": "ru", "tur": "tr", "pol": "pl",
}  # fmt: skip


@lru_cache(maxsize=1)
def _identifier() -> Any:
    """Load the model on first use: 0.3 s that a page view should not pay."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # heavy: numpy, and the model

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(CANDIDATES)
    return identifier


def language_of(text: str, default: str) -> str:
    """Return the two-letter code of the text's language; the default for short or unclear texts."""
    if len(text) < SURE_LETTERS and text.isascii():
        return default
    code, probability = _identifier().classify(text)
    return code if probability > 0.8 else default


def language_code(said: str) -> str:
    """Return the two-letter code of a language that a file names: `fr`, `fr-CA`, `FRA`, French, français; else ""."""
    said = said.strip().casefold()
    first = re.split(r"[-_ (,/]", said, maxsplit=1)[0]
    return language_names().get(said) or language_names().get(first, "")


@cache
def language_names() -> dict[str, str]:
    """Return two-letter codes by code and by name: in English, in the language itself and in the agency's."""
    names: dict[str, str] = {}
    for code, facts in LANG_INFO.items():
        short = code.split("-")[0]
        if len(short) == 2 and "name" in facts:
            for name in (short, facts["name"], facts["name_local"], gettext(facts["name"])):
                names.setdefault(name.casefold(), short)
    return names | LONGER_NAMES


def language_name(code: str) -> str:
    """Return a language's name in itself; that of the language alone for an unknown variety, else the code."""
    for known in (code, code.partition("-")[0]):
        if known in OTHER_NAMES:
            return OTHER_NAMES[known]
        try:
            name: str = get_language_info(known)["name_local"]
        except KeyError:
            continue
        return name
    return code
