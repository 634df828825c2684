"""What several processes make is what one makes."""

import os
import threading
from functools import partial
from pathlib import Path

import pytest
from content import content_of, some_news

from index import IndexConfig, Library, cores
from index.cores import Cores
from index.store.database import FILE


def test_a_few_portions_start_no_process() -> None:
    work = Cores(lambda n: (n, os.getpid()), alone=3)
    made = [pair for n in range(3) for pair in work.put(n)]
    assert made == [(n, (n, os.getpid())) for n in range(3)]
    assert work.rest() == []


def test_portions_that_are_each_waited_for_start_no_process() -> None:
    work = Cores(lambda n: (n, os.getpid()), alone=1, processes=2)
    made = [pair for n in range(4) for pair in (*work.put(n), *work.rest())]
    assert made == [(n, (n, os.getpid())) for n in range(4)]


def test_many_go_to_other_processes_and_come_back_in_order() -> None:
    work = Cores(_with_process, alone=1, processes=2)
    made = [pair for n in range(20) for pair in work.put(n)]
    assert 20 - len(made) == 4  # no more wait, however many come
    made += work.rest()
    assert [(n, out) for n, (out, _) in made] == [(n, n * n) for n in range(20)]
    processes = {process for _, (_, process) in made[1:]}
    assert os.getpid() not in processes


def test_threads_share_memory_and_keep_the_order() -> None:
    work = Cores(lambda n: (n, threading.get_ident()), alone=1, processes=2, threads=True)
    made = [pair for n in range(20) for pair in work.put(n)] + work.rest()
    assert [out for _, (out, _) in made] == list(range(20))
    assert threading.get_ident() not in {thread for _, (_, thread) in made[1:]}


def test_what_a_process_leaves_undone_when_it_dies_is_done_here() -> None:
    work = Cores(partial(_dying, os.getpid()), alone=0, processes=2)
    made = [pair for n in range(6) for pair in work.put(n)] + work.rest()
    assert [out for _, out in made] == [n * n for n in range(6)]


def _with_process(n: int) -> tuple[int, int]:
    return n * n, os.getpid()


def _dying(home: int, n: int) -> int:
    if n == 2 and os.getpid() != home:
        os._exit(9)
    return n * n


@pytest.mark.parametrize("embedder", ["hash", "static"])
def test_a_library_is_the_same_by_one_process_and_by_several(
    embedder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.update._BATCH", 20)
    monkeypatch.setattr("index.update._EMBEDDED", 20)
    monkeypatch.setattr("index.store.lexical._CUT", 20)
    news = some_news(tmp_path / "news.jsonl", 120)
    made = []
    for name, alone in (("one", 10**9), ("several", 1)):
        monkeypatch.setattr(cores, "ALONE", alone)
        with Library(tmp_path / name, IndexConfig(embedder=embedder)) as library:
            assert library.update([news]).added == 120
            found = library.snapshot().candidates(None, {"吞": 1.0, "产业": 1.0}, k=30)
        made.append((content_of(tmp_path / name / FILE), sorted((c.key, c.lexical) for c in found)))
    assert made[0] == made[1]
