"""People who act on the same case at the same moment."""

from threading import Barrier, Thread

from django.db import connection

from consultations.models import Submission


def held_enquiry():
    return Submission.receive(kind="enquiry", text="Ring me on 0491 570 006 about the night bus.")


def together(work, people):
    """Let everybody start at the same moment, each on a connection of their own; return what each got."""
    start, results = Barrier(len(people)), {}

    def run(person):
        start.wait()
        try:
            results[person] = work(person)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
