"""Measure whether the best single sentence holds the answer, before and after the reader.

    youju index --library NEWS news/
    python -m benchmarks.sentences --library NEWS --gold news_dev.jsonl --data DATA

Over the library every answerable question of the gold file that stands alone is asked of all its
articles. ``--data`` is a folder with drcd_dev.json, drcd_test.json and cmrc_trial.json; their
questions are asked of their own paragraph, those only whose articles no model was trained on. A
sentence holds an answer when some way of writing each of its parts is in it. Behind ± is one
standard error, by bootstrap over the questions.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.embedders import SQUAD, write_lines
from benchmarks.tables import mean, table
from index import Library, load_embedder
from index.reranking.reader import builtin
from server.evaluation.gold import load_gold
from server.evidence.decide import MOST
from server.evidence.find import Search
from server.evidence.judgement import Judgement
from server.evidence.reading import Reading
from server.evidence.sentences import Sentence
from server.question.understanding import understand
from server.text.comparison import squash
from training import text as txt
from training.questions import held_out

Answers = Sequence[Sequence[str]]
Asked = tuple[str, Answers, list[str]]  # a question, what answers it, the sources to ask


def from_gold(path: Path) -> list[Asked]:
    """The answerable questions of a gold file that stand alone."""
    questions = [q for q in load_gold(path) if q.answerable and not q.history]
    return [(q.question, q.answers, []) for q in questions]


def from_paragraphs(name: str, data: Path, work: Path) -> tuple[Path, list[Asked]]:
    """A SQuAD-style file's paragraphs as a file to index, and the held-out questions."""
    file, percent = SQUAD[name]
    rows = list(txt.read_squad(data / file))
    path = write_lines(work / f"{file}l", ((str(n), text) for n, (_, text, _) in enumerate(rows)))
    asked: list[Asked] = [
        (question, [[answer]], [f"{path.name}#{n}"])
        for n, (article, _, questions) in enumerate(rows)
        if held_out(name.split()[0].lower() + article, percent)
        for question, answer, _ in questions
    ]
    return path, asked


def held(best: Sentence | None, answers: Answers) -> float:
    """1.0 when the best sentence holds every part of the answer, else 0.0."""
    said = squash(best.text) if best else ""
    return float(all(any(squash(alias) in said for alias in part) for part in answers))


def measure(asked: Iterable[Asked], library: Library) -> Iterator[tuple[float, float]]:
    """Whether the best sentence holds the answer, before reading and after, for each question."""
    search = Search(library)
    for question, answers, sources in asked:
        understood = understand(question)
        part = understood.parts[0]
        ranked = search.find(understood, sources=sources).ranked[part]
        reading = Reading(part, ranked, builtin())
        reading.more(MOST)
        first = ranked[0].sentence if ranked else None
        best = max(reading.sentences, key=Judgement.builtin().bears, default=None)
        yield held(first, answers), held(best.sentence if best else None, answers)


def row(name: str, asked: Sequence[Asked], library: Library) -> list[str]:
    """A row of the table."""
    scores = np.array(list(measure(asked, library)))
    return [name, str(len(asked)), mean(scores[:, 0]), mean(scores[:, 1])]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--library", type=Path, help="made by youju index, with the gold's articles"
    )
    parser.add_argument("--gold", type=Path, help="asked over the library")
    parser.add_argument("--data", type=Path, help="a folder with DRCD and CMRC 2018")
    args = parser.parse_args(argv)
    if bool(args.library) != bool(args.gold) or not (args.gold or args.data):
        parser.error("name --library and --gold, or --data, or all three")
    embedder = load_embedder("static")
    rows = []
    if args.gold:
        with Library(args.library, embedder=embedder) as library:
            rows.append(row(args.gold.stem, from_gold(args.gold), library))
    for name in SQUAD if args.data else ():
        with tempfile.TemporaryDirectory() as work:
            path, asked = from_paragraphs(name, args.data, Path(work))
            with Library(Path(work) / "library", embedder=embedder) as library:
                library.update([path])
                rows.append(row(f"{name}, held out", asked, library))
    print(table(["best sentence, percent", "questions", "ranked", "after reading"], rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
