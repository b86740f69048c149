"""What a child does to itself, its parent and its document never feels more than a code."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import pytest

from include.documents import isolation
from include.documents.isolation import Limits, isolated
from include.errors import PipelineError

QUICK = Limits(cpu_seconds=0.5, wall_seconds=4, total_seconds=30, memory_mb=256)
SECRET = "Rosa Gartner"


def code_of(produce: Callable[[], Iterator[object]], limits: Limits = QUICK) -> str:
    with pytest.raises(PipelineError) as caught:
        list(isolated(produce, limits))
    return caught.value.code


def after_two(end: Callable[[], object]) -> Callable[[], Iterator[int]]:
    def produce() -> Iterator[int]:
        yield 1
        yield 2
        end()

    return produce


def loop_in_python() -> NoReturn:
    while True:
        pass


def loop_in_c() -> None:
    pow(3, 10**9)


def sleep() -> None:
    time.sleep(60)


def eat_memory() -> None:
    # More than the parent may have free within the address space that it has already.
    bytes(8 * 1024 * 1024 * 1024)


def recurse() -> None:
    recurse()


def read_nothing() -> None:
    ctypes.string_at(0)


def kill(number: int) -> Callable[[], None]:
    return lambda: os.kill(os.getpid(), number)


def fail_on_a_value() -> None:
    raise ValueError(SECRET)


def gone(pid: int) -> bool:
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


def test_items_arrive_one_by_one_and_in_order() -> None:
    assert list(isolated(lambda: range(1000), QUICK)) == list(range(1000))
    large = [b"x" * 3_000_000, "y"]
    assert list(isolated(lambda: large, QUICK)) == large


def test_an_item_is_handed_over_before_the_next_is_made() -> None:
    items = isolated(after_two(sleep), QUICK)
    assert (next(items), next(items)) == (1, 2)


def test_the_work_is_done_in_another_process() -> None:
    (pid,) = isolated(lambda: [os.getpid()], QUICK)
    assert pid != os.getpid()
    assert gone(pid)


def test_an_error_of_the_registry_arrives_as_itself() -> None:
    def refuse() -> NoReturn:
        raise PipelineError("ENCRYPTED")

    assert code_of(after_two(refuse)) == "ENCRYPTED"


@pytest.mark.parametrize(("end", "why"), [
    (loop_in_python, "its processor time was over"),
    (loop_in_c, "its processor time was over"),
    (sleep, "its time was over"),
    (eat_memory, "MemoryError"),
    (recurse, "RecursionError"),
    (read_nothing, "signal SIGSEGV"),
    (kill(signal.SIGABRT), "signal SIGABRT"),
    (kill(signal.SIGKILL), "signal SIGKILL"),
    (lambda: os._exit(3), "it ended without a word, as when memory is short"),
], ids=["loop", "loop in C", "sleep", "memory", "recursion", "segfault", "abort", "kill", "exit"])
def test_a_child_that_dies_is_a_code_and_the_log_says_where_and_why(
        end: Callable[[], object], why: str, caplog: pytest.LogCaptureFixture) -> None:
    assert code_of(after_two(end)) == "PARSER_FAILED"
    assert caplog.messages == [f"The parser's process failed after 2 items: {why}"]


def test_an_unforeseen_error_is_ours_and_the_log_has_its_type_and_lines_but_not_its_message(
        caplog: pytest.LogCaptureFixture) -> None:
    assert code_of(after_two(fail_on_a_value)) == "INTERNAL_ERROR"
    assert "after 2 items: ValueError raised in:" in caplog.text
    assert f"{Path(__file__).name}:" in caplog.text
    assert "in fail_on_a_value" in caplog.text
    assert SECRET not in caplog.text


def test_the_clock_of_each_item_starts_anew() -> None:
    def produce() -> Iterator[int]:
        for number in range(4):
            until = time.process_time() + 0.3
            while time.process_time() < until:
                pass
            yield number

    assert list(isolated(produce, QUICK)) == [0, 1, 2, 3]


def test_all_items_together_have_a_limit_too() -> None:
    def produce() -> Iterator[int]:
        for number in range(100):
            time.sleep(0.1)
            yield number

    assert code_of(produce, Limits(total_seconds=0.5)) == "PARSER_FAILED"


def test_the_time_that_the_parent_takes_is_not_counted() -> None:
    for _ in isolated(lambda: range(3), Limits(wall_seconds=0.2, total_seconds=0.5)):
        time.sleep(0.3)


def test_an_item_that_is_too_large_never_reaches_the_parent() -> None:
    assert code_of(lambda: iter([b"x" * 2_000_000]), Limits(item_mb=1)) == "PARSER_FAILED"


def test_an_iterator_that_is_left_early_ends_its_child() -> None:
    def produce() -> Iterator[int]:
        yield os.getpid()
        sleep()

    items = isolated(produce, QUICK)
    pid = next(items)
    del items
    assert gone(pid)


@pytest.mark.parametrize("end", [lambda: None, loop_in_c, fail_on_a_value], ids=["end", "death", "error"])
def test_no_pipe_and_no_process_stays(end: Callable[[], object]) -> None:
    def produce() -> Iterator[int]:
        yield os.getpid()
        end()

    before = len(list(Path("/dev/fd").iterdir()))
    items = isolated(produce, QUICK)
    pid = next(items)
    with suppress(PipelineError):
        list(items)
    assert len(list(Path("/dev/fd").iterdir())) == before
    assert gone(pid)


def test_a_child_prints_and_logs_nothing(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    def talk() -> Iterator[int]:
        print(SECRET, flush=True)
        os.write(2, SECRET.encode())
        logging.getLogger("pdfminer").critical(SECRET)
        yield 1

    assert list(isolated(talk, QUICK)) == [1]
    assert capfd.readouterr() == ("", "")
    assert caplog.text == ""


def test_handlers_of_the_parent_do_not_run_in_the_child(tmp_path: Path) -> None:
    """Exit handlers, finally blocks above the call, and the parent's handler of signals."""
    code = f"""
import atexit, signal, sys, pathlib
sys.path.insert(0, {str(Path(isolation.__file__).parents[2])!r})
from include.documents.isolation import Limits, isolated
log = pathlib.Path({str(tmp_path / "ended")!r})
atexit.register(lambda: log.open("a").write("exit\\n"))
print("before", end="")
try:
    print(list(isolated(lambda: [1], Limits())))
finally:
    log.open("a").write("finally\\n")
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "before[1]\n"
    assert (tmp_path / "ended").read_text() == "finally\nexit\n"


def test_a_task_that_is_told_to_stop_does_not_blame_the_document() -> None:
    """Airflow sends SIGTERM to the whole process group of a task; the parent decides what it means."""
    def produce() -> Iterator[int]:
        yield os.getpid()
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)
        yield 2

    assert list(isolated(produce, QUICK))[1:] == [2]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the child ends at its next item")
def test_a_child_does_not_outlive_a_parent_that_is_killed() -> None:
    code = f"""
import os, sys, time
sys.path.insert(0, {str(Path(isolation.__file__).parents[2])!r})
from include.documents.isolation import Limits, isolated
def produce():
    yield os.getpid()
    time.sleep(60)
for pid in isolated(produce, Limits()):
    print(pid, flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    assert gone(pid)


def test_a_call_from_another_thread_works() -> None:
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.extend(isolated(lambda: range(3), QUICK)))
    thread.start()
    thread.join()
    assert found == [0, 1, 2]
    assert list(isolated(lambda: range(3), QUICK)) == [0, 1, 2]
