"""`omzien demo`: a hub and two villages on this computer, each a node of its own, talking over the wire."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from argparse import Namespace
from functools import partial
from pathlib import Path
from types import FrameType

from deploy import data_folder, up
from deploy.demo_network import Convergence, join
from deploy.demo_nodes import DemoNode, demo_nodes, prepare
from deploy.demo_people import PASSWORD
from deploy.processes import die_with_parent
from deploy.refusals import Refused
from deploy.words import ROOT, _, say, show
from federation.settings import Settings, environment_of
from schemas.messages import N_

GRACE = 25.0  # seconds for a node to stop
PATIENCE = 120.0  # seconds for a node to answer


def run(arguments: Namespace, settings: Settings) -> int:
    """Prepare, start, join, and stay until Ctrl-C."""
    started = time.monotonic()
    nodes = demo_nodes(arguments.data.resolve(), arguments.port_base, settings)
    check(nodes)
    if arguments.reset:
        throw_away(arguments.data)
    arguments.data.mkdir(parents=True, exist_ok=True)
    say(N_("The demo keeps its data in %(folder)s."), folder=str(arguments.data))
    for node in nodes:
        if up.run_apart(partial(prepare, node, making)):
            return 1
    stop = Stop()
    processes = [start(node) for node in nodes]
    try:
        wait(nodes, processes, stop)
        join(nodes)
        tell(nodes, time.monotonic() - started)
        return stay(nodes, processes, stop)
    finally:
        end(processes)


def making(name: str) -> None:
    """Say that a node is being made."""
    say(N_("Making %(name)s …"), name=name)


def check(nodes: list[DemoNode]) -> None:
    """Refuse to start twice, or on ports that are taken. Raises Refused."""
    for node in nodes:
        if node.settings.data_dir.exists() and data_folder.is_running(node.settings):
            message = N_("The demo already runs: %(url)s. Stop it first, with Ctrl-C where it was started.")
            raise Refused(message, url=node.url)
        problem = up.port_problem(node.settings)
        if problem is not None:
            message = N_(
                "Port %(port)s is taken. Choose three other ports, for example: omzien demo --port-base 9000"
            )
            raise Refused(message, port=node.settings.port) from problem


def throw_away(folder: Path) -> None:
    """Remove the demo's nodes, and nothing that is not one of them."""
    for each in folder.iterdir() if folder.is_dir() else []:
        if (each / data_folder.LOCK_NAME).exists():
            shutil.rmtree(each)


def start(node: DemoNode) -> subprocess.Popen[bytes]:
    """Start one node as `omzien up` does, its lines kept in a file."""
    log = (node.settings.data_dir / "omzien.log").open("ab")
    with log:
        return subprocess.Popen(  # our own words
            [sys.executable, "-P", "-m", "deploy", "up"],
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment_of(node.settings)},
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            preexec_fn=partial(die_with_parent, os.getpid()),  # noqa: PLW1509  # this process has one thread
        )  # fmt: skip


class Stop:
    """Set by Ctrl-C or a request to end."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True


def wait(nodes: list[DemoNode], processes: list[subprocess.Popen[bytes]], stop: Stop) -> None:
    """Until all nodes answer. Raises Refused when one ends, KeyboardInterrupt when asked to stop."""
    deadline = time.monotonic() + PATIENCE
    waiting = list(nodes)
    while waiting:
        waiting = [node for node in waiting if up.ask_health(node.settings) is None]
        fell = [node for node, process in zip(nodes, processes, strict=True) if process.poll() is not None]
        if fell or time.monotonic() > deadline:
            node = (fell or waiting)[0]
            log = node.settings.data_dir / "omzien.log"
            raise Refused(
                N_("%(name)s did not start. The reason is in %(file)s"), name=node.name, file=str(log)
            )
        if stop.asked:
            raise KeyboardInterrupt
        time.sleep(0.2)


def stay(nodes: list[DemoNode], processes: list[subprocess.Popen[bytes]], stop: Stop) -> int:
    """Tell what happens on the network until asked to stop; 1 when a node ends by itself."""
    convergence = Convergence(nodes)
    while not stop.asked:
        convergence.look()
        for node, process in zip(nodes, processes, strict=True):
            if process.poll() is not None:
                say(N_("%(name)s stopped by itself, so the demo ends."), name=node.name)
                return 1
        time.sleep(1)
    return 0


def end(processes: list[subprocess.Popen[bytes]]) -> None:
    """Stop all nodes together."""
    say(N_("Stopping …"))
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    say(N_("Everything has stopped. Your data is kept."))


def tell(nodes: list[DemoNode], seconds: float) -> None:
    """The addresses, and who can sign in."""
    show()
    say(N_("Ready in %(seconds).0f s."), seconds=seconds)
    for node in nodes:
        show(f"\n  {node.name:<42} {node.url}")
        for person in node.people:
            show(f"    {person.name:<17} {person.email:<30} {_(person.title)}")
    show()
    say(N_("Password for everybody: %(password)s"), password=PASSWORD)
    say(N_("The six digits come from: ./omzien code NAME   (for example: ./omzien code nora)"))
    say(N_("Step 1 of the story: sign in at Elsendorp as toon and join the hub %(url)s"), url=nodes[0].url)
    say(N_("Stop with Ctrl-C."))
    show()
