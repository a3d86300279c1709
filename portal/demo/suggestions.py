"""The suggestions for a sample text, and what the sample agency answered to them."""

from django.db import transaction

from consultations.models import Kind, Spokesperson, Submission
from consultations.modes.suggestions.answering import answer
from consultations.suggested_words import SuggestedWords
from portal.accounts.visitors import person_key
from portal.demo import loader
from portal.demo.text_versions import days_ago, text_read


def load_suggestions(name, page):
    """Take in the suggestions for one consultation, each at its own time, with their answers."""
    if (loader.DEMO_FOLDER / "texts" / f"{name}-suggestions.toml").exists():
        for entry in loader.texts(f"{name}-suggestions")["suggestion"]:
            load_suggestion(entry, page)


@transaction.atomic
def load_suggestion(entry, page):
    """Take in one suggestion, and answer it if the sample says so."""
    at = days_ago(entry)
    suggestion = Submission.receive(
        kind=Kind.SUGGESTION,
        consultation=page,
        **text_read(page, at, entry["passage"]),
        text=SuggestedWords(entry["old"], entry["new"], entry["why"]).text,
        author_name=entry["author"],
        author_key=person_key("demo", entry["author"]),
        language="en",
        received_at=at,
    )
    loader.set_back(suggestion, at)
    loader.add_supporters(suggestion, entry["supporters"])
    if "verdict" in entry:
        actor = Spokesperson.objects.select_related("user").get(user__email=loader.address("officer")).user
        given = answer(suggestion, entry["verdict"], entry["reason"], actor=actor)
        given.created_at = days_ago({"days_ago": entry["answered_days_ago"]})
        given.save(update_fields=["created_at"])
        suggestion.events.filter(kind="suggestion_answered").update(created_at=given.created_at)
