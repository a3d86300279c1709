"""The questionnaire: the questions of a consultation, and what people answer."""
