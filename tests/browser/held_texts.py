"""Texts of citizens that wait for a person."""

SIXTY = (
    "Of course they end the {word} line first. My mother is eighty-one and waits fifty minutes as it is, in the rain "
    "and in the dark, because the shelter went in March and nobody put it back since. {found}The driver will not come "
    "up the hill when there is ice, and the booked ride that you offer never answers before the late shift ends."
)  # sixty words
FOUND = {"one finding": "Ring 0491 570 006. ", "two findings": "Ring 0491 570 006 or write to jo@example.net. "}


def send_in(site, text, copies=1):
    """Have citizens send a text, each copy with a sentence of its own; return the reference of the last."""
    code = (
        "from uuid import uuid4\n"
        "from consultations.models import ConsultationPage, Submission\n"
        "page = ConsultationPage.objects.get(slug='night-buses')\n"
        f"for number in range({copies}):\n"
        f"    own = f' My street is number {{number}}.' if {copies} > 1 else ''\n"
        f"    sent = {{'text': {text!r} + own, 'author_key': uuid4().hex, 'language': 'en'}}\n"
        "    made = Submission.receive(kind='comment', consultation=page, **sent)\n"
        "print(made.reference)"
    )
    return site.run(code).split()[-1]
