"""The dense leg: a FAISS index of unit vectors under int64 keys, by inner product."""

from __future__ import annotations

import logging
import math
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.errors import LibraryDamaged
from index.store.faults import INDEX_HINT

# When it is imported it tells, at INFO, how it looks for itself.
logging.getLogger("faiss").setLevel(logging.WARNING)

Vectors = npt.NDArray[np.float32]
Keys = npt.NDArray[np.int64]


#: Of the lists the nearest are looked through: one in so many, and up to half of them so many at the
#: least. Over the news (1,024 lists) 0.969 of the 50 truly nearest passages of a question are found with
#: 128, 0.992 with 512 in three times the time (`benchmarks/recall.py`); what the other leg finds is
#: compared exactly anyway.
PROBED = 8
LEAST = 128


class FaissIndex:
    """Flat (exact) or IVF with 8-bit codes (near-exact, small, adds and removes by key)."""

    def __init__(self, index: Any, *, nprobe: int = 32) -> None:
        self._index = index
        self._nprobe = nprobe

    @property
    def kind(self) -> str:
        return "flat" if self._is_flat else "ivf"

    @property
    def _is_flat(self) -> bool:
        return not hasattr(self._index, "nlist")

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    @classmethod
    def flat(cls, dimension: int) -> FaissIndex:
        import faiss

        return cls(faiss.IndexIDMap2(faiss.IndexFlatIP(dimension)))

    @classmethod
    def ivf(cls, training: Vectors, *, size: int, nprobe: int = 32) -> FaissIndex:
        """Train lists and codes on ``training`` (``(n, d)``) for an index of about ``size``."""
        import faiss

        dimension = training.shape[1]
        lists = max(1, min(2 ** round(math.log2(4 * math.sqrt(size) / 1.75)), len(training) // 39))
        index = faiss.IndexIVFScalarQuantizer(
            faiss.IndexFlatIP(dimension),
            dimension,
            lists,
            faiss.ScalarQuantizer.QT_8bit,
            faiss.METRIC_INNER_PRODUCT,
        )
        index.cp.seed = 1
        index.cp.niter = 10
        index.train(np.ascontiguousarray(training, dtype=np.float32))
        return cls(index, nprobe=nprobe)

    @classmethod
    def load(cls, path: Path, *, nprobe: int = 32, mapped: bool = False) -> FaissIndex:
        """``mapped``: only to be searched; its vectors stay in the file, and all processes share their pages.

        Raises: LibraryDamaged, when the file is not an index.
        """
        import faiss

        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC if mapped else 0)
        except (RuntimeError, MemoryError) as exc:
            raise LibraryDamaged(
                f"{path.name} is not a readable vector index", hint=INDEX_HINT
            ) from exc
        return cls(index, nprobe=nprobe)

    def probing(self, nprobe: int) -> FaissIndex:
        """The same vectors, of which at least so many lists are looked through."""
        return FaissIndex(self._index, nprobe=nprobe)

    def add(self, keys: Keys, vectors: Vectors) -> None:
        """Add ``(n, d)`` float32 unit rows under ``(n,)`` int64 keys that are not there yet."""
        if len(keys):
            rows = np.ascontiguousarray(vectors, dtype=np.float32)
            self._index.add_with_ids(rows, np.ascontiguousarray(keys, dtype=np.int64))

    def remove(self, keys: Sequence[int]) -> None:
        if len(keys):
            self._index.remove_ids(np.asarray(keys, dtype=np.int64))

    def search(
        self,
        vector: Vectors,
        k: int,
        only: Collection[int] | None = None,
        *,
        without: Collection[int] = (),
    ) -> list[tuple[int, float]]:
        """Return up to ``k`` ``(key, cosine)``, best first, among the keys ``only`` if given, less some.

        ``vector`` is ``(d,)``. ``k`` may exceed the size.
        """
        import faiss

        if only is not None:
            only = set(only).difference(without)

        k = min(k, len(self) if only is None else len(only))
        if k <= 0:
            return []
        # Two threads make one query slower, and the setting belongs to the calling thread.
        faiss.omp_set_num_threads(1)
        parameters, _selectors = self._parameters(only, without)
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        scores, keys = self._index.search(query, k, params=parameters)
        # Lists that hold fewer than k are padded with -1.
        pairs = zip(keys[0].tolist(), scores[0].tolist(), strict=True)
        return [(int(key), float(score)) for key, score in pairs if key >= 0]

    def _parameters(
        self, only: Collection[int] | None, without: Collection[int]
    ) -> tuple[Any, list[Any]]:
        """Return FAISS's search parameters, and the selectors that must outlive the search."""
        import faiss

        made: Any = faiss  # its stubs know no arguments of the search parameters
        selectors: list[Any] = []
        if only is not None:
            selectors.append(_among(only))
        elif without:
            selectors.append(_among(without))
            selectors.append(faiss.IDSelectorNot(selectors[0]))
        selector = selectors[-1] if selectors else None
        if self._is_flat:
            return (made.SearchParameters(sel=selector) if selector else None), selectors
        # A filter may leave few candidates a list, so every list is looked at.
        lists = int(self._index.nlist)
        least = max(self._nprobe, lists // PROBED, min(lists // 2, LEAST))
        nprobe = lists if only is not None else least
        return made.SearchParametersIVF(sel=selector, nprobe=nprobe), selectors

    def keys(self) -> set[int]:
        """The keys of all vectors."""
        import faiss

        index = self._index
        if self._is_flat:
            return set(faiss.vector_to_array(index.id_map).tolist())
        lists = index.invlists
        return {
            int(key)
            for n in range(index.nlist)
            if (size := lists.list_size(n))
            for key in faiss.rev_swig_ptr(lists.get_ids(n), size)
        }

    def rows(self) -> tuple[Keys, Vectors]:
        """The ``(n,)`` keys and ``(n, d)`` vectors of a flat index."""
        import faiss

        keys = faiss.vector_to_array(self._index.id_map)
        flat: Any = faiss.downcast_index(self._index.index)
        return keys, faiss.vector_to_array(flat.codes).view(np.float32).reshape(
            len(keys), self.dimension
        )

    def save(self, path: Path) -> None:
        import faiss

        faiss.write_index(self._index, str(path))


def _among(keys: Collection[int]) -> Any:
    import faiss

    return faiss.IDSelectorBatch(np.fromiter(keys, dtype=np.int64, count=len(keys)))
