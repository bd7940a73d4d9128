"""Processes that write into one store at the same time."""

from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from threading import Barrier

from reputation_bot.ports import Storage
from tests.factories import make_case


def run_writers(backend: str, address: str, *, writers: int, times: int) -> list[int]:
    """Ids of all cases that the processes opened, each `times`; all of them begin once all have started."""
    context = get_context("spawn")
    with context.Manager() as manager, ProcessPoolExecutor(writers, mp_context=context) as pool:
        start = manager.Barrier(writers)
        works = [pool.submit(_write, backend, address, times, start) for _ in range(writers)]
        return [case_id for work in works for case_id in work.result()]


def _write(backend: str, address: str, times: int, start: Barrier) -> list[int]:
    module, _, name = backend.partition(":")
    storage: Storage = getattr(import_module(module), name)(address)
    start.wait()
    return [_count_and_open(storage) for _ in range(times)]


def _count_and_open(storage: Storage) -> int:
    with storage.transaction() as tx:
        tx.put_value("n", (tx.value("n") or 0) + 1)
        return tx.open_case(make_case()).id
