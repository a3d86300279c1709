"""A letter, and copies of it with some words changed."""

LETTER = """
Please keep the old plane trees in Mill Lane. They give shade to the school and to the bus stop, they cool the street in
summer, and three generations of children have climbed them. Your plan would fell eleven of them for nine parking
spaces that nobody asked for. Move the spaces to the empty yard behind the depot, mend the pavement around the roots,
and plant more trees where there are none. I ask you to change the plan before the council votes on it in June.
"""
VOCABULARY = [f"word{number}" for number in range(5000)]


def changed(words, share, draw):
    """Return a copy in which a share of the words was replaced, left out or added to."""
    edited = []
    chosen = set(draw.sample(range(len(words)), round(share * len(words))))
    for place, word in enumerate(words):
        new = draw.choice(VOCABULARY)
        ways = ([new], [new], [], [word, new])
        edited += draw.choice(ways) if place in chosen else [word]
    return edited
