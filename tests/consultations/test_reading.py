from datetime import UTC, date, datetime
from types import SimpleNamespace as Block

import time_machine

from consultations.templatetags.reading import Moment, chapters, marked, moments, runs, state_of

NOW = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)  # 12.30 pm in Sydney


def blocks(*kinds):
    return [Block(block_type=kind, value={"title": kind}) for kind in kinds]


def kinds_of(found):
    return [(kind, [block.block_type for block in run]) for kind, run in found]


def test_runs_keep_what_stands_between_sections_with_the_proposal():
    found = runs(blocks("section", "fact", "section", "fact", "myth", "timeline", "picture", "faq"))

    assert kinds_of(found) == [
        ("section", ["section", "fact", "section"]),
        ("fact", ["fact", "myth"]),
        ("timeline", ["timeline", "picture"]),
        ("faq", ["faq"]),
    ]


def test_runs_keep_two_sets_of_documents_apart():
    assert kinds_of(runs(blocks("documents", "documents"))) == [("documents", ["documents"])] * 2


def test_chapters_have_addresses_of_their_own():
    found = chapters(blocks("picture", "fact", "documents", "fact"))

    assert [(chapter.title, chapter.anchor) for chapter in found] == [
        ("", "picture"),
        ("What we know", "fact"),
        ("documents", "documents"),
        ("What we know", "fact-2"),
    ]


@time_machine.travel(NOW)
def test_moments_mark_the_first_day_to_come():
    days = [date(2026, 12, 18), date(2026, 11, 9), date(2026, 11, 21)]

    found = moments([{"date": each, "title": "A day", "text": ""} for each in days])

    assert found == [
        Moment(date(2026, 11, 9), "A day", "", "past"),
        Moment(date(2026, 11, 21), "A day", "", "next"),
        Moment(date(2026, 12, 18), "A day", "", "later"),
    ]


def test_state_of_threads_differs_with_every_reply_version():
    comment = Block(reference="AAAA-AAAA", version=3, support_count=2, reply_count=1, supported=False)
    reply = Block(reference="BBBB-BBBB", version=1, support_count=0, reply_count=0, supported=True)
    before = state_of([Block(comment=comment, replies=[reply])])
    reply.version = 2

    assert before == "AAAA-AAAA.3.2.1.0 BBBB-BBBB.1.0.0.1"
    assert state_of([Block(comment=comment, replies=[reply])]) == "AAAA-AAAA.3.2.1.0 BBBB-BBBB.2.0.0.1"


def test_marked_puts_no_white_space_between_the_pieces_and_escapes_each():
    shown = marked([("Ring <b>\n", ""), ("0161 & 5", "A B"), (" now", "")])

    assert shown == ('Ring &lt;b&gt;\n<mark class="seen">0161 &amp; 5</mark><span class="letter">A B</span> now')
