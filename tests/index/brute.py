"""The smallest engine there can be: every version in memory, every row looked at."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index import IndexMismatch, IndexMissing, terms
from index.store.base import Candidate, Plan, Row, Truth, Vectors


@dataclass
class BruteReader:
    version: int
    embedder: str
    rows: dict[int, Row]

    def __len__(self) -> int:
        return len(self.rows)

    def holding(self, terms: Collection[str]) -> set[int] | None:  # noqa: ARG002
        return None

    def search(
        self, vector: Vectors | None, terms: Mapping[str, float], *, k: int,
        sources: Collection[str] = (),
    ) -> list[Candidate]:  # fmt: skip
        rows = [r for r in self.rows.values() if not sources or {r.source, r.file} & {*sources}]
        scored = [Candidate(r.key, _share(r, terms), _cosine(r, vector)) for r in rows]
        said = sorted((c for c in scored if c.lexical), key=lambda c: -c.lexical)[:k]
        near = sorted(scored, key=lambda c: -c.dense)[:k] if vector is not None else []
        return list({c.key: c for c in said + near}.values())


@dataclass
class BruteBatch:
    store: Brute
    plan: Plan
    before: BruteReader | None
    rows: dict[int, Row] = field(init=False)

    def __post_init__(self) -> None:
        self.rows = dict(self.before.rows) if self.before else {}

    @property
    def whole(self) -> bool:
        return self.before is None

    def remove(self, keys: Collection[int]) -> None:
        self.rows = {key: row for key, row in self.rows.items() if key not in set(keys)}

    def add(self, rows: Sequence[Row]) -> None:
        self.rows |= {row.key: row for row in rows}

    def publish(self, commit: Callable[[int], None]) -> None:
        version = self.store.truth.version + 1
        self.store.made[version] = BruteReader(version, self.plan.embedder.name, self.rows)
        commit(version)


@dataclass
class Brute:
    path: Path
    truth: Truth
    made: dict[int, BruteReader] = field(default_factory=dict)

    def begin(self, plan: Plan) -> BruteBatch:
        last = self.made.get(self.truth.version)
        fits = last and last.embedder == plan.embedder.name and not plan.rebuild
        return BruteBatch(self, plan, last if fits else None)

    def open(self) -> BruteReader:
        if self.truth.version not in self.made:
            raise IndexMissing("nothing has been published")
        return self.made[self.truth.version]

    def faults(self) -> Iterator[str]:
        known = self.made.get(self.truth.version)
        if self.truth.version and (known is None or known.rows.keys() != self.truth.keys()):
            yield "a version is not whole"

    def written_at(self) -> float | None:
        return None

    def leftovers(self) -> list[Path]:
        return []


def _share(row: Row, weights: Mapping[str, float]) -> float:
    said = set(terms(row.text)) | set(terms(row.heading))
    return sum(w for term, w in weights.items() if term in said) / (sum(weights.values()) or 1.0)


def _cosine(row: Row, vector: Vectors | None) -> float:
    if vector is not None and vector.shape != row.vector.shape:
        raise IndexMismatch(f"the query vector has shape {vector.shape}, not {row.vector.shape}")
    return 0.0 if vector is None else float(row.vector @ vector)
