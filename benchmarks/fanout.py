"""How long a run over many channels takes, against its slowest channel alone.

    python benchmarks/fanout.py [--channels 30] [--latency 0.2] [--rounds 3] [--json]

Every network type of our own takes part, several times, each with a stand-in of its own on loopback that answers each
request after the latency; the stand-ins live in a process of their own. A round publishes the sample to all of them at
once, then to each type alone (`--only`), each time with a new ledger. Beside both, what no channel is to blame for is
measured: the same command once everything is published already, and the import of the libraries that send. The figure
is (all - start-up) / (slowest alone - start-up of that one); it should be at most 1.15.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "releases/product-launch.md"
TARGET = 1.15
LIBRARIES = {"x": "tweepy", "bluesky": "atproto", "telegram": "telegram"}


def serve(count: int, latency: float) -> None:
    """Start the stand-ins, print their settings as one line of JSON, and answer until standard input ends."""
    sys.path += [str(ROOT / "tests"), str(ROOT / "tests/crash")]
    from networks import NETWORKS  # noqa: PLC0415 -- only in the process of the stand-ins

    def late(witness: Any) -> Any:
        time.sleep(latency)
        return witness

    made: dict[str, Any] = {}
    kinds = [kind for kind, network in NETWORKS.items() if network.server]
    while len(made) < count:
        kind = kinds[len(made) % len(kinds)]
        server = NETWORKS[kind].server()
        respond = getattr(server, "respond", None)
        if respond:
            server.respond = lambda call, respond=respond: respond(late(call))
        made[f"{kind}-{len(made)}"] = {"type": kind, **NETWORKS[kind].block(server)}
    sys.stdout.write(json.dumps(made) + "\n")
    sys.stdout.flush()
    sys.stdin.read()


def publish(folder: Path, *words: str) -> float:
    """Seconds that `publish` takes; the ledger is new unless the words say `again`."""
    if "again" not in words:
        shutil.rmtree(folder / ".publish", ignore_errors=True)
    command = [sys.executable, "-m", "publisher", "release.md", "--yes", *(word for word in words if word != "again")]
    begin = time.perf_counter()
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=os.environ)
    took = time.perf_counter() - begin
    if run.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {run.returncode}:\n{run.stdout}{run.stderr}")
    return took


def importing(*modules: str) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import {', '.join(('httpx', *modules))}"], check=True)
    return time.perf_counter() - begin


def measure(folder: Path, names: dict[str, str]) -> dict[str, Any]:
    """One round: seconds for all, for each type alone, and for the start-up of each."""
    everything, again = publish(folder), publish(folder, "again")
    start = again + importing(*LIBRARIES.values())
    best, slowest, own_start = 0.0, "", 0.0
    for kind, name in names.items():
        took = publish(folder, "--only", name)
        idle = publish(folder, "again", "--only", name) + importing(*filter(None, [LIBRARIES.get(kind)]))
        if took - idle > best:
            best, slowest, own_start = took - idle, kind, idle
    ratio = (everything - start) / best
    return {"all": everything, "start": start, "slowest": best, "own_start": own_start, "ratio": ratio, "kind": slowest}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--channels", type=int, default=30)
    parser.add_argument("--latency", type=float, default=0.2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.channels, options.latency)
        return
    command = [sys.executable, __file__, "--serve", f"--channels={options.channels}", f"--latency={options.latency}"]
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as servers,
    ):
        place = Path(folder)
        made = json.loads(servers.stdout.readline())  # type: ignore[union-attr]
        shutil.copy(SAMPLE, place / "release.md")
        shutil.copytree(SAMPLE.parent, place, dirs_exist_ok=True)
        (place / "channels.yaml").write_text(json.dumps({"organisation": {"name": "Us"}, "channels": made}))
        names: dict[str, str] = {}
        for name, settings in made.items():
            names.setdefault(settings["type"], name)
        rounds = [measure(place, names) for _ in range(options.rounds)]
        servers.stdin.close()  # type: ignore[union-attr]
    if options.json:
        print(json.dumps(rounds))
    for each in rounds:
        print(
            f"{options.channels} channels: {each['all']:.2f} s, start-up {each['start']:.2f} s; slowest alone, "
            f"{each['kind']}: {each['slowest']:.2f} s and start-up {each['own_start']:.2f} s; ratio {each['ratio']:.2f}"
        )
    print(f"ratio: {statistics.median(each['ratio'] for each in rounds):.2f} (target {TARGET})")


if __name__ == "__main__":
    main()
