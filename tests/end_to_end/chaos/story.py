"""Fault after fault on documents of their own, then faults at random on many documents at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from cluster_system import ClusterSystem

from chaos.documents import Dealer
from chaos.faults import HOLD_SECONDS, Fault, Hit, calm
from chaos.invariants import Checked, check
from chaos.quiet import QuietRun, Records, records
from chaos.scene import DAY, Scene, TooLateError
from include.documents.storage import Bucket, inbox_prefix
from include.reconciliation.airflow_runs import AirflowRuns
from include.reconciliation.billing import Allowed
from include.reconciliation.reading import Progress
from include.reconciliation.snapshot import Buckets, read
from include.reconciliation.verdict import judge
from include.settings import Settings

SMALLEST_ROUND = 3
"""One document of each route."""
PAUSE_SECONDS = (2.0, 12.0)
"""Between two faults at random."""
STRIKES_AT = (0.0, 0.0, 0.3)
"""Shares of a round's documents that are done when its fault strikes: one of them, by chance."""


@dataclass(frozen=True, slots=True)
class Struck:
    """A fault and what it hit: when it struck, and how long it lasted with what was struck's recovery (seconds)."""

    fault: str
    hit: Hit
    at: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Round:
    """What a round's documents went through, and what they left.

    :param codes: with which documents came into the queue; the operator retried these.
    :param revived: processes that ended by themselves and were started again.
    """

    name: str
    strikes: tuple[Struck, ...]
    checked: Checked
    codes: dict[str, int]
    revived: tuple[str, ...]
    seconds: float


@dataclass(slots=True)
class Story:
    """The rounds on one cluster.

    :param longest_seconds: for all of it; what has not come through by then is lost.
    :param say: takes one line of the timeline.
    """

    cluster: ClusterSystem
    quiet: QuietRun
    dealer: Dealer
    seed: int
    longest_seconds: float
    say: Callable[[str], None]
    rounds: list[Round] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)
    _day_runs: list[str] = field(default_factory=list)
    _expected: Records = field(default_factory=dict)
    _of_others: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._of_others = frozenset(records(self.cluster.bucket))

    def tell(self, faults: Sequence[Fault], documents: int) -> None:
        """Half of the documents in rounds with one fault each, in an order of the seed's; the other half at once."""
        chance = Random(self.seed)
        of_a_round = max(SMALLEST_ROUND, documents // 2 // len(faults))
        at_random = [fault for fault in faults if fault.at_random]
        left = documents - of_a_round * len(faults)
        try:
            for fault in chance.sample(faults, len(faults)):
                self.in_turn(fault, of_a_round, chance)
            if left > 0 and at_random:
                self.at_random(at_random, left, chance)
            self._await_days()
            self._reconcile()
        except TooLateError as error:
            self.problems.append(f"not within {self.longest_seconds:.0f} s: {error}")
            self._say(self.problems[-1])

    def in_turn(self, fault: Fault, documents: int, chance: Random) -> Round:
        """One fault on documents that are there for it."""
        scene, began = self._scene(documents, chance), time.monotonic()
        calm(scene)
        if not fault.at_start:
            self._begin(scene)
            scene.await_share(chance.choice(STRIKES_AT))
        struck = self._strike(fault, scene, (lambda: self._begin(scene)) if fault.at_start else lambda: None)
        return self._end(fault.name, scene, [struck], began)

    def at_random(self, faults: Sequence[Fault], documents: int, chance: Random) -> Round:
        """Each fault once, in an order and with pauses by chance, as long as documents are at work."""
        scene, began = self._scene(documents, chance), time.monotonic()
        calm(scene)
        self._begin(scene)
        strikes: list[Struck] = []
        for fault in chance.sample(faults, len(faults)):
            time.sleep(chance.uniform(*PAUSE_SECONDS))
            if scene.until(scene.share_done, "the documents") == 1:
                break
            strikes.append(self._strike(fault, scene, lambda: None))
        return self._end("at random", scene, strikes, began)

    def _scene(self, documents: int, chance: Random) -> Scene:
        chosen = self.dealer.deal(documents)
        self.cluster.no_faults()
        self._expected = self.quiet.records_of(
            DAY, [(inbox_prefix(DAY) + each.file_name, body) for each, body in chosen.items()])
        # Its jobs have the tokens of those that the deployment is about to start.
        self.cluster.fault({"lose_jobs": True})
        self.cluster.no_calls()
        return Scene(self.cluster, chance, self._began + self.longest_seconds, chosen)

    def _begin(self, scene: Scene) -> None:
        self._day_runs.append(scene.begin())

    def _strike(self, fault: Fault, scene: Scene, then: Callable[[], None]) -> Struck:
        with fault.strike(scene) as hit:
            at = self._seconds()
            self._say(f"{fault.name}: {hit.what}")
            then()
            time.sleep(scene.chance.uniform(*HOLD_SECONDS))
        struck = Struck(fault.name, hit, at, self._seconds() - at)
        self._say(f"{fault.name}: over after {struck.seconds:.0f} s")
        return struck

    def _end(self, name: str, scene: Scene, strikes: Sequence[Struck], began: float) -> Round:
        scene.settle()
        found = {key: record for key, record in records(self.cluster.bucket).items() if key not in self._of_others}
        checked = check(scene, [struck.hit.billed_again for struck in strikes], found, self._expected)
        seconds = time.monotonic() - began
        ended = Round(name, tuple(strikes), checked, dict(scene.codes), tuple(scene.revived), seconds)
        self.rounds.append(ended)
        self.problems += [f"{name}: {problem}" for problem in checked.problems]
        self._say(f"{name}: {checked.documents} documents are through after {seconds:.0f} s, "
                  + (f"{checked.billed_again} pages billed again; " if checked.billed_again else "")
                  + ("; ".join(checked.problems) or "all holds"))
        return ended

    def _await_days(self) -> None:
        """Every run of the day is green, too."""
        scene = Scene(self.cluster, Random(self.seed), self._began + self.longest_seconds, {})
        for run in self._day_runs:
            scene.until(lambda run=run: self._is_green(run) or None, "the day's runs to be green")  # type: ignore[misc]
        self._say(f"{len(self._day_runs)} runs of the day are green")

    def _reconcile(self) -> None:
        """``make reconcile`` over all rounds, told what they may explain and what Textract's meter showed."""
        cluster, done = self.cluster, [each.checked for each in self.rounds]
        buckets = Buckets(cluster.bucket, cluster.audit_bucket, Bucket(cluster.s3, Settings().ocr_s3_bucket),
                          Settings().ocr_s3_prefix)
        explained = sum(each.may_be_billed_again for each in done)
        allowed = Allowed(
            billed_again=explained, unaccounted=explained, textract_billed=sum(each.billed for each in done))
        verdict = judge(
            read(AirflowRuns(cluster.api, Settings().inbox_lookback_days), buckets, [DAY], Progress()), allowed)
        for invariant in verdict.invariants:
            self.problems += [f"make reconcile, {invariant.name}: {problem}" for problem in invariant.problems]
        self._say(f"make reconcile: {len(verdict.invariants)} invariants over {verdict.documents} documents "
                  + ("hold" if verdict.holds else "do NOT all hold"))

    def _is_green(self, run: str) -> bool:
        """Whether it is; what is red of it is cleared, as an operator would."""
        api, dag = self.cluster.api, "documents_inbox"
        state = api.run(dag, run)["state"]
        if state == "failed":
            red = [task["task_id"] for task in api.task_instances(dag, run) if task["state"] == "failed"]
            self._say(f"cleared in a run of the day: {', '.join(red)}")
            api.clear(dag, run, red)
        return bool(state == "success")

    def _say(self, line: str) -> None:
        self.say(f"{self._seconds():6.0f} s  {line}")

    def _seconds(self) -> float:
        return time.monotonic() - self._began
