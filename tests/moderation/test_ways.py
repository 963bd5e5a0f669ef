"""Ways of speaking (`moderation/rules/ways_*.rules.txt`): what they find, and what only sounds alike."""

import pytest

from moderation.pipeline import judge
from moderation.submission import Submission

FOUND = {
    "contact.way_call": ["my counsellor says hi, hit me up on kik", "hmu on snap"],
    "contact.way_app": ["telegram?", "is there another way to reach you outside of this", "pásame tu whats"],
    "contact.way_meet": ["let me take you out for dinner", "you can crash at mine", "coffee, just us two?"],
    "grooming.way": [
        "you're not like the others",
        "what time do your parents get back?",
        "if you trusted me you'd send it",
    ],
    "encouragement.relapse_way": [
        "you should relapse already",
        "you might as well go use",
        "reward yourself with a wee one",
        "vuelve a beber, da igual",
    ],
    "crisis.way_given": [
        "gave my cat to a friend, everything is in order, i feel calm",
        "gave the dog to my neighbor and paid off the funeral guy",
    ],
    "crisis.way_last": [
        "you've all been so kind. look after each other",
        "if i'm not here tomorrow you'll know",
    ],
    "crisis.way_set": ["sunday is the last one", "never wanted to die this much"],
    "crisis.way_place": ["sitting in the truck with my rifle", "cutting right now and can't stop"],
    "crisis.way_plain": [
        "i cant do this anymore",
        "dont see a way out except one",
        "my brother has a gun to his head",
        "he says he'll hang himself",
        "i don't deserve to live",
        "every hour it gets harder not to kill myself",
        "I intend to end things this evening after my wife goes to bed",
        "please help me not die",
    ],
    "sourcing.way": ["anyone in york with valium", "any dealers on here", "tengo rivotril para vender"],
    "spam.way": [
        "check out my new single",
        "affiliate marketers wanted",
        "te leo las cartas, primera consulta gratis",
    ],
    "harass.way": [
        "you disgust me",
        "fat cow",
        "get a life loser",
        "if i see you, you're dead",
        "qué tonta eres",
    ],
    "crisis.way_absent": ["my son sent a goodbye and his phone is off"],
    "crisis.way_harm": ["i am going there to finish him off"],
    "sourcing.way_left": [
        "my sisters pain meds are just sitting there, make me an offer",
        "would you sell me half",
    ],
    "sourcing.way_coded": [
        "is it dry everywhere or just here",
        "looking for the candyman",
        "quien tiene de lo bueno",
    ],
    "sourcing.way_name": ["my guy got shut, anyone got yours"],
    "sourcing.way_broker": ["bonus for every friend you bring to this detox"],
    "methods.way_out": [
        "is there an easier road out",
        "how did your brother do it",
        "cual es la que menos duele",
    ],
    "methods.way_told": ["there's a pdf, it got banned, i have it"],
    "methods.way_hide": ["what do you use when they've hidden everything sharp"],
    "encouragement.use_way": ["one pint never killed anyone"],
    "encouragement.go_way": ["the world's better with one less of you", "if you're gonna do it stream it"],
    "encouragement.thin_way": ["ana buddy wanted", "whoever loses most by sunday wins"],
    "contact.way_other": [
        "are you on the purple one",
        "i pass your way thursdays, could stop by, nobody need know",
    ],
    "grooming.way_near": ["do you like older guys"],
    "threat.way": ["be a shame if your boss saw what you wrote", "i know which bus you get"],
    "hate.way": ["they breed like rats"],
    "harass.mock": ["aw diddums", "your ex was right about you"],
    "crisis.way_leave": [
        "wrong side of the railing",
        "who'll take the dog after sunday, i wont be around anymore",
    ],
    "crisis.way_found": ["i left the music for my funeral on a list", "so my mum isn't the one who finds me"],
    "crisis.way_violence": [
        "my husband has had me by the throat again. I am in the spare room",
        "there's a chair against the bedroom door and he's outside it",
        "he is smashing up the kitchen",
    ],
    "crisis.way_join": ["ready to join Margaret now"],
    "crisis.way_cannot_stop": [
        "i cant stop drinking and i cant stop thinking about suicide, its every hour now",
        "stood on the platform and let four trains go",
    ],
    "crisis.way_bridge": ["I'm stood on the bridge by the station and I don't know why I'm talking to you"],
    "medical.not_breathing": [
        "my buddy overdosed, he's not breathing right, what do I do",
        "she won't wake up, what do i do",
    ],
    "crisis.way_tried": [
        "tried last night, didn't take. nobody knows",
        "woke up again. was so sure i wouldn't. will make sure of it next time",
    ],
    "crisis.way_means": [
        "everything i need is here next to me, nobody home",
        "counting my tablets again, over and over",
    ],
    "crisis.self_kill_now": ["I tried to hang myself two years ago and I want to kill myself again"],
    "medical.way_child": [
        "my 2 yr old has got into nanna's blister pack",
        "my toddler drank some bleach just now",
    ],
    "medical.way_down": [
        "2 narcans in and he is still grey, where's the ambulance",
        "pills are all down. sleepy now",
        "co alarm is on and my wife won't wake",
    ],
    "crisis.way_end": ["i want to leave my life now", "they would be calmer without me"],
    "crisis.way_unsafe": ["i'm scared of what i might do", "i'm not safe around myself"],
    "crisis.way_calm": ["made up my mind last night. so quiet in here now"],
    "crisis.way_until": ["won't see another spring, anyway"],
    "crisis.way_lied": ["told the nurse i was safe at home, i lied"],
    "crisis.way_cuts": ["cut my arms again and i'm not finished"],
    "crisis.way_cold": ["at the platform edge, nothing is stopping me"],
    "crisis.way_signs": ["my dad rang to say he loves us, he never says that, his phone is off"],
    "crisis.way_gone": ["my husband took his gun and said not to follow him"],
    "safeguarding.way_told": ["f/14 just need someone", "detention again and my mums drunk"],
    "safeguarding.way_harm": ["the neighbours are hitting their kid, i hear it"],
    "medical.way_poison": ["i drank bleach", "husband on the floor, needle still there"],
    "withdrawal.way": ["poured it all out sunday, hands shaking, seeing things"],
    "spam.way_told": ["this hacker got it back, all my lost crypto"],
}

LEFT = """
what do you do when somebody stops breathing
my grandmother cooked cock soup when anyone was sick
a man here wanted to move to telegram after two messages, reported him
some kid told my son to kys online and i am shaking mad
quickest way to end it with a landlord who wont return the deposit
can i get nicotine gum without a prescription
selling my old snow tires, the car is gone
we had chips standing on the bridge at sunset, photos later
the GP asks am I thinking of ending my life, and every time I say no
said goodbye to the drink for good today, wrote it a letter and all
trying not to end up like my dad
i want to end things with my boyfriend
7-3 is the best thing I've ever done with my life
i wake at five so i can't wake up any earlier
I tried to hang myself two years ago, today I got my driving licence
took the grandkids to see the blue tits at the feeder
we pushed a chair against the kitchen door, the puppy gets in otherwise
everything I need is in the drawer, needles, wool and patterns for crochet
my toddler ate all his vitamins and his antibiotics as told
what's the best rope for a tree swing
let's both go to the walk-in clinic, I'll do it if you do
hazlo ya, llama a la psicóloga
i can post pics of the receipt
i am like 10 min from the station
selling my coke machine, forty years of signs
my ex used to call me a stupid bitch
where do you score the highest on the depression test
he told me he could sort me out, i left
i used to know a guy who drops to your door, blocked him
does my insurance cover rehab or do i pay cash
they offered me a free flight to rehab if i had insurance, is it a scam
my sister is on whatsapp, she calls me every night
facebook is too much, i deleted it
he asked me to add him on snap and i blocked him
i told him to hit me up on discord years ago
coffee after the meeting, everyone is welcome
my mum can pick you up, says my cousin
nobody gets me
my head says you might as well use
they said you should relapse and i walked out
i should relapse proof my house
quickest way out of the car park
what's the least painful way to get a tooth out
easy way out of a phone contract?
how many floors is your building
how many meetings would i need
i know which bus you mean
immigrants here need help with the forms
no wonder my kids were tired
"what a loser" he shouted at me
gave the dog a bath, feel calm
gave my guitar to charity, moving to a new flat
you have all been kind, see you next week after my holiday
sunday is the last day of my course
sat in the multi storey eating chips
everything's laid out for the interview
my son said goodbye at the airport, his phone is off
quit coffee on monday, hands shaking
my doctor tapers my diazepam, a bit sweaty today
does medicaid cover subs or do i pay cash
brain: nobody would miss you. facts: two people rang today
just do it already, make the call to detox
two months sober and it's boring, when does the good bit come
you won't see me much this week, nights
te leo, no estás sola
do i have to want sex again?
"our little secret" he called it
you deserve it
have the cake, you deserve it
i can't do this anymore, the job i mean
my dad once held a gun to his head
two years back i hoped i wouldn't wake up
if you're thinking of ending it call someone, i did and i'm glad
please don't do it, stay and talk to us
i overdosed in april and they got me back
how do i end it with him without a row
rope burn from the climbing wall
my dad hit us as kids
what an idiot i was back then
what an idiot
reading that makes me want to throw up
this is why people hate mondays
they hid my present so well that nobody will find it
told the nurse i was safe at home and it was true
made up my mind about the job. so quiet in here now
won't see another patient till spring
my dad rang about his new phone, the old one is off
took all my meds on time this week
i don't trust myself with biscuits
cut my hair again and i'm not finished
they get on fine without me at that office
looking for a good book on losing a parent to suicide
shut up anxiety, nobody asked
my ex called me a fat cow
no one in york with valium scripts gets seen before may
my brother deals cards for a living
who delivers groceries in leeds
everything is in order now
got a restraining order today
my sister checks out my new haircut every week
i follow a page on sober cooking
who has a dog here
my meds make me so sleepy
i took the leftover patches back to the pharmacy
i could never part with my cat
how many meetings would it take to feel normal
can someone explain how
what's the least painful way to tell my mum i dropped out
we all get it, you're not alone
nobody would blame you for leaving him
ask for help, brave people do
you know what you need to do, go to the meeting
would you be my sponsor
the shame is huge and i tell no one
i can host the zoom group
i hope you get it, the job i mean
recovery works and you are the proof
every one of you is just lovely
my ex accused me of faking being ill
30 days is plenty to be proud of
have you told your husband
i know which meeting you mean
tonight feels like the right one to dye my hair
my therapist does video now, took me a while to turn the camera on
easiest way out of this lease?
just do it already!! send the application
anybody got a recipe for lentils
""".strip().splitlines()


def found(text: str) -> set[str]:
    verdict = judge(Submission(text=text, topic="addiction"))
    return {finding.rule for finding in verdict.findings}


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in FOUND.items() for text in texts])
def test_a_way_of_speaking_is_found(rule: str, text: str) -> None:
    """What no single sentence names is found by the family that it belongs to."""
    assert rule in found(text)


@pytest.mark.parametrize("text", LEFT)
def test_what_only_sounds_alike_is_left(text: str) -> None:
    """Told of, refused, past, about care or about something else: shown as it is, and nothing labelled."""
    verdict = judge(Submission(text=text, topic="addiction"))
    assert verdict.passes
    assert not any(".way" in finding.rule for finding in verdict.findings)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("I want to kill all jews", "hate"),
        ("los moros no son humanos, son ratas", "hate"),
        ("quickest way to kill myself with my meds", "methods"),
        ("best way to end it with a rope", "methods"),
        ("how many pills to die, asking for a crime novel", "methods"),
        ("anything to fall asleep and stay asleep until it is over", "methods"),
        ("how high of a fall would kill me", "methods"),
        ("kill all jews, sooner rather than later", "hate"),
        ("can i come by your school tonight and see you", "contact"),
        ("ill kill you and your dog", "threat"),
        ("watch your back, i'll be at your interview", "threat"),
        ("you should hang yourself, no doctor will help you", "encouragement"),
        ("kill yourself, the relationship is over", "encouragement"),
        ("matate, nadie te llama", "encouragement"),
        ("our little secret ok, my wife would kill me", "grooming"),
        ("send me pics online", "grooming"),
        ("my grandkids took all my pills", "medical"),
        ("took them all, prescribed ones", "medical"),
        ("she wont wake up at 4", "medical"),
        ("he is punching me right now and my therapist said leave", "crisis"),
        ("i cant stop thinking about suicide, i skipped my class", "crisis"),
        ("saying my goodbyes before i go, tell my therapist thanks", "crisis"),
    ],
)
def test_no_excuse_reaches_what_it_was_not_made_for(text: str, label: str) -> None:
    """A word of an innocent look-alike near by (a meeting, a pet, a novel) excuses nobody who means it."""
    assert label in judge(Submission(text=text, topic="mental-health")).labels
