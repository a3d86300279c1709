"""How far a text is from what its consultation is about. A person decides that; this only suggests."""

from collections.abc import Iterator, Mapping

from moderation.detectors.registry import Context, Match, detector
from moderation.text.normalised import Text

MIN_TOPIC_CHARACTERS = 4  # letters: shorter words are mostly grammar, and so are these
GRAMMAR_WORDS = frozenset(
    "about after again also always another anybody anyone because been before being below between both cannot could "
    "does doing done dont down during each either else even ever every everyone everybody everything from further "
    "going have having here hers himself into itself just know like made make many more most much must myself need "
    "needs never nobody nothing once only other others ours over people please same shall should since some somebody "
    "someone something such than that their theirs them then there these they thing things think this those through "
    "today under until upon very want well were what when where whether which while whom whose will with within "
    "without would your yours agree aber alle allem allen aller alles andere anderen auch beim bitte dann darf dass "
    "dein deine denn dies diese diesem diesen dieser dieses doch dort durch eine einem einen einer eines etwas euch "
    "euer fuer gegen geht haben hatte hier hinter ihre ihrem ihren ihrer immer jede jedem jeden jeder jedes jetzt "
    "kann kein keine keinen koennen konnte machen mehr mein meine meinen muss mussen nach nicht nichts noch oder ohne "
    "sehr sein seine seinen seiner sich sicher sind soll sollen sollte sollten uber unser unsere unter viel viele "
    "vielen wann warum weil welche wenn werden wieder wird wurde wurden zwischen".split()
)


def nearness(words: frozenset[str], topic: Mapping[str, float]) -> float:
    """Return the mean weight of the telling words, as a share of the topic's heaviest: 0 shares nothing."""
    telling = [word for word in words if len(word) >= MIN_TOPIC_CHARACTERS and word not in GRAMMAR_WORDS]
    if not telling:
        return 1.0
    return sum(topic.get(word, 0.0) for word in telling) / len(telling) / max(topic.values())


@detector(fields=("text",), most="suggest")
def off_topic(
    text: Text, context: Context, *, minimum: float = 0.05, minimum_words: int = 12, minimum_topic: int = 250
) -> Iterator[Match]:
    """Find a text that shares hardly a word with its consultation.

    A short text says too little to tell, and so does a consultation of which few words are known yet.
    """
    if len(context.topic) < max(minimum_topic, 1) or len(text.words) < minimum_words:
        return
    if nearness(text.vocabulary, context.topic) < minimum:
        yield Match(0, len(text.raw), "Shares few words with the consultation; it may be about something else.")
