"""A snapshot: what is searched while the next state of the library is being made."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from index.embedding.choice import is_multilingual
from index.errors import SourceNotFound
from index.records import Article, Passage, Source
from index.store.base import Candidate, Reader, Vectors
from index.store.catalogue import Catalogue


class Snapshot:
    """One state of the index, whole, and the texts behind it.

    Texts are read from the catalogue at the moment they are asked for, so a passage that was
    deleted or changed meanwhile is never returned.
    """

    def __init__(self, reader: Reader, catalogue: Catalogue) -> None:
        self.reader = reader
        self._catalogue = catalogue

    @property
    def version(self) -> int:
        """Another one after every change of the library."""
        return self.reader.version

    @property
    def embedder(self) -> str:
        """Name of the embedder whose vectors are in here."""
        return self.reader.embedder

    @property
    def multilingual(self) -> bool:
        """Whether questions in another language than the articles can be searched."""
        return is_multilingual(self.embedder)

    def __len__(self) -> int:
        return len(self.reader)

    def candidates(
        self,
        vector: Vectors | None,
        terms: Mapping[str, float],
        *,
        k: int,
        sources: Collection[str] = (),
    ) -> list[Candidate]:
        """Passages that may fit, as the engine finds them; see ``Reader.search``."""
        return self.reader.search(vector, terms, k=k, sources=sources)

    def passages(self, keys: Sequence[int]) -> dict[int, Passage]:
        """The passages under these keys; deleted and changed ones are missing."""
        return self._catalogue.passages(keys)

    def texts(self) -> Iterator[str]:
        """The text of every passage."""
        return self._catalogue.texts()

    def article(self, article_id: str) -> Article:
        """Raises: SourceNotFound, when it has been deleted or changed."""
        article = self._catalogue.article(article_id)
        if article is None:
            raise SourceNotFound(f"the library holds no article {article_id!r} any more")
        return article

    def source(self, name: str) -> Source:
        """Raises: SourceNotFound."""
        return self._catalogue.source(name)
