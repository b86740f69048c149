"""``python -m include.retention``: what of Airflow's metadata is older than so many days; with ``--delete`` it goes.

Runs where Airflow's command line runs, with its environment. Nothing from the oldest open run on is deleted: the review
queue is the same before and after.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, NullPool, create_engine
from sqlalchemy.exc import SQLAlchemyError

from include.retention import airflow_command, metadata
from include.retention.airflow_command import CommandError
from include.retention.cutoff import Cutoff, cutoff, lost, shortest_keep_days
from include.settings import settings

KEEP_DAYS = 90


def main(arguments: Sequence[str]) -> int:
    """Exit code 1 where nothing could be deleted, or an open run has lost something."""
    parser = argparse.ArgumentParser(prog="python -m include.retention", description=__doc__)
    parser.add_argument("--keep-days", type=int, default=KEEP_DAYS, help="%(default)s by default")
    parser.add_argument("--delete", action="store_true", help="without it nothing is deleted")
    parser.add_argument("--archive", action="store_true", help="keep what is deleted in tables _airflow_deleted__...")
    chosen = parser.parse_args(arguments)
    shortest = shortest_keep_days(settings())
    if chosen.keep_days < shortest:
        parser.error(f"at least {shortest} days are kept")
    try:
        engine = create_engine(airflow_command.database_url(), poolclass=NullPool)
        with engine.connect() as connection:
            return _clean(connection, chosen.keep_days, delete=chosen.delete, archive=chosen.archive)
    except CommandError as error:
        print(error, file=sys.stderr)
    except SQLAlchemyError as error:
        # Its message can hold the database's address with its password.
        print(f"Airflow's database cannot be read ({type(error).__name__}); nothing was deleted", file=sys.stderr)
    return 1


def _clean(connection: Connection, keep_days: int, *, delete: bool, archive: bool) -> int:
    open_before = metadata.open_runs(connection)
    limit = cutoff(datetime.now(UTC), keep_days, open_before)
    print(*_told(limit, keep_days, len(open_before)), sep="\n")
    before = metadata.rows(connection)
    # What is read in one transaction is what there was when it began: deleting is another process's.
    connection.rollback()
    older = airflow_command.clean(limit.before, metadata.TABLES, archive=archive, dry_run=not delete)
    after = metadata.rows(connection)
    print(*_table(before, older, after if delete else None), sep="\n")
    if not delete:
        print("Nothing was deleted: add --delete")
        return 0
    gone = lost(open_before, metadata.as_they_are(connection, open_before))
    if gone:
        print(f"Open runs have lost rows, restore the backup: {', '.join(gone)}", file=sys.stderr)
        return 1
    print(f"{len(open_before):,} open runs are as they were")
    return 0


def _told(limit: Cutoff, keep_days: int, open_count: int) -> list[str]:
    said = [f"Kept: {keep_days} days; {open_count:,} open runs",
            f"Rows from before {limit.before:%Y-%m-%d %H:%M} UTC may go"]
    if limit.held_by:
        run = limit.held_by
        said.append(f"Not later: something of {run.run_id} ({run.dag_id}, {run.state}) is still to be done")
    return said


def _table(before: Mapping[str, int], older: Mapping[str, int], after: Mapping[str, int] | None) -> list[str]:
    """``older`` counts what goes by its own date; what goes with it, only the rows before and after show."""
    head = f"{'table':24}{'rows':>12}{'older':>12}" + (f"{'left':>12}" if after is not None else "")
    return [head, *(
        f"{name:24}{count:12,}{older.get(name, 0):12,}" + (f"{after[name]:12,}" if after is not None else "")
        for name, count in before.items())]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
