"""The parts of others that Parley is made of: their list (CycloneDX), their licences, and the known holes in them.

    python -m bench.parts sbom        # writes var/sbom.json
    python -m bench.parts licences    # refuses a part whose licence is unknown, or does not go with ours
    python -m bench.parts audit       # asks pip-audit; says so where no list of holes can be reached

A part is what `requirements/production.txt` and `requirements/exports.txt` lock, as it is installed here.
"""

import json
import re
import subprocess
import sys
import uuid
from datetime import UTC, datetime
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.resources import files
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = [ROOT / "requirements" / name for name in ("production.txt", "exports.txt")]
SBOM_SCHEMA = "bom-1.6.SNAPSHOT.schema.json"
NAMED_BY_SCHEMA = ("spdx.SNAPSHOT.schema.json", "jsf-0.82.SNAPSHOT.schema.json")
SBOM_PATH = ROOT / "var" / "sbom.json"
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)\s*(;.*?)?\\?$", re.MULTILINE)

# Words of licences that let a public body use, change and hand on the whole.
FREE_LICENCES = re.compile(
    r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla Public|LGPL|Lesser General Public|ZPL|Zope"
    r"|Unlicense|HPND|CC0|0BSD|Public Domain|CMU)",
    re.IGNORECASE,
)
NOT_OURS = re.compile(r"\b(AGPL|Affero|GPL(?!.*exception)|proprietary|commercial|non-?commercial)", re.IGNORECASE)
# Parts whose own metadata says nothing, or several things; what their files say, looked up by a person.
LOOKED_UP = {"pyphen": "MPL-1.1", "qrcode": "BSD-3-Clause"}  # the first lets one choose among three


def locked_parts() -> dict[str, tuple[str, str]]:
    """Return version and condition of every part that is locked, by name."""
    found: dict[str, tuple[str, str]] = {}
    for lock in LOCKS:
        for name, version, condition in LOCKED.findall(lock.read_text(encoding="utf-8")):
            found[name] = version, condition.strip("; ")
    return found


def installed(name: str) -> Distribution | None:
    """Return the part as it is installed here; None for one that this machine does not need."""
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def licence_of(name: str, part: Distribution) -> str:
    """Return the licence by which a part says it may be used, as short as it says it; '' when it does not."""
    if name in LOOKED_UP:
        return LOOKED_UP[name]
    about = part.metadata
    if expression := about.get("License-Expression"):
        return expression
    classified = [line for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    named = [words for line in classified if (words := line.rsplit(" :: ", 1)[-1]) != "OSI Approved"]
    first_line = (about.get("License") or "").strip().splitlines()[:1]
    return "; ".join(named or first_line)


def goes_with_ours(licence: str) -> bool:
    """Return whether a licence is one of those that we know, and asks nothing of the whole."""
    return bool(FREE_LICENCES.search(licence)) and not NOT_OURS.search(licence)


def faults_of_licences() -> list[str]:
    """Return the parts whose licence is unknown or does not go with ours, and parts that were looked up for nothing."""
    faults = []
    for name in sorted(locked_parts()):
        if part := installed(name):
            licence = licence_of(name, part)
            if not goes_with_ours(licence):
                faults.append(f"{name}: {licence or 'no licence named'}")
    return faults + [f"{name}: looked up, and not locked" for name in LOOKED_UP if name not in locked_parts()]


def components() -> list[dict]:
    """Return every locked part as CycloneDX has it; without a licence where it is not installed here."""
    listed = []
    for name, (version, condition) in sorted(locked_parts().items()):
        purl = f"pkg:pypi/{re.sub('[-_.]+', '-', name).lower()}@{version}"
        one = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}
        if condition:
            one["properties"] = [{"name": "parley:only-if", "value": condition}]
        if (part := installed(name)) and (licence := licence_of(name, part)):
            one["licenses"] = [{"license": {"name": licence}}]
        listed.append(one)
    return listed


def sbom() -> dict:
    """Return the list of parts as a CycloneDX document."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid4()}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
            "component": {"type": "application", "bom-ref": "parley", "name": "parley"},
        },
        "components": components(),
    }


def faults_of_sbom(document: dict) -> list[str]:
    """Return where a document is not what the schema of CycloneDX 1.6 asks for; both come with pip-audit's parts."""
    import jsonschema_rs

    folder = files("cyclonedx.schema") / "_res"
    known = {name: json.loads((folder / name).read_text(encoding="utf-8")) for name in (SBOM_SCHEMA, *NAMED_BY_SCHEMA)}
    base = known[SBOM_SCHEMA]["$id"].rpartition("/")[0]
    registry = jsonschema_rs.Registry([(f"{base}/{name}", known[name]) for name in NAMED_BY_SCHEMA])
    schema = jsonschema_rs.validator_for(known[SBOM_SCHEMA], registry=registry, validate_formats=True)
    return [f"{'/'.join(map(str, fault.instance_path))}: {fault.message}" for fault in schema.iter_errors(document)]


def audit() -> int:
    """Print the known holes in locked parts and return 1 if there are any; say so when nobody could be asked."""
    how = ["--format=json", "--progress-spinner=off", "--disable-pip", "--no-deps"]
    command = [sys.executable, "-m", "pip_audit", *how, *(f"--requirement={lock}" for lock in LOCKS)]
    asked = subprocess.run(command, capture_output=True, text=True)
    try:
        parts = json.loads(asked.stdout)["dependencies"]
    except ValueError:
        parts = []
    looked_at = [part for part in parts if "vulns" in part]
    holes = [f"{part['name']} {part['version']}: {hole['id']}" for part in looked_at for hole in part["vulns"]]
    if not looked_at:
        print("pip-audit: no list of known holes can be reached from here, so NOTHING was looked at.")
    else:
        print(f"pip-audit: {len(looked_at)} of {len(parts)} parts looked at, {len(holes)} known holes.")
        print(*holes, sep="\n")
    return 1 if holes else 0


def main(what: str) -> int:
    """Do one of the three things, and return the status to end with."""
    if what == "audit":
        return audit()
    if what == "licences":
        faults = faults_of_licences()
        print(*(faults or ["Every licence is known and goes with ours."]), sep="\n")
        return 1 if faults else 0
    document = sbom()
    if faults := faults_of_sbom(document):
        print(*faults, sep="\n")
        return 1
    SBOM_PATH.parent.mkdir(exist_ok=True)
    SBOM_PATH.write_text(json.dumps(document, indent=1), encoding="utf-8")
    print(f"{len(document['components'])} parts, as the schema of CycloneDX asks: {SBOM_PATH.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
