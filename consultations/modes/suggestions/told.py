"""The agency's answers in files that officers take away, and in what programs read."""

from consultations.models import Kind, SuggestionAnswer, Verdict

FIGURES = {Verdict.ACCEPTED: "accepted", Verdict.IN_PART: "accepted_in_part", Verdict.DECLINED: "declined"}


def answers_in_force(ids):
    """Return verdict and reason by suggestion; no query for no suggestion."""
    if not ids:
        return {}
    rows = SuggestionAnswer.objects.in_force().filter(suggestion__in=ids)
    return {pk: (verdict, reason) for pk, verdict, reason in rows.values_list("suggestion", "verdict", "reason")}


def answers_reader():
    """Return a function that reads the cells of many submissions."""

    def read(rows):
        found = answers_in_force([row.pk for row in rows if row.kind == Kind.SUGGESTION])
        return {row.pk: found.get(row.pk, ("", "")) for row in rows}

    return read


def answers_for_programs(suggestions):
    """Return for each answered suggestion, by its id, 1 at the answer that it has and 0 at the two others."""
    found = answers_in_force([each.pk for each in suggestions])
    return {pk: {name: int(has == verdict) for verdict, name in FIGURES.items()} for pk, (has, _why) in found.items()}
