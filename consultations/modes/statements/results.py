"""How people answered, in three orders: what most agree with, what divides, what most have answered."""

from consultations.submission_lists import page_of

ORDERS = ("agreement", "division", "answers")


def chosen_order(asked):
    """Return the order that the address asks for: by agreement unless it asks otherwise."""
    return asked if asked in ORDERS else ORDERS[0]


def page_of_results(statements, order, number):
    """Return one page of statements; those that too few have answered come last, for their shares are not shown."""

    def place(each):
        by_share = getattr(each, order) if each.has_enough or order == "answers" else 0
        return (not each.has_enough, -by_share, -each.answers, each.pk)

    return page_of(sorted(statements, key=place), number)
