"""Who tells of a bad word, quotes it, objects to it, denies it or says it of himself is not held; who means it is."""

import pytest

from moderation.detectors import DETECTORS, Context
from moderation.text.normalised import Text

HEARSAY = """
My son was called a wetback at training, and the coach laughed.
They call my wife a raghead in the lift, every single morning.
Somebody painted beaners on the door of our club.
A driver shouted muzrat at me and drove off.
“Wetback” is what the boys yell when we walk past the courts.
He told my mother that towelheads should go home.
The word raghead was written on our letterbox.
Ragheads was sprayed across the playground wall.
The term beaner should not be in the museum's guide.
Nobody may call a guest of the pool a towelhead.
It is not okay to say muzrat, not even as a joke.
If a clerk calls you a wetback, whom do you tell?
I am not a beaner, my name is Luis.
She is no raghead, she is our doctor.
As a poofter of seventy years I thank you for the rainbow crossing.
I'm a proud poofter and I pay my rates.
We poofters have waited long for this crossing.
Please rename Wetback Creek, for the name hurts.
My classmates used to call me towelhead.
“You are just a beaner” – sentences like this destroy lives.
Anyone who says that ragheads are animals should read a book.
Us poofters stick together.
If you run down these stairs you will kill yourself.
Mein Nachbar wurde in der Bahn als raghead beschimpft.
Elle m'a dit : « raghead », devant tout le monde.
In the bus I heard a man mutter something; he called us ragheads, and nobody spoke.
She wrote kill yourself on my daughter's locker.
""".strip().splitlines()
MEANT = """
Get these ragheads out of the park.
I do not want a wetback as a neighbour.
The council is run by towelheads.
He is a beaner and a thief.
You are a raghead, go home.
I call them ragheads, and rightly so.
Call them what they are: wetbacks.
They say they are students, but they are beaners.
Not one raghead should get a flat here.
As stupid as a beaner, this plan.
I am sick of ragheads at the pool.
We must throw the wetbacks out.
The “beaners” can stay where they are.
My friends and I hate ragheads.
The ragheads are loud, is that allowed?
No beaners, no crime.
You should be called what you are, you raghead.
Just call it a town of ragheads.
I was told that the ragheads get a pool for nothing.
He said what everybody thinks: wetbacks out.
My raghead neighbour is loud.
I said that the beaners must go.
You should kill yourself.
Kill yourself, you clown.
""".strip().splitlines()


def modes(raw):
    matches = DETECTORS["words"].detect(Text(raw), Context(), lists=("severe",))
    return {match.most for match in matches}


@pytest.mark.parametrize("raw", HEARSAY)
def test_hearsay_is_noted_only(raw):
    assert modes(raw) == {"suggest"}


@pytest.mark.parametrize("raw", MEANT)
def test_what_is_meant_may_be_held(raw):
    assert modes(raw) == {"hold"}


def test_hearsay_says_so_to_staff():
    (match,) = DETECTORS["words"].detect(Text(HEARSAY[0]), Context(), lists=("severe",))

    assert (match.explanation, match.advice) == (
        "Contains a slur about ethnicity or origin.",
        "Contains a slur about ethnicity or origin. "
        "It seems to be told of, quoted, denied or said of oneself, so it is only noted.",
    )


def test_words_of_the_agency_itself_are_no_hearsay():
    (match,) = DETECTORS["words"].detect(Text("He called me a banana."), Context(), words=("banana",))

    assert match.most == "hold"
