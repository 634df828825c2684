"""A retriever for LlamaIndex; the extra `youju[llama-index]` brings what it needs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import (
    NodeRelationship,
    NodeWithScore,
    QueryBundle,
    RelatedNodeInfo,
    TextNode,
)

from youju import Library
from youju.found import Found, Mode, found

#: Of what is known of a text, this is shown to a model.
SHOWN = frozenset({"title", "published"})


class YoujuRetriever(BaseRetriever):
    """The passages that fit a query, or with ``mode="quotes"`` what a checked answer cites.

    A node's metadata says where it stands: ``source``, ``start``, ``end`` (code points of
    ``library.source(name).text``), ``title``, ``published``, ``url``; the source is its
    ``ref_doc_id``, too. A model is shown the title and the date of it, no more.
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
        query = query_bundle.query_str
        texts = found(self._library, query, self._mode, self._k, self._sources)
        return [NodeWithScore(node=_node(one), score=one.score) for one in texts]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        """In a thread: what the base class does would hold up the event loop."""
        return await asyncio.to_thread(self._retrieve, query_bundle)


def _node(one: Found) -> TextNode:
    hidden = sorted(one.metadata.keys() - SHOWN)
    return TextNode(
        id_=one.id,
        text=one.text,
        metadata=one.metadata,
        start_char_idx=one.metadata["start"],
        end_char_idx=one.metadata["end"],
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=one.metadata["source"])},
        excluded_llm_metadata_keys=hidden,
        excluded_embed_metadata_keys=hidden,
    )
