"""The moderators' working hours."""

from datetime import datetime, time, timedelta

SATURDAY = 5


def due(start: datetime, hours: int, opens: time, closes: time) -> datetime:
    """Return the moment when `hours` working hours (Monday to Friday, opens to closes) have passed.

    `start` is in the agency's time zone, and so is the answer. Nobody works when `closes` is not
    after `opens`: then the hours are counted around the clock.
    """
    if closes <= opens:
        return start + timedelta(hours=hours)
    left, moment = timedelta(hours=hours), start
    while True:
        begin, end = (moment.replace(hour=t.hour, minute=t.minute, second=0, microsecond=0) for t in (opens, closes))
        moment = max(moment, begin)
        if moment.weekday() < SATURDAY and moment < end:
            if left <= end - moment:
                return moment + left
            left -= end - moment
        moment = (begin + timedelta(days=1)).replace(fold=0)
