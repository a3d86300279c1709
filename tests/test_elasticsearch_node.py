"""The program that starts Elasticsearch for the tests: it stops its own processes and no others."""

import os
import socket
import subprocess
import sys

import pytest

from tests.elasticsearch_fetch import NotPossible, cache, java_home
from tests.elasticsearch_node import HOST, Cluster, free_ports


@pytest.fixture
def sleeper():
    with subprocess.Popen(["sleep", "600"], start_new_session=True) as process:
        yield process
        process.kill()


def test_ports_that_are_taken_are_passed_over():
    with socket.create_server((HOST, 0)) as listening:
        taken = listening.getsockname()[1]

        assert taken not in free_ports(taken, 2)


def test_each_node_has_two_ports_of_its_own(tmp_path):
    nodes = Cluster(tmp_path, nodes=3).nodes

    assert len({port for node in nodes for port in (node.http, node.transport)}) == 6


def test_addresses_hold_the_password_of_a_secure_cluster(tmp_path):
    cluster = Cluster(tmp_path, nodes=2, secure=True)
    first, second = (f"{HOST}:{node.http}" for node in cluster.nodes)

    assert cluster.urls == [f"http://elastic:{cluster.password}@{host}" for host in (first, second)]
    assert cluster.search_url == f"http://elastic:{cluster.password}@{first},{second}/parley"


def test_another_process_finds_what_was_started(tmp_path):
    cluster = Cluster(tmp_path, nodes=2, secure=True)
    cluster.keep()

    found = Cluster.at(tmp_path)

    assert vars(found) == vars(cluster)
    assert (tmp_path / "cluster.json").stat().st_mode & 0o077 == 0


def test_where_nothing_was_started_nothing_is_stopped(tmp_path):
    with pytest.raises(NotPossible, match="Nothing was started"):
        Cluster.at(tmp_path)


@pytest.mark.parametrize("number", [0, 2])
def test_a_node_that_is_not_there_cannot_be_killed(tmp_path, number):
    with pytest.raises(NotPossible, match=f"no node {number}"):
        Cluster(tmp_path).kill(number)


def test_a_stranger_who_was_given_an_old_id_is_left_alone(tmp_path, sleeper):
    cluster = Cluster(tmp_path)
    cluster.nodes[0].group = sleeper.pid
    cluster.stop()

    assert sleeper.poll() is None


def test_a_process_of_the_node_is_stopped(tmp_path):
    cluster = Cluster(tmp_path)
    command = [sys.executable, "-c", "import time; time.sleep(600)", f"{cluster.place(cluster.nodes[0])}/data"]
    with subprocess.Popen(command, start_new_session=True) as process:
        cluster.nodes[0].group = process.pid
        cluster.stop()

    assert process.returncode < 0


def test_a_java_of_the_wrong_age_is_named(tmp_path, monkeypatch):
    program = tmp_path / "bin" / "java"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("ES_JAVA_HOME", str(tmp_path))

    with pytest.raises(
        NotPossible, match=r"Java 17 to 23 is needed, and .*/bin/java is another.*apt install openjdk-17"
    ):
        java_home()


def test_a_missing_java_says_what_to_install(monkeypatch):
    monkeypatch.delenv("ES_JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "")

    with pytest.raises(NotPossible, match="apt install openjdk-17-jre-headless maven"):
        java_home()


def test_the_cache_stands_where_the_server_can_read_it(monkeypatch, tmp_path):
    monkeypatch.delenv("ELASTICSEARCH_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))

    assert cache().is_relative_to(tmp_path) is (os.geteuid() != 0)

    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert str(cache()) == "/somewhere/parley/elasticsearch"
