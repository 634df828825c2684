"""A retriever for LlamaIndex; the extra `youju[llama-index]` brings what it needs."""

from __future__ import annotations

from collections.abc import Sequence

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from youju import Library
from youju.found import Mode, found


class YoujuRetriever(BaseRetriever):
    """The passages that fit a query, or with ``mode="quotes"`` what a checked answer cites.

    A node's metadata says where it stands: ``source``, ``start``, ``end`` (code points of
    ``library.source(name).text``), ``title``, ``published``, ``url``. A model is shown the title
    and the date of it, no more.
    """

    def __init__(
        self,
        library: Library,
        *,
        mode: Mode = "passages",
        k: int = 10,
        sources: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self._library, self._mode, self._k, self._sources = library, mode, k, tuple(sources)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        shown = {"title", "published"}
        query = query_bundle.query_str
        return [
            NodeWithScore(
                node=TextNode(
                    id_=one.id,
                    text=one.text,
                    metadata=one.metadata,
                    excluded_llm_metadata_keys=sorted(one.metadata.keys() - shown),
                ),
                score=one.score,
            )
            for one in found(self._library, query, self._mode, self._k, self._sources)
        ]
