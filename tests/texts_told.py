"""One text of a kind for each way of not being seen, with the word that only that text holds."""

from moderation.models import Decision
from tests.consultations.modes.questionnaire.saving import saved_response_to
from tests.factories import questionnaire_for, response_to, statement_for, suggestion_for, votes_on
from tests.moderation.decisions import refuse_or_redact

SECRETS = {  # a word that only the text that must not be seen holds
    "held": "heldword",
    "refused": "refusedword",
    "withdrawn": "withdrawnword",
    "redacted": "redactedword",
    "edit": "editedword",
    "received": "receivedword",
    "held idea": "heldideaword",
    "held reply": "heldreplyword",
    "held statement": "heldstatementword",
    "withdrawn statement": "withdrawnstatementword",
    "held suggestion": "heldsuggestionword",
    "withdrawn suggestion": "withdrawnsuggestionword",
    "held answer": "heldanswerword",
    "refused answer": "refusedanswerword",
    "withdrawn answer": "withdrawnanswerword",
    "withdrawn response": "withdrawnresponseword",
    "saved": "savedword",
    "not public": "notpublicword",
}
PUBLIC = "publicword"
NUMBER = "020 7946 0123"  # reserved for fiction, and not among the policy's own examples


def answers_told(consultation, moderator):
    """One open answer for each way of not being seen, and a public one."""
    question = questionnaire_for(consultation)[0]

    def answer(text):
        return response_to(consultation, {question: text}, author_name="Answeringname").open_answers.get()

    ask = f"Ring {NUMBER} about "
    saved_response_to(consultation, {question: "Not sent: " + SECRETS["saved"]})
    texts = {
        "public answer": answer(f"An answer for everybody {PUBLIC}."),
        "held answer": answer(ask + SECRETS["held answer"]),
        "refused answer": answer(ask + SECRETS["refused answer"]),
        "withdrawn answer": answer("Never mind " + SECRETS["withdrawn answer"]),
        "withdrawn response": answer("Never mind " + SECRETS["withdrawn response"]),
    }
    refuse_or_redact(texts["refused answer"], moderator, Decision.Action.REFUSE)
    texts["withdrawn answer"].withdraw()
    texts["withdrawn response"].response.withdraw()
    return texts


def statements_told(consultation):
    """One statement for each way of not being seen, and a public one that people answered."""
    said = {
        "public statement": f"A sentence for everybody {PUBLIC}.",
        "held statement": f"Ring {NUMBER} about " + SECRETS["held statement"],
        "withdrawn statement": "Never mind " + SECRETS["withdrawn statement"],
    }
    texts = {name: statement_for(consultation, text) for name, text in said.items()}
    votes_on(texts["public statement"], agree=5)
    texts["withdrawn statement"].withdraw()
    return texts


def suggestions_told(consultation):
    """One suggestion for each way of not being seen, and a public one."""
    texts = {
        "public suggestion": suggestion_for(consultation, new=f"Some nights {PUBLIC}."),
        "held suggestion": suggestion_for(consultation, why=f"Ring {NUMBER} about " + SECRETS["held suggestion"]),
        "withdrawn suggestion": suggestion_for(consultation, new="Never mind " + SECRETS["withdrawn suggestion"]),
    }
    texts["withdrawn suggestion"].withdraw()
    return texts
