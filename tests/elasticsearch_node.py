"""A real Elasticsearch 8 on this machine, one node or several, for tests and trials; never for production.

From Python ``with Cluster(folder) as cluster``; from a shell ``python -m tests.elasticsearch_node run``, which stays,
or ``start``, ``kill``, ``restart`` and ``stop`` with the same ``--folder``. The server is fetched once, with Maven.
"""

import argparse
import base64
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from itertools import count, repeat
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.elasticsearch_fetch import ACCOUNT, NotPossible, account, fetched, java_home, say

HOST = "127.0.0.1"
START = 240  # seconds for all nodes to come up; three of them share what cores there are
STOP = 30  # seconds a node has before it is killed


@dataclass
class Node:
    """One server: its number from 1, its two ports, and the process group that it was started in."""

    number: int
    http: int
    transport: int
    group: int = 0


class Cluster:
    """Nodes on this machine with their data, settings and logs in one folder; a context manager."""

    def __init__(
        self,
        folder: Path | str,
        nodes: int = 1,
        secure: bool = False,
        heap: str = "512m",
        port: int = 0,
        largest: str = "100mb",
    ):
        """Choose ports: the first free ones from ``port`` on, or any when it is 0; ``largest`` bounds a request."""
        ports = free_ports(port, 2 * nodes)
        self.folder = Path(folder).absolute()
        self.nodes = [Node(number, ports[number - 1], ports[nodes + number - 1]) for number in range(1, nodes + 1)]
        self.password = secrets.token_urlsafe(16) if secure else ""
        self.heap, self.largest = heap, largest

    @classmethod
    def at(cls, folder: Path | str) -> "Cluster":
        """Return the cluster that was started in a folder, by this process or another."""
        try:
            kept = json.loads((Path(folder) / "cluster.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise NotPossible(f"Nothing was started in {folder}.") from None
        cluster = cls.__new__(cls)
        cluster.folder = Path(folder).absolute()
        cluster.nodes = [Node(**node) for node in kept["nodes"]]
        cluster.password, cluster.heap, cluster.largest = (kept[name] for name in ("password", "heap", "largest"))
        return cluster

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_raised):
        self.stop()

    @property
    def urls(self) -> list[str]:
        """Return the address of every node, with user and password when security is on."""
        return [f"http://{self.who}{HOST}:{node.http}" for node in self.nodes]

    @property
    def search_url(self) -> str:
        """Return what the portal's SEARCH_URL has to be."""
        return f"http://{self.who}{','.join(f'{HOST}:{node.http}' for node in self.nodes)}/parley"

    @property
    def who(self) -> str:
        """Return user and password as an address has them; '' without security."""
        return f"elastic:{self.password}@" if self.password else ""

    def start(self) -> None:
        """Start every node and return when they have found one another; stop them all if one cannot."""
        self.home, self.java = fetched(), java_home()
        try:
            for node in self.nodes:
                self.write_settings(node)
            self.launch(self.nodes)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop every node, by the ids of its own processes."""
        for node in self.nodes:
            self.send(node, signal.SIGTERM)
        until = time.monotonic() + STOP
        while any(map(self.processes, self.nodes)) and time.monotonic() < until:
            time.sleep(0.1)
        for node in self.nodes:
            self.kill(node.number)

    def kill(self, number: int) -> None:
        """Kill one node as a power cut would; return when it is gone."""
        node = self.node(number)
        while self.processes(node):
            self.send(node, signal.SIGKILL)
            time.sleep(0.05)

    def restart(self, number: int) -> None:
        """Start one node again on its own data, killing it first if it runs; return when the others see it."""
        self.home, self.java = fetched(), java_home()
        self.kill(number)
        self.launch([self.node(number)])

    # --- One node

    def node(self, number: int) -> Node:
        """Return a node by its number."""
        if number not in range(1, len(self.nodes) + 1):
            raise NotPossible(f"There is no node {number}; the last one is {len(self.nodes)}.")
        return self.nodes[number - 1]

    def place(self, node: Node) -> Path:
        """Return the folder of a node."""
        return self.folder / f"node-{node.number}"

    def processes(self, node: Node) -> list[int]:
        """Return the ids of a node's processes: those of its group that name its folder, as a reused id would not."""
        mark = f"{self.place(node)}/".encode()
        return [pid for pid in members(node.group) if mark in command_line(pid)]

    def send(self, node: Node, number: signal.Signals) -> None:
        """Send a signal to a node's processes."""
        for pid in self.processes(node):
            try:
                os.kill(pid, number)
            except ProcessLookupError:  # It ended between the two.
                continue

    def write_settings(self, node: Node) -> None:
        """Make a node's folder: a copy of the settings that come with the server, and ours."""
        place = self.place(node)
        for name in ("data", "logs", "tmp"):
            (place / name).mkdir(parents=True, exist_ok=True)
        shutil.copytree(self.home / "config", place / "config", dirs_exist_ok=True)
        options = (place / "config" / "jvm.options").read_text(encoding="utf-8")
        options = options.replace("logs/", f"{place}/logs/").replace("HeapDumpPath=data", f"HeapDumpPath={place}/logs")
        (place / "config" / "jvm.options").write_text(
            f"{options}\n-Xms{self.heap}\n-Xmx{self.heap}\n", encoding="utf-8"
        )
        lines = [f"{name}: {json.dumps(value)}" for name, value in self.settings(node).items()]
        (place / "config" / "elasticsearch.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.hand_over()
        if self.password:
            self.run("elasticsearch-keystore", node, "add", "--force", "--stdin", "bootstrap.password")

    def settings(self, node: Node) -> dict:
        """Return what stands in a node's elasticsearch.yml."""
        place, names = self.place(node), [f"node-{each.number}" for each in self.nodes]
        alone = {"discovery.type": "single-node"}
        together = {
            "discovery.seed_hosts": [f"{HOST}:{each.transport}" for each in self.nodes],
            "cluster.initial_master_nodes": names,
        }
        return {
            "cluster.name": f"parley-{self.nodes[0].transport}",
            "node.name": names[node.number - 1],
            "network.host": HOST,
            "http.port": node.http,
            "http.max_content_length": self.largest,
            "transport.port": node.transport,
            "path.logs": str(place / "logs"),
            "cluster.routing.allocation.disk.threshold_enabled": False,  # A full disk is no reason to fail a test.
            "xpack.security.enabled": bool(self.password),
            "xpack.security.http.ssl.enabled": False,  # Nothing leaves this machine.
            "xpack.security.transport.ssl.enabled": False,
        } | (alone if len(names) == 1 else together)

    def hand_over(self) -> None:
        """Give the folder to the account that the server runs under."""
        who = account()
        if who:
            subprocess.run(["chown", "-R", f"{ACCOUNT}:{ACCOUNT}", self.folder], check=True)
        for place in (self.home, self.folder):
            if subprocess.run(["test", "-x", place], check=False, **who).returncode:
                raise NotPossible(f"The account {ACCOUNT} cannot enter {place}; choose another place.")

    def environment(self, node: Node) -> dict[str, str]:
        """Return the variables that the programs of a node need, and no others."""
        return {
            "PATH": os.environ["PATH"],
            "ES_JAVA_HOME": str(self.java),
            "ES_PATH_CONF": str(self.place(node) / "config"),
            "ES_TMPDIR": str(self.place(node) / "tmp"),
        }

    def run(self, program: str, node: Node, *arguments: str) -> None:
        """Run one of the server's tools with the password on its standard input."""
        command = [self.home / "bin" / program, *arguments]
        environment = self.environment(node)
        done = subprocess.run(
            command, env=environment, input=self.password, capture_output=True, text=True, check=False, **account()
        )
        if done.returncode:
            raise NotPossible(f"{program} failed: {done.stdout}{done.stderr}")

    def launch(self, nodes: list[Node]) -> None:
        """Start nodes, and return when they belong to the cluster."""
        until = time.monotonic() + START
        launchers = {node.number: self.launcher(node) for node in nodes}
        for node in nodes:
            self.see_through(node, launchers[node.number], until)
        for node in nodes:
            self.wait_for(node, until)

    def launcher(self, node: Node) -> subprocess.Popen:
        """Start a node's launcher: it ends when the server runs, which stays in its process group."""
        data = f"path.data={self.place(node)}/data"
        with (self.place(node) / "logs" / "start.log").open("w") as log:
            launcher = subprocess.Popen(
                [self.home / "bin" / "elasticsearch", "--daemonize", "-E", data],
                env=self.environment(node),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches us alone; we stop the nodes.
                **account(),
            )
        node.group = launcher.pid
        self.keep()
        return launcher

    def keep(self) -> None:
        """Write down what another process needs to stop us."""
        file = self.folder / "cluster.json"
        file.touch(mode=0o600)
        kept = {name: getattr(self, name) for name in ("password", "heap", "largest")}
        kept["nodes"] = [asdict(node) for node in self.nodes]
        file.write_text(json.dumps(kept), encoding="utf-8")

    def see_through(self, node: Node, launcher: subprocess.Popen, until: float) -> None:
        """Wait for a launcher to end well."""
        try:
            code = launcher.wait(max(until - time.monotonic(), 1))
        except subprocess.TimeoutExpired:
            raise NotPossible(f"Node {node.number} did not start within {START} seconds.") from None
        if code:
            said = (self.place(node) / "logs" / "start.log").read_text(encoding="utf-8")
            raise NotPossible(f"Node {node.number} did not start:\n{said[-3000:]}")

    def wait_for(self, node: Node, until: float) -> None:
        """Return when a node answers and sees every other one that runs."""
        running = sum(bool(self.processes(each)) for each in self.nodes)
        while time.monotonic() < until:
            try:
                self.ask(node, f"/_cluster/health?wait_for_nodes=>={running}&timeout=5s")
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.2)
            else:
                return
        raise NotPossible(f"Node {node.number} did not find the others within {START} seconds.")

    def ask(self, node: Node, path: str) -> dict:
        """Return what a node answers to a GET."""
        request = urllib.request.Request(f"http://{HOST}:{node.http}{path}")
        if self.password:
            pair = base64.b64encode(f"elastic:{self.password}".encode()).decode()
            request.add_header("Authorization", f"Basic {pair}")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


def free_ports(first: int, wanted: int) -> list[int]:
    """Return free ports: the first ones from ``first`` on, or any when it is 0."""
    found = []
    with ExitStack() as taken:  # All are held until all are found: nobody is given one twice.
        for port in count(first) if first else repeat(0):
            try:
                listening = taken.enter_context(socket.create_server((HOST, port)))
            except OSError:
                continue
            found.append(listening.getsockname()[1])
            if len(found) == wanted:
                return found
    raise NotPossible(f"There are not {wanted} free ports from {first} on.")


def members(group: int) -> Iterator[int]:
    """Yield the ids of the processes in a group."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if int((entry / "stat").read_text().rpartition(")")[2].split()[2]) == group:
                yield int(entry.name)
        except OSError:  # It ended between the two looks.
            continue


def command_line(pid: int) -> bytes:
    """Return a process's command line; empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.elasticsearch_node", description=__doc__)
    ways = parser.add_subparsers(dest="way", required=True)
    run = ways.add_parser("run", help="start, print SEARCH_URL, stay until Ctrl-C and stop")
    start = ways.add_parser("start", help="start, print the address of every node, leave them running")
    for way in (run, start):
        way.add_argument("--nodes", type=int, default=1)
        way.add_argument("--secure", action="store_true", help="ask for a password, as production does")
        way.add_argument("--heap", default="512m", help="of each node (default 512m)")
        way.add_argument("--largest", default="100mb", help="request that a node takes (default 100mb)")
        way.add_argument("--port", type=int, default=0, help="use the first free ports from here on (default: any)")
    run.add_argument("--folder", help="keep the data here (default: throw it away)")
    start.add_argument("--folder", required=True)
    for name in ("stop", "kill", "restart"):
        way = ways.add_parser(name)
        way.add_argument("--folder", required=True)
        if name != "stop":
            way.add_argument("node", type=int)
    return parser.parse_args()


def described(chosen: argparse.Namespace) -> tuple:
    """Return what a cluster is made from, in its order."""
    return chosen.nodes, chosen.secure, chosen.heap, chosen.port, chosen.largest


def stay(chosen: argparse.Namespace) -> None:
    """Run a cluster until somebody ends this program."""
    with ExitStack() as stack:
        folder = chosen.folder or stack.enter_context(TemporaryDirectory(prefix="parley-elasticsearch-"))
        began = time.monotonic()
        say(f"Starting {'a node' if chosen.nodes == 1 else f'{chosen.nodes} nodes'}; half a minute or more …")
        cluster = stack.enter_context(Cluster(folder, *described(chosen)))
        say(f"Ready after {time.monotonic() - began:.0f} seconds; Ctrl-C stops it. Logs: {cluster.folder}/node-*/logs")
        print(f"SEARCH_URL={cluster.search_url}", flush=True)
        while any(map(cluster.processes, cluster.nodes)):
            time.sleep(1)
        raise NotPossible("Every node has ended.")


def start(chosen: argparse.Namespace) -> None:
    """Start a cluster and leave it running."""
    Path(chosen.folder).mkdir(parents=True, exist_ok=True)
    cluster = Cluster(chosen.folder, *described(chosen))
    cluster.start()
    print(*cluster.urls, sep="\n")


def leave(*_signal) -> None:
    """End the program; a second Ctrl-C must not keep it from stopping the nodes."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    sys.exit(0)


def main() -> None:
    """Do what the command line asks for."""
    chosen = options()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, leave)
    try:
        if chosen.way in ("run", "start"):
            {"run": stay, "start": start}[chosen.way](chosen)
        elif chosen.way == "stop":
            Cluster.at(chosen.folder).stop()
        else:
            getattr(Cluster.at(chosen.folder), chosen.way)(chosen.node)
    except NotPossible as reason:
        sys.exit(str(reason))


if __name__ == "__main__":
    main()
