import pytest

from moderation.detectors import DETECTORS, Context, Match
from moderation.text.normalised import Text

THREATS = """
I will kill you.
I'll kill you all, planners.
ill kill you
im going to kill you
I swear I will shoot that stupid planner.
We are going to burn your house down.
I'm gonna break your legs
I will find you.
I know where you live, planner.
We know where your kids go to school
Somebody should shoot the mayor.
The mayor should be shot.
All these bureaucrats deserve to be hanged.
Whoever designed this crossing should be shot.
Hang the minister!
Let's lynch the councillor.
Let us smash the new cameras tonight.
Somebody should teach that planner a lesson he feels.
I hope you die
I hope the mayor gets cancer.
Watch your back, councillor.
You are a dead man.
We're coming for you
It would be a shame if something happened to your family
I will put a bullet in your head
i w1ll k.i.l.l you
I'll smash his face in.
I want to punch her.
I am going to beat you up after the meeting
One of us should burn down the town hall.
I'll put you in hospital.
We will hunt you down and kill you
Time to string up the politicians
I told you that I will kill you
I’ll slit your throat
I will come and shoot your dog
I would love to strangle the transport minister.
Everyone, let's torch the depot.
you should be shot
I'm gonna come to your office and shoot every last one of you.
If you approve this I will kill you.
We will string you up from the lampposts.
You will be dead by Friday.
Keep going and I'll break both your legs.
Someone ought to put a bullet in that minister's head.
I'd love to punch that councillor in the face.
Somebody please shoot this idiot mayor already
I will burn the council offices to the ground.
Sleep with one eye open, planner.
I am going to find out where you live and hurt you.
You deserve to be shot for this.
The engineer who drew this deserves to be hanged.
I'll be waiting outside your office with a baseball bat.
We know where the planning manager lives.
One day I will run you over with my bike.
Hope someone stabs you.
I swear to god I will strangle the next ranger who fines me.
Time to burn down the ministry.
ill smash your head in mate
I have a gun and I am not afraid to use it on you.
Lets go and beat up those traffic wardens.
Watch yourself, we are coming for you and your family.
kill all politicians
I'm going to kick your head in at the next meeting.
The director should be taken out and shot.
Let's burn the speed cameras.
I hope your house burns down.
If this goes ahead I'm going to kill the council boss.
We're gonna get you, mayor.
You won't leave that meeting alive.
I am coming to your house tonight with my brothers.
He should be hanged from a tree.
I will end you.
If I see that ranger again I will punch his lights out.
I am going to murder the idiot who approved this.
People like you should be shot on sight.
I know what school your daughter goes to.
I'll bash the next council worker who touches my bin.
Let's go burn down the mayor's house.
I want to strangle you all.
I swear I'll stab the driver tomorrow.
Someone needs to kill this minister.
We'll string you up, you traitors.
I hope the director gets run over by his own bus.
""".strip().splitlines()
# Figures of speech, other people's words, news, wildlife, elections.
NO_THREATS = """
Speeding cars will kill somebody one day.
Do you know where the elderly live?
I am afraid that somebody will get killed at this crossing.
I will fight this plan in court.
He said "I will kill you" and ran off.
A driver shouted that he would kill me.
A man told me I know where you live.
I will not kill you.
Nobody should be shot for that.
I do not think the mayor should be shot.
We should trap and kill them all, the possums and the stoats.
Kill the mayor's plan.
Kill the bill.
Don't shoot the messenger.
I will shoot you an email tomorrow.
We will beat you at the next election.
The new fees will kill us.
This will kill small shops.
We will teach the council a lesson at the ballot box.
Smoking kills you.
You will kill the high street with this.
I could murder a coffee.
We will hang her portrait in the hall.
Murderers deserve to be hanged.
I believe in the death penalty: killers should be executed.
Police should not shoot people.
The police shot the man.
We will come for you at eight and drive you to the polling place.
I will find you a better route.
I know where you are coming from.
I hope the old tree dies peacefully.
We have to kill the weeds.
We should burn less coal.
The council should be put out of its misery at the polls.
I will run over the bridge every day.
We need to cut the manager positions.
I want to hit the target.
Let's kill the driver licence fee.
I'll cut your hedge.
If you step on the road there, the cars will kill you.
People threatened to burn down the mosque.
The film has a man who says "we will find you".
Let's blow up the balloons.
Hang the officer's portrait.
We should hang the ministers' portraits here.
Please break your promise.
I will break my back carrying this.
Someone should give the driver a medal.
They should execute the plan.
We must execute the director's plan.
Time to kill the speed limits.
We will knock on your door.
I am dying to see it.
He wrote to me: I will kill you
My neighbour was told: watch your back.
Kids will kill each other on that ramp.
We should beat the drum.
Let us burn the candles.
We should bomb nobody.
I want to see you hang up the phone.
I want to run over the details with you.
You must be killed by the noise there.
The new ramp will kill somebody's grandmother.
I will be dead before this line opens.
I would kill for a cycle lane here.
You are killing our town centre.
We must fight this and beat the developers in court.
My husband was stabbed at that station last year.
They should hang the new sign higher.
I will burn calories on the new path.
Shoot for the stars, councillors!
The manager shot down our idea.
He threatened to kill me, and you did nothing.
Stop shooting kangaroos.
Hunters shoot ducks near my house.
The dog will bite you if you come near.
We will hunt down the potholes for you.
I hope you get more buses.
I hope the mayor gets better soon.
I hope the officer gets the job.
The police should be shot of this paperwork.
Let us beat the heat with trees.
We should poison the rats.
I am coming for the meeting on Friday.
I know where you should put the bench.
We know your address is listed as PO Box 12.
Drivers will run over children here.
If this goes on, somebody will shoot the neighbour's cat.
Please cut the boss-speak.
I think you should be ashamed.
Strangle the plan at birth.
You should be hung out to dry at the election.
That noise is killing me.
Smash the record for recycling!
We could burn wood instead.
I want to punch holes in this argument.
The storm will hit us hard.
I'd kill to have a train here.
The council wants to kill our library.
We shoot films in this park.
I will attack the problem from another side.
You can shoot me a question at any time.
He shot himself in the foot with that plan.
Cyclists will be run over there.
I want to hang my washing in the yard.
My uncle was murdered in this street in 1990.
I have to put my mother in a hospital far away.
The judge should be replaced.
We will bring down this policy at the ballot box.
I will never stop fighting you on this.
You should be fired for this.
Let us light a fire in the park on midsummer.
A knife crime plan is needed.
We know where you stand on this.
I hope the project dies.
The teacher must be paid more.
I will vote you out.
You should be sacked for this.
Kill your darlings, dear planners.
We should cut the director's salary.
Nurses are attacked by patients every day.
The bus driver nearly killed me.
I could have killed the neighbour's rooster.
We need to shoot the pigeons at the station.
The traffic will be murder.
Burn the old plan and start again.
I will hit the road early.
You should hang your heads in shame.
We know where the water goes.
I'm coming to the meeting and I will speak.
The council must be stopped in court.
The minister must be made to answer.
""".strip().splitlines()


def found(detector, raw, context=None, **parameters):
    return [raw[m.start : m.end] for m in DETECTORS[detector].detect(Text(raw), context or Context(), **parameters)]


@pytest.mark.parametrize("raw", THREATS)
def test_threat_is_found(raw):
    assert found("threats", raw) != []


@pytest.mark.parametrize("raw", NO_THREATS)
def test_what_only_sounds_like_a_threat_is_none(raw):
    assert found("threats", raw) == []


def test_threat_is_found_in_disguise_and_marked_as_it_was_written():
    raw = "Nice office. I w1ll k.i.l.l y\u200bou, planner."

    assert found("threats", raw) == ["I w1ll k.i.l.l y\u200bou"]


def test_threat_says_what_it_is():
    assert list(DETECTORS["threats"].detect(Text("I will kill you"), Context())) == [
        Match(0, 15, "Reads like a threat of violence.")
    ]


def test_threats_against_the_targets_only():
    raw = "I will kill you. I will shoot that rotten umpire! The mayor should be shot."

    assert found("threats", raw, targets=("umpire",)) == ["I will shoot that rotten umpire"]
    assert found("threats", "We know where the umpires live", targets=("umpire",)) != []


def test_threat_is_found_after_a_quotation_that_has_ended():
    assert found("threats", 'He said "go away" and I will kill you for it.') == ["I will kill you"]
    assert found("threats", 'He said: "Go away. I will kill you."') == []


@pytest.mark.parametrize(
    "part",
    ["i will ", "kill ", "the mayor ", "hope the ", "whoever a a a a ", '"', "you said ", "somebody should and "],
)
def test_threats_read_long_hostile_texts_in_one_go(part):
    raw = (part * 5000)[:5000] + " kill"

    assert found("threats", raw) == []
