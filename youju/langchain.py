"""A retriever for LangChain; the extra `youju[langchain]` brings what it needs."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from youju.found import Mode, found


class YoujuRetriever(BaseRetriever):
    """The passages that fit a query, or with ``mode="quotes"`` what a checked answer cites.

    A document's metadata says where it stands: ``source``, ``start``, ``end`` (code points of
    ``library.source(name).text``), ``title``, ``published``, ``url``.
    """

    library: Any
    """A `youju.Library`."""
    mode: Mode = "passages"
    k: int = 10
    sources: tuple[str, ...] = ()

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 -- the base class passes it
    ) -> list[Document]:
        return [
            Document(page_content=one.text, id=one.id, metadata=one.metadata)
            for one in found(self.library, query, self.mode, self.k, self.sources)
        ]
