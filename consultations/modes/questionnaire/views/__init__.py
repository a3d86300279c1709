"""The pages of the questionnaire: to answer it, to read one's own answers, to read what people answered."""
