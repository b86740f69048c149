"""``make chaos``: docs/faults.md says what it does and what it promises."""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from cluster_system import ClusterSystem, missing
from own_postgres import OwnPostgres, binaries
from rich.console import Console

from benchmarks.figures import circumstances, store, table
from chaos.documents import Dealer
from chaos.faults import LONGEST_POLL_SECONDS, Fault, faults
from chaos.quiet import QuietRun
from chaos.story import Round, Story
from demo.environment import PROJECT
from demo.processes import exit_when_asked_to_end
from include.settings import Settings

OUTPUT = PROJECT / "var" / "benchmarks" / "chaos.json"
DOCUMENTS, LONGEST_SECONDS = 200, 2400.0
VARIABLES = {
    "TEXTRACT_ASYNC_MAX_WAIT": str(LONGEST_POLL_SECONDS),
    # Or every alert of a fault that is meant would be sent.
    "ALERT_CHANNELS": ""}


def main() -> int:
    console = Console(width=150, highlight=False, soft_wrap=True)
    chosen = _arguments()
    reason = missing() or (None if binaries() else "Postgres' own programs (initdb, pg_ctl) are not here")
    if reason:
        console.print(reason)
        return 1
    console.print(f"Seed {chosen.seed}: SEED={chosen.seed} gives the same faults in the same order")
    postgres = OwnPostgres()
    exit_when_asked_to_end()
    with tempfile.TemporaryDirectory() as folder:
        cluster = ClusterSystem(
            Path(folder) / "cluster", say=console.print, postgres=postgres.address, variables=VARIABLES,
            sandbox_options=("--stand-in",))
        try:
            postgres.start()
            cluster.start()
            story = _told(cluster, _wanted(faults(postgres), chosen.only), chosen, console)
        except BaseException:
            console.print(cluster.log_tail())
            raise
        finally:
            console.print("Stopping")
            cluster.stop()
            postgres.remove()
    _report(story, console)
    return 1 if story.problems else 0


def _told(
    cluster: ClusterSystem, wanted: Sequence[Fault], chosen: argparse.Namespace, console: Console
) -> Story:
    quiet = QuietRun(cluster.local, cluster.s3, Settings())
    story = Story(cluster, quiet, Dealer(), chosen.seed, chosen.longest_seconds, console.print)
    story.tell(wanted, chosen.documents)
    store({**circumstances(), "seed": chosen.seed, "documents": chosen.documents, "problems": story.problems,
           "rounds": [asdict(each) for each in story.rounds]}, OUTPUT)
    return story


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--documents", type=int, default=DOCUMENTS)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(100_000))
    parser.add_argument("--only", default="", help="faults, separated by commas")
    parser.add_argument("--longest-seconds", type=float, default=LONGEST_SECONDS)
    return parser.parse_args()


def _wanted(known: Sequence[Fault], only: str) -> list[Fault]:
    names = [name.strip() for name in only.split(",") if name.strip()]
    unknown = sorted({*names} - {fault.name for fault in known})
    if unknown:
        raise SystemExit(f"No such fault: {', '.join(unknown)}. There are {', '.join(each.name for each in known)}")
    return [fault for fault in known if not names or fault.name in names]


def _report(story: Story, console: Console) -> None:
    columns = ("round", "documents", "faults", "their s", "tried again", "pages", "billed again",
               "at most", "s", "holds")
    console.print(table("Chaos", columns, [_line(each) for each in story.rounds], {"round"}))
    for each in story.rounds:
        if each.codes or each.revived:
            console.print(f"{each.name}: retried by hand: {_counts(each.codes)}; "
                          f"ended by themselves and started again: {_counts(Counter(each.revived))}")
    for problem in story.problems:
        console.print(f"not as it should be: {problem}")


def _line(found: Round) -> tuple[str, ...]:
    """A row of the table. "Tried again" are OCR tasks; "at most" the pages that may be billed again."""
    checked = found.checked
    return (found.name, f"{checked.documents}", f"{len(found.strikes)}",
            f"{sum(struck.seconds for struck in found.strikes):.0f}", f"{checked.tries_again}", f"{checked.needed}",
            f"{checked.billed_again}", f"{checked.may_be_billed_again}", f"{found.seconds:.0f}",
            "NO" if checked.problems else "yes")


def _counts(of: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(of.items())) or "none"


if __name__ == "__main__":
    sys.exit(main())
