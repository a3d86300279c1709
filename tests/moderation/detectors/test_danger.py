import pytest

from moderation.detectors import DETECTORS, Context, Match
from moderation.text.normalised import Text

EMERGENCIES = """
Please call an ambulance, my father is not breathing.
Someone is being attacked at the bus stop!
There is a fire in my building
There's a gas leak in our street
My house is on fire!
A man is running around with a knife
Somebody send the police to Mill Lane
Call the police now
he is bleeding badly, help
We need an ambulance here
she has taken an overdose
A man with a gun? There is a man with a gun outside
My neighbour is trying to kill me
The boy is drowning
Someone is breaking into my house
Help, my husband collapsed and he is not breathing
there is a fire at my neighbours house right now
A child is drowning in the river!
Somebody is breaking into the shop next door, call the police
My mum has fallen and she is unconscious
a man is stabbing people at the station
Gas leak on Mill Lane, please send someone
I am trapped in the lift
He has a knife and he is coming at us
Help! There's a man with a knife outside the library
My wife is having a stroke, call an ambulance please
The flat next door is on fire
somebody is beating a woman at the bus stop right now
I think my neighbour has stopped breathing
Send the police to 5 Elm Street quickly
""".strip().splitlines()
# Past, habit, thought, figure of speech.
NO_EMERGENCIES = """
There is a fire station on Mill Lane.
The planet is on fire.
Our house is on fire, and the climate will not wait.
Last year somebody was attacked there.
If someone is not breathing, call an ambulance.
I had to call an ambulance and it took an hour.
We need more police.
We need the police now more than ever.
Small businesses are dying.
The high street is drowning in cars.
The number to call an ambulance should be on every sign.
There is a fire risk in summer.
There is a fire every summer in the park.
I am drowning in debt.
Every time he is attacked nobody helps.
My son is choking on the fumes of the buses.
The building is burning money.
He said that there is a fire in the building.
Would you call the police if somebody is being robbed?
Unconscious bias training is needed.
When my mother was having a heart attack the ambulance came late.
This is an emergency: the climate is changing.
Nobody is trapped in the lift.
I think the police should get help.
Can someone get help for the old trees?
The station needs a fire exit.
People are trapped in poverty.
I am trapped in my house because there is no bus.
The ambulance could not get through.
My mother fell and nobody called an ambulance.
He is not breathing clean air.
There is a fire door at my school.
The police are attacking people's rights.
My neighbour is chasing me for the rent money he says I owe.
The man with the knife was arrested.
Please call the police about speeding cars.
She is having a heart attack every time a truck passes.
The fire at the mill was bad.
There is a fire drill at the school.
You need to call the police if that happens.
My father is dying and the hospital is far.
Police need help from social workers.
The library is on fire with ideas.
We are being attacked by mosquitoes every evening.
Parking is an emergency.
There is a bomb shelter in our park.
""".strip().splitlines()
CRISES = """
I want to die.
I want to kill myself tonight
I'm going to end it all
i w4nt t0 k1ll mys3lf
I can't do this. Everybody would be better off without me.
I don’t want to live anymore
I feel suicidal because of this debt.
Ich will nicht mehr leben.
I am going to kill myself and no assisted dying law will help me.
I have no reason to live
I can't take it any more, I want to die
nobody would miss me, I'm going to end it all tonight
I have been thinking about killing myself since they cut my benefits
honestly I just don't want to live anymore
I want to disappear and never wake up
my family would be better off without me
I hate my life and I want to kill myself
This is my last message, goodbye to everyone I love
I want to kill myself because of this bill
I feel like ending my life
There is no point in living any more for me
I'm done, I'm going to jump off the bridge tonight
""".strip().splitlines()
# Grief, policy, debates about dying, other people's words.
NO_CRISES = """
I lost a friend to suicide.
Suicide prevention needs more money.
My brother killed himself in 2010.
I do not want to die on this road.
I don't want to kill myself by cycling here.
I want to die with dignity, at home.
I want to die at home.
With assisted dying, I want to end my life when the pain is too much.
She said "I want to die" and nobody helped.
My son told me I want to die.
I was suicidal as a teenager and the hotline saved me.
Young people need help when they want to die.
I could kill for a coffee.
Teens write that they want to end their lives.
I almost killed myself on that stair.
The town would be better off without cars.
More money for suicide hotlines please.
My daughter took her own life on those tracks; fence them.
We want people to live, not die, on this road.
I nearly died at that crossing.
When I was suicidal, the counsellor helped me.
The bridge needs barriers because people jump off.
Anyone thinking about killing themselves deserves help.
I want to die knowing that the river is clean.
I'd rather die than take that bus.
I will kill myself laughing.
I would die for this park.
Dying to see the new pool.
My cousin ended his life in your care home.
We will die out as a village.
The end of my life should be my choice.
Help me to help others.
""".strip().splitlines()


def found(detector, raw, context=None, **parameters):
    return [raw[m.start : m.end] for m in DETECTORS[detector].detect(Text(raw), context or Context(), **parameters)]


@pytest.mark.parametrize("raw", EMERGENCIES)
def test_emergency_is_found(raw):
    assert found("emergency", raw) != []


@pytest.mark.parametrize("raw", NO_EMERGENCIES)
def test_what_is_over_or_only_imagined_is_no_emergency(raw):
    assert found("emergency", raw) == []


@pytest.mark.parametrize("raw", CRISES)
def test_crisis_is_found(raw):
    assert found("crisis_help", raw) != []


@pytest.mark.parametrize("raw", NO_CRISES)
def test_talk_about_suicide_and_dying_is_no_crisis(raw):
    assert found("crisis_help", raw) == []


def test_crisis_is_marked_as_it_was_written_and_asks_for_care():
    raw = "Please read. I w4nt to k!ll mys3lf."

    assert list(DETECTORS["crisis_help"].detect(Text(raw), Context())) == [
        Match(
            13,
            34,
            "It sounds as if things are very hard for you right now.",
            "The author may be thinking of hurting himself or herself. Read this one first, and with care.",
        )
    ]


def test_emergency_says_what_it_is():
    assert list(DETECTORS["emergency"].detect(Text("My house is on fire"), Context())) == [
        Match(0, 19, "Somebody may be in danger now.")
    ]
