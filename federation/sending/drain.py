"""Draining: one event loop that keeps many letters on their way until nothing is due.

Letters are claimed as room comes free and outcomes are recorded together, in one short transaction
per turn that a thread runs while the loop goes on posting. A letter that takes long leaves its place
to the next and goes on in a second lane, which is bounded too. What a dead worker had in hand
becomes free when its claims run out.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

import structlog
from sqlalchemy.exc import DBAPIError

from federation.sending.claiming import CLAIM, Claimed
from federation.sending.connections import Connections
from federation.sending.letters import Letter
from federation.sending.posting import TOTAL_TIME, Poster
from federation.sending.recording import Attempt
from federation.sending.rules import Outcome
from federation.settings import Settings
from schemas.errors import AppError

log = structlog.get_logger(__name__)

IN_HAND = 256
"""Letters claimed and waiting for a place or in the fast lane: all that a worker holds of a backlog."""
FAST_LANE = 96
SLOW_LANE = 400
SLOW_AFTER = 0.1  # seconds; a healthy inbox has answered long before
HURRIED = 3.0
"""Seconds that a slow letter gets at least, when others need its place."""
AT_ONCE_PER_HOST = 4
LOOKING_UP = 4  # inboxes at once
TURN_OUTCOMES, TURN_TIME = 100, 0.2  # outcomes, seconds
TURN_TRIALS = 3
IDLE_TURN = 1.0  # seconds between looks at the table when nothing was due
START_WITHIN = CLAIM.total_seconds() - 2 * TOTAL_TIME
"""Seconds after its claim in which a letter may still be started: then its outcome is ours to record."""


@dataclass
class Turn:
    """What a turn brought: letters to post, receivers to look up, whether the table has more."""

    letters: list[tuple[Claimed, Letter]] = field(default_factory=list)
    unknown: list[Claimed] = field(default_factory=list)
    is_full: bool = False


TakeTurn = Callable[[list[Attempt], int, Counter[str], set[str]], Turn]
"""Record outcomes and claim up to a number; with what is in hand per host, and hosts to leave alone."""
LookUp = Callable[[Claimed], Outcome]


def drain(settings: Settings, take_turn: TakeTurn, look_up: LookUp, seconds: float) -> bool:
    """Post what is due until nothing is, or the time is over: then False."""
    with ThreadPoolExecutor(1, "omzien-turns") as turns, ThreadPoolExecutor(LOOKING_UP) as lookups:

        async def run() -> bool:
            return await _Drain(settings, take_turn, look_up, turns, lookups).run(seconds)

        return asyncio.run(run())


@dataclass
class _Errand:
    """One letter of ours, until its outcome is recorded."""

    claimed: Claimed
    letter: Letter
    claimed_at: float
    task: asyncio.Task[None] | None = None
    started_at: float = 0.0
    is_slow: bool = False
    timer: asyncio.TimerHandle | None = None
    is_hurried: bool = False


class _Drain:
    """The state of one run."""

    def __init__(
        self,
        settings: Settings,
        take_turn: TakeTurn,
        look_up: LookUp,
        turns: ThreadPoolExecutor,
        lookups: ThreadPoolExecutor,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._connections = Connections(settings)
        self._poster = Poster(settings, self._connections)
        self._take_turn, self._look_up, self._turns, self._lookups = take_turn, look_up, turns, lookups
        self._waiting: dict[str, deque[_Errand]] = defaultdict(deque)
        self._hosts: deque[str] = deque()  # those with letters waiting, each once
        self._running: Counter[str] = Counter()
        self._slow: OrderedDict[int, _Errand] = OrderedDict()
        self._slow_hosts: Counter[str] = Counter()
        self._fast = 0
        self._waits = 0
        self._looking = 0
        self._done: list[Attempt] = []
        self._failed: set[str] = set()  # hosts that failed, until that is recorded
        self._something = asyncio.Event()

    async def run(self, seconds: float) -> bool:
        """Until nothing is due and nothing is on its way, or until the time is over."""
        until = self._loop.time() + seconds
        more = True
        try:
            while True:
                in_time = self._loop.time() < until
                more = await self._turn(claim=in_time)
                if not self._has_work() and not (more and in_time):
                    return in_time
                await self._wait(is_full=more and in_time)
        finally:
            self._connections.close_idle(all_of_them=True)

    def _has_work(self) -> bool:
        return bool(self._fast or self._slow or self._waits or self._looking or self._done)

    async def _turn(self, *, claim: bool) -> bool:
        """Record what came in and take what is due; True when there is more than there was room for."""
        done, self._done = self._done, []
        failed, self._failed = self._failed, set()
        room = max(0, IN_HAND - self._fast - self._waits - self._looking) if claim else 0
        leave = failed | {host for host, count in self._slow_hosts.items() if count}
        started = self._loop.time()
        turn = await self._try_turn(done, room, leave)
        for claimed, letter in turn.letters:
            self._accept(_Errand(claimed, letter, started))
        for claimed in turn.unknown:
            self._start_looking(claimed)
        self._connections.close_idle()
        self._start()
        return turn.is_full

    async def _try_turn(self, done: list[Attempt], room: int, leave: set[str]) -> Turn:
        """A turn; again after a moment when the database is away, so that no outcome is forgotten."""
        for trial in range(1, TURN_TRIALS + 1):
            work = partial(self._take_turn, done, room, self._in_hand(), leave)
            try:
                return await self._loop.run_in_executor(self._turns, work)
            except (DBAPIError, AppError) as error:
                log.warning("delivery.turn_failed", trial=trial, error=str(error)[:300])
                if trial == TURN_TRIALS:
                    raise
                await asyncio.sleep(trial)
        raise AssertionError("unreachable")

    def _in_hand(self) -> Counter[str]:
        count = Counter(self._running)
        for host, errands in self._waiting.items():
            count[host] += len(errands)
        return count

    async def _wait(self, *, is_full: bool) -> None:
        """Until a turn is worth its transaction."""
        ends = self._loop.time() + (TURN_TIME if is_full or self._done else IDLE_TURN)
        while self._loop.time() < ends and len(self._done) < TURN_OUTCOMES:
            if not (self._fast or self._waits or self._looking) and (self._done or not self._slow):
                return  # nothing quick is on its way: no reason to wait for company
            self._something.clear()
            try:
                async with asyncio.timeout_at(ends):
                    await self._something.wait()
            except TimeoutError:
                return
            if self._done:
                ends = min(ends, self._loop.time() + TURN_TIME)

    def _accept(self, errand: _Errand) -> None:
        host = errand.claimed.host
        if host in self._failed or self._slow_hosts[host]:
            self._postpone(errand)
            return
        if not self._waiting[host]:
            self._hosts.append(host)
        self._waiting[host].append(errand)
        self._waits += 1

    def _start(self) -> None:
        """Start letters while there is a place, one host after the other."""
        for _each in range(len(self._hosts)):
            if self._fast >= FAST_LANE:
                return
            host = self._hosts.popleft()
            if self._running[host] < AT_ONCE_PER_HOST:
                self._start_one(host)
            if self._waiting[host]:
                self._hosts.append(host)
            else:
                del self._waiting[host]

    def _start_one(self, host: str) -> None:
        errand = self._waiting[host].popleft()
        self._waits -= 1
        if self._loop.time() - errand.claimed_at > START_WITHIN:
            self._postpone(errand)
            return
        self._fast += 1
        self._running[host] += 1
        errand.started_at = self._loop.time()
        errand.timer = self._loop.call_later(SLOW_AFTER, self._slow_down, errand)
        errand.task = self._loop.create_task(self._carry(errand, keep=bool(self._waiting[host])))

    async def _carry(self, errand: _Errand, *, keep: bool) -> None:
        outcome = Outcome(errand.claimed.id, error="interrupted")
        try:
            outcome = await self._poster.post(errand.letter, keep=keep)
        except asyncio.CancelledError:
            if not errand.is_hurried:
                raise
            outcome = Outcome(
                errand.claimed.id, error=f"no answer in {HURRIED:.0f} seconds, and others waited"
            )
        finally:
            self._arrived(errand, outcome)

    def _arrived(self, errand: _Errand, outcome: Outcome) -> None:
        host = errand.claimed.host
        if errand.timer is not None:
            errand.timer.cancel()
        if errand.is_slow:
            del self._slow[errand.claimed.id]
            self._slow_hosts[host] -= 1
        else:
            self._fast -= 1
        self._running[host] -= 1
        for count in (self._running, self._slow_hosts):
            if not count[host]:
                del count[host]
        self._note(errand.claimed, outcome)
        self._start()

    def _note(self, claimed: Claimed, outcome: Outcome) -> None:
        self._done.append((claimed, outcome))
        if not outcome.postponed and (outcome.host_is_away or outcome.pause):
            self._failed.add(claimed.host)
            self._hand_back(claimed.host)
        if len(self._done) >= TURN_OUTCOMES or len(self._done) == 1 or not self._fast:
            self._something.set()

    def _slow_down(self, errand: _Errand) -> None:
        """Make place: this letter goes on in the slow lane, and its host gets no other meanwhile."""
        if len(self._slow) >= SLOW_LANE:
            self._hurry_one()
            errand.timer = self._loop.call_later(SLOW_AFTER, self._slow_down, errand)
            return
        errand.is_slow = True
        self._fast -= 1
        self._slow[errand.claimed.id] = errand
        self._slow_hosts[errand.claimed.host] += 1
        self._hand_back(errand.claimed.host)
        self._start()
        self._something.set()

    def _hurry_one(self) -> None:
        """The slow lane is full: its oldest letter ends, at once or when it had its least time."""
        errand = next((one for one in self._slow.values() if not one.is_hurried), None)
        if errand is not None and errand.task is not None:
            errand.is_hurried = True
            left = errand.started_at + HURRIED - self._loop.time()
            self._loop.call_later(max(left, 0.0), errand.task.cancel)

    def _hand_back(self, host: str) -> None:
        for errand in self._waiting.pop(host, ()):
            self._waits -= 1
            self._postpone(errand)
        if host in self._hosts:
            self._hosts.remove(host)

    def _postpone(self, errand: _Errand) -> None:
        self._done.append((errand.claimed, Outcome(errand.claimed.id, postponed=True)))

    def _start_looking(self, claimed: Claimed) -> None:
        self._looking += 1
        task = self._loop.run_in_executor(self._lookups, self._look_up, claimed)

        def found(done: asyncio.Future[Outcome]) -> None:
            self._looking -= 1
            self._note(claimed, done.result())

        task.add_done_callback(found)
