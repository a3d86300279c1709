"""Which language a text is in."""

from functools import lru_cache
from typing import Any

# Languages that citizens of our agencies write; a shorter list guesses better than all 97.
CANDIDATES = (
    "ar bg bn cs cy da de el en es et fa fi fr ga he hi hr hu id it ja ko lt lv ms mt nl no pl ps pt ro ru sk sl so "
    "sq sr sv ta th tl tr uk ur vi zh"
).split()
SURE_LETTERS = 40  # letters: under it a guess is right three times in four (measured), so the page's language stands


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
