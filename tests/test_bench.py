import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import connection

from bench import floor, others, posting, reading, seed, sql, table
from bench.load import Load, WrongAnswer, get
from bench.measure import Figures, interleaved, middle
from bench.server import Server
from bench.weight import weigh
from consultations.models import ConsultationPage, Submission
from consultations.submitting import bot_checks
from moderation.detectors import DETECTORS
from portal.models import Agency


class Greeter(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_line):
        pass


class Here(Server):
    """The live server of the suite, in this very process."""

    def __init__(self, port):
        self.port = port

    def cpu_seconds(self):
        return time.process_time()


@pytest.fixture(scope="module")
def load():
    with Load(connections=4, processes=2) as load:
        yield load


@pytest.fixture
def greeter():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Greeter)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def bench_site(settings, monkeypatch):
    settings.ROOT_URLCONF = "bench.urls"
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    settings.BEHIND_PROXY = True
    monkeypatch.setattr(bot_checks, "FASTEST_WRITING_SECONDS", 0)
    floor.make_table()
    seeded = seed.seed("http://127.0.0.1:8000", comments=30, ideas=3)
    ConsultationPage.objects.update(illustration=None)  # Making pictures smaller leaves files for the collector.
    Agency.objects.update(logo=None)
    yield seeded
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_floor")


def test_every_request_is_sent_once(load, greeter):
    answers = load.run(greeter, [get("/", marker="hello")] * 25, seconds=30)
    assert len(answers.took) == 25


def test_a_wrong_answer_stops_the_run(load, greeter):
    with pytest.raises(WrongAnswer):
        load.run(greeter, [get("/", marker="goodbye")], seconds=30)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_reading_and_posting_are_measured(bench_site, live_server, load):
    server = Here(int(live_server.url.rpartition(":")[2]))
    before = Submission.objects.count()
    turns = {"rounds": 1, "seconds": 0.2, "say": lambda words: None}
    rounds = reading.read(load, server, server, bench_site, **turns)
    rounds |= posting.write(load, server, bench_site, **turns)
    assert Submission.objects.count() == before + rounds[posting.COMMENT][0].count + posting.WARM
    assert set(rounds) == {
        *reading.asks(bench_site),
        reading.UNCHANGED,
        reading.UNCACHED,
        posting.FLOOR,
        posting.COMMENT,
    }
    assert all(figures.rate > 0 for each in rounds.values() for figures in each)


@pytest.mark.django_db
def test_queries_are_counted_for_every_row_of_the_table(bench_site):
    found = sql.per_page(bench_site)
    assert found[reading.FLOOR] == (0, 0)
    assert found[reading.PAGE][0] > found[reading.OWN][1] > found[reading.PAGE][1]
    assert found[posting.COMMENT][0] > found[posting.FLOOR][0] > 0


@pytest.mark.django_db
def test_the_seed_looks_like_what_the_website_leaves(bench_site):
    newest = bench_site.newest
    assert Submission.objects.public().count() == 30 + 3 + seed.ON_ONE_IDEA + 1
    assert Submission.objects.lagging().count() == 1  # The one that was really received.
    assert [event.status for event in newest.events.all()] == ["received", "published"]
    assert Submission.objects.get(pk=newest.pk).reply_count == newest.replies.count() > 0


def test_a_page_is_weighed_with_what_it_needs_and_without_pictures():
    page = """<link rel="stylesheet" href="/static/a.css"><link rel="alternate" href="/feed/"><img src="/media/b.png">
        <script type="module" src="/static/c.js"></script><use href="/static/d.svg#e"><use href="/static/d.svg#f">"""
    bodies = {"/page/": page, "/static/a.css": "aa", "/static/c.js": "c", "/static/d.svg": "dddd"}

    found = weigh(lambda path, headers: (bodies[path].encode(), bodies[path]), "/page/")

    assert found == {path: len(body) for path, body in bodies.items()}


def test_an_answer_that_was_not_stored_is_told():
    answered = {posting.FLOOR: [Figures(3, 1, 1, 1, 1, 0)], posting.COMMENT: [Figures(2, 1, 1, 1, 1, 0)]}
    with pytest.raises(posting.Lost):
        posting.compare(answered, dict.fromkeys(answered, 0), {posting.FLOOR: 3, posting.COMMENT: 1})


def test_runs_take_turns():
    done = []
    runs = {name: lambda name=name: done.append(name) for name in ("a", "b")}
    assert interleaved(runs, 2) == {"a": [None, None], "b": [None, None]}
    assert done == ["a", "b", "a", "b"]


def test_middle_is_the_median_of_each_figure():
    rounds = [Figures(1, 10, 1, 9, 5, 0), Figures(2, 30, 3, 7, 6, 0), Figures(3, 20, 2, 8, 9, 0)]
    assert middle(rounds) == Figures(2, 20, 2, 8, 6, 0)


def test_rounds_that_others_disturbed_do_not_count():
    calm, disturbed = Figures(9, 100, 1, 1, 1, 0.01), Figures(5, 50, 2, 2, 1, 0.4)
    assert middle([disturbed, calm, calm, disturbed, calm, disturbed, disturbed]) == calm
    assert middle([disturbed, calm, disturbed]) == disturbed


def test_table_stands_ours_beside_floor_and_peer():
    rounds = {
        reading.FLOOR: [Figures(1, 1000, 4, 9, 0.5, 0)],
        reading.PAGE: [Figures(1, 139, 50, 90, 9, 0)],
    }
    lines = table.markdown(rounds, {reading.FLOOR: (0, 0), reading.PAGE: (12, 6)}).splitlines()
    assert lines[2:] == [
        "| empty view | 1,000 | 4.0 | 9.0 | 0.50 |  |  | 0, 0 |  |  |",
        "| consultation page | 139 | 50.0 | 90.0 | 9.00 | 1,000 | 14% | 12, 6 | 13.9, 101 | 10 |",
    ]


@pytest.mark.slow
def test_a_part_of_its_own_is_run():
    part = others.run("screening", "--limit", "20")
    assert re.fullmatch(r"20 comments, .*", part["printed"][0])
    assert part["peak_mb"] > 0


@pytest.mark.slow
def test_moderation_is_timed():
    part = others.run("moderation", "--limit", "200", "--rounds", "1")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in part["printed"][2:]]
    rates = {name: int(rate.replace(",", "")) for name, rate, *_times in rows[2:]}
    assert rows[0] == ["what", "per second", "median µs", "p95 µs"]
    assert set(DETECTORS) < set(rates)
    assert {"whole chain", "word engine", "plain pyahocorasick"} < set(rates)
    assert min(rates.values()) > 0


def test_a_part_that_is_not_there_is_none():
    assert others.run("nothing-of-that-name") is None


@pytest.mark.slow
def test_server_is_gone_afterwards():
    pytest.importorskip("gunicorn")
    with Server({"DJANGO_SETTINGS_MODULE": "tests.settings", "ALLOWED_HOSTS": "127.0.0.1"}) as server:
        assert server.get("/healthz/live").status == 200
        assert server.cpu_seconds() > 0
    with pytest.raises(ConnectionRefusedError):
        server.get("/healthz/live")
