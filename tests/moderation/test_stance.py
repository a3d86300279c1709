"""A letter and its opposite are two campaigns, however many words they share."""

import random
import re

import pytest

from moderation.models import Campaign, Screening
from moderation.text.normalised import Text
from moderation.text.stance import is_opposed
from tests.factories import submission_to, suggestion_for
from tests.moderation.letters import LETTER, changed

OPPOSITES = (  # the letter, and of {one|other} the words of its opposite
    "I {support|oppose} the plan for the station. The ticket office {must stay open|must be closed}, and I say so.",
    "I {support|do not support} the plan for the station, and I have told the council so in two letters this year.",
    "We ask you to approve the plan. It is {safe|unsafe} for children, and everybody in the street has read it.",
    "The limit in Mill Lane should be {30km/h|50km/h} for all, and a sign at the corner should say so by the summer.",
    "The market should be held on {Friday|Saturday}, as it has been in most of the towns along the river so far.",
    "The road along the harbour {should|should never} be a road for cars, whatever the shops in the arcade may say.",
    "Build the new bridge in the {north|south} of the town, where the old ferry was, and call it after the ferryman.",
    "I {don't|do} want a tower behind the church, and my neighbours in the whole of the street see it as I see it.",
    "Der Platz {soll|soll nicht} autofrei werden. Darüber haben wir im Verein lange gesprochen und abgestimmt.",
    "Je suis {pour|contre} la piste cyclable de la rue haute, et tous mes voisins du quartier le sont avec moi.",
    "{Apoyo|Rechazo} el nuevo puerto de la ciudad, y lo mismo dicen los vecinos de todas las calles de la costa.",
)
SAME = (  # written by two people who say the same
    "I {support|really support} the plan for the station. The ticket office must stay open, and I say so.",
    "Dear {Sir or Madam|council}, please keep the ticket office of the station open, for it is used by many of us.",
    "Keep the ticket office of the station open. Ring me on 0491 570 {006|156}. Ann {A., 3121|B., 3122} Richmond",
    "Keep the ticket office of the station open, for we need it. The people of {12|27} Mill Lane, Richmond, all agree.",
    "I have lived in Mill Lane for {12|30} years, and I ask you to keep the ticket office of the station open.",
    "Please keep the ticket office open.{| I am not young any more, and I do not buy tickets with a telephone.}",
    "Please keep the {ticket office|ticket offices} of the station open, for they are used by many of us here.",
)


def sides(text):
    return [re.sub(r"\{([^|}]*)\|([^}]*)\}", lambda slot, n=n: slot[n], text) for n in (1, 2)]


def opposed(text):
    one, other = (Text(raw).plain_words for raw in sides(text))
    return [is_opposed(one, other), is_opposed(other, one)]


@pytest.mark.parametrize("text", OPPOSITES)
def test_a_letter_and_its_opposite_are_opposed(text):
    assert opposed(text) == [True, True]


@pytest.mark.parametrize("text", SAME)
def test_two_letters_that_say_the_same_are_not_opposed(text):
    assert opposed(text) == [False, False]


def test_a_letter_with_changed_words_is_seldom_opposed_to_itself():
    draw, words = random.Random(8), Text(LETTER).plain_words

    assert sum(is_opposed(changed(words, 0.15, draw), words) for _ in range(100)) <= 2


LONG_PASSAGE = (
    "The tram runs until midnight between the harbour and the hospital, and stops at every corner of the old town."
)


def campaigns_of(consultation, *texts):
    for text in texts:
        submission_to(consultation, text)
    return list(Screening.objects.order_by("pk").values_list("campaign__letter__text", flat=True))


@pytest.mark.django_db
def test_a_letter_and_its_opposite_are_two_campaigns(consultation):
    one, other = sides(OPPOSITES[0])

    assert campaigns_of(consultation, one, other, one, other) == [one, other, one, other]
    assert list(Campaign.objects.order_by("pk").values_list("size", flat=True)) == [2, 2]


@pytest.mark.django_db
def test_a_letter_goes_by_what_its_campaign_says_and_not_by_a_copy_that_lost_a_word(consultation):
    letter = "I do not want the tower behind the church, and all in my street say the same as I do of it."
    slip, opposite = letter.replace("not", "hardly"), letter.replace("do not want", "want")

    assert campaigns_of(consultation, letter, slip, opposite) == [letter, letter, None]


@pytest.mark.django_db
def test_two_who_would_put_other_words_into_a_passage_are_no_campaign(consultation):
    why = "Because whoever works late has to get home somehow, and the tram is the only way for many of us."
    rivals = [LONG_PASSAGE.replace("until midnight", when) for when in ("at every hour", "on holidays only")]
    for new in rivals:
        suggestion_for(consultation, old=LONG_PASSAGE, new=new, why=why)

    assert not Campaign.objects.exists()


@pytest.mark.django_db
def test_a_suggestion_that_many_send_is_a_campaign(consultation):
    new = LONG_PASSAGE.replace("until midnight", "at every hour")
    why = "Because whoever works late has to get home somehow, and the tram is the only way for many of us"
    for n in range(20):
        suggestion_for(consultation, old=LONG_PASSAGE, new=new, why=why + ("!" * (n % 2)))

    assert Campaign.objects.get().size == 20


@pytest.mark.django_db
def test_postcards_word_for_word_are_a_campaign(consultation):
    card, other = "Please keep the night bus running.", "Please keep the night train running."

    assert campaigns_of(consultation, card, other, card.upper(), "I agree.", "I agree.") == [
        card,
        None,
        card,
        None,
        None,
    ]
