"""The systems that `benchmarks/frameworks.py` compares, each set up as its documentation shows for both legs.

All take the same embedder; all but Youju the same passages of so many characters.
"""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from index import Library, load_embedder

DEPTH = 5
#: Candidates of each leg, where a system wants to be told.
CANDIDATES = 50
PASSAGE_CHARS = 400
RRF = 60

#: Packages without which a system is left out.
NEEDS = {
    "youju": (),
    "bare": ("bm25s",),
    "llama-index": ("llama_index",),
    "langchain": ("langchain_community", "rank_bm25"),
    "haystack": ("haystack",),
    "txtai": ("txtai",),
}


def passages(articles: Path) -> tuple[list[str], list[str]]:
    """The articles' ids and texts, cut: a passage an entry."""
    owners, texts = [], []
    for row in map(json.loads, filter(None, articles.read_text("utf-8").split("\n"))):
        for at in range(0, max(1, len(row["text"])), PASSAGE_CHARS):
            owners.append(row["id"])
            texts.append(row["text"][at : at + PASSAGE_CHARS])
    return owners, texts


class System(Protocol):
    """What is measured: built in one process, opened in another."""

    def build(self, articles: Path, folder: Path) -> None: ...

    def open(self, folder: Path) -> Callable[[str], list[str]]:
        """What finds the ids of the first articles for a question."""


class Youju:
    """The library, as `youju search` finds in it."""

    def build(self, articles: Path, folder: Path) -> None:
        from index import IndexConfig

        with Library(folder, IndexConfig(embedder="static")) as library:
            library.update([articles])

    def open(self, folder: Path) -> Callable[[str], list[str]]:
        from server.evidence.find import Search

        search = Search(Library(folder))
        return lambda question: [
            hit.passage.source.rpartition("#")[2] for hit in search.hits(question, k=DEPTH)
        ]


class Bare:
    """What one writes in an afternoon: passages of so many characters, two indexes, ranks added up."""

    def build(self, articles: Path, folder: Path) -> None:
        import bm25s
        import faiss

        owners, texts = passages(articles)
        vectors = load_embedder("static").embed(texts)
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        words = bm25s.BM25()
        words.index([_words(text) for text in texts], show_progress=False)
        folder.mkdir(parents=True)
        faiss.write_index(index, str(folder / "vectors"))
        words.save(str(folder / "words"))
        (folder / "passages").write_bytes(pickle.dumps((owners, texts)))

    def open(self, folder: Path) -> Callable[[str], list[str]]:
        import bm25s
        import faiss

        owners, _ = pickle.loads((folder / "passages").read_bytes())
        index = faiss.read_index(str(folder / "vectors"))
        words = bm25s.BM25.load(str(folder / "words"))
        embedder = load_embedder("static")

        def find(question: str) -> list[str]:
            _, near = index.search(embedder.embed([question]), 50)
            k = min(50, len(owners))
            said, _ = words.retrieve([_words(question)], k=k, show_progress=False)
            scores: dict[int, float] = {}
            for ranked in (near[0], said[0]):
                for rank, at in enumerate(ranked.tolist()):
                    scores[at] = scores.get(at, 0.0) + 1 / (RRF + rank)
            best = sorted(scores, key=lambda at: -scores[at])
            return [owners[at] for at in best[:DEPTH]]

        return find


def _words(text: str) -> list[str]:
    import jieba

    jieba.setLogLevel(60)
    return [word for word in jieba.cut(text.lower()) if word.strip()]


class LlamaIndex:
    """Its default: a vector index, kept in a folder as JSON; words are another package's."""

    def build(self, articles: Path, folder: Path) -> None:
        from llama_index.core import VectorStoreIndex
        from llama_index.core.schema import TextNode

        owners, texts = passages(articles)
        vectors = load_embedder("static").embed(texts)
        nodes = [
            TextNode(text=text, metadata={"id": owner}, embedding=vector.tolist())
            for owner, text, vector in zip(owners, texts, vectors, strict=True)
            if vector.any()  # its cosine of a text without a known word is no number, and spoils the order
        ]
        index = VectorStoreIndex(nodes, embed_model=self._embedding())
        index.storage_context.persist(persist_dir=str(folder))

    def open(self, folder: Path) -> Callable[[str], list[str]]:
        from llama_index.core import StorageContext, load_index_from_storage

        storage = StorageContext.from_defaults(persist_dir=str(folder))
        index = load_index_from_storage(storage, embed_model=self._embedding())
        retriever = index.as_retriever(similarity_top_k=DEPTH)
        return lambda question: [hit.node.metadata["id"] for hit in retriever.retrieve(question)]

    @staticmethod
    def _embedding() -> Any:
        from llama_index.core.embeddings import BaseEmbedding

        class Embedding(BaseEmbedding):
            def _get_query_embedding(self, query: str) -> list[float]:
                return list(map(float, load_embedder("static").embed([query])[0]))

            async def _aget_query_embedding(self, query: str) -> list[float]:
                return self._get_query_embedding(query)

            def _get_text_embedding(self, text: str) -> list[float]:
                return self._get_query_embedding(text)

        return Embedding()


class LangChain:
    """FAISS and BM25 (with jieba's words), joined by the ensemble retriever."""

    def build(self, articles: Path, folder: Path) -> None:
        from langchain_community.retrievers import BM25Retriever
        from langchain_community.vectorstores import FAISS

        owners, texts = passages(articles)
        about = [{"id": owner} for owner in owners]
        FAISS.from_texts(texts, self._embedding(), metadatas=about).save_local(str(folder))
        words = BM25Retriever.from_texts(texts, metadatas=about, preprocess_func=_words)
        (folder / "words").write_bytes(pickle.dumps(words))

    def open(self, folder: Path) -> Callable[[str], list[str]]:
        from langchain_classic.retrievers import EnsembleRetriever
        from langchain_community.vectorstores import FAISS

        words = pickle.loads((folder / "words").read_bytes())
        words.k = CANDIDATES
        stored = FAISS.load_local(
            str(folder), self._embedding(), allow_dangerous_deserialization=True
        )
        near = stored.as_retriever(search_kwargs={"k": CANDIDATES})
        both = EnsembleRetriever(retrievers=[near, words], weights=[0.5, 0.5])
        return lambda question: [hit.metadata["id"] for hit in both.invoke(question)[:DEPTH]]

    @staticmethod
    def _embedding() -> Any:
        from langchain_core.embeddings import Embeddings

        class Embedding(Embeddings):
            def embed_documents(self, texts: list[str]) -> list[list[float]]:
                made: list[list[float]] = load_embedder("static").embed(texts).tolist()
                return made

            def embed_query(self, text: str) -> list[float]:
                return self.embed_documents([text])[0]

        return Embedding()


class Haystack:
    """Its store in memory, both retrievers, ranks joined; words are characters, by its own option."""

    def build(self, articles: Path, folder: Path) -> None:
        from haystack import Document

        owners, texts = passages(articles)
        vectors = load_embedder("static").embed(texts)
        store = self._store()
        store.write_documents(
            [
                Document(id=str(n), content=text, meta={"owner": owner}, embedding=vector.tolist())
                for n, (owner, text, vector) in enumerate(zip(owners, texts, vectors, strict=True))
            ]
        )
        folder.mkdir(parents=True)
        store.save_to_disk(str(folder / "store.json"))

    def open(self, folder: Path) -> Callable[[str], list[str]]:
        from haystack.components.joiners import DocumentJoiner
        from haystack.components.retrievers.in_memory import (
            InMemoryBM25Retriever,
            InMemoryEmbeddingRetriever,
        )
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        store = InMemoryDocumentStore.load_from_disk(str(folder / "store.json"))
        words = InMemoryBM25Retriever(store, top_k=CANDIDATES)
        near = InMemoryEmbeddingRetriever(store, top_k=CANDIDATES)
        joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=DEPTH)
        embedder = load_embedder("static")

        def find(question: str) -> list[str]:
            vector = embedder.embed([question])[0].tolist()
            legs = [words.run(question)["documents"], near.run(vector)["documents"]]
            return [hit.meta["owner"] for hit in joiner.run(legs)["documents"]]

        return find

    @staticmethod
    def _store() -> Any:
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        return InMemoryDocumentStore(
            bm25_tokenization_regex=r"(?u)\w", embedding_similarity_function="dot_product"
        )


class Txtai:
    """Its hybrid index of vectors and words; texts are given in jieba's words, since it cuts at spaces."""

    def build(self, articles: Path, folder: Path) -> None:
        from txtai import Embeddings

        owners, texts = passages(articles)
        os.environ["ALLOW_RESOLVE_TRANSFORM"] = "True"
        index = Embeddings(method="external", transform="benchmarks.systems.embedded", hybrid=True)
        index.index((n, " ".join(_words(text)), None) for n, text in enumerate(texts))
        index.save(str(folder))
        (folder / "owners").write_text(json.dumps(owners), "utf-8")

    def open(self, folder: Path) -> Callable[[str], list[str]]:
        from txtai import Embeddings

        owners = json.loads((folder / "owners").read_text("utf-8"))
        os.environ["ALLOW_RESOLVE_TRANSFORM"] = "True"
        index = Embeddings()
        index.load(str(folder))

        def find(question: str) -> list[str]:
            hits = index.search(" ".join(_words(question)), DEPTH)
            return [owners[n] for n, _ in hits]

        return find


def embedded(texts: list[str]) -> Any:
    """Vectors of texts in words, for txtai, which divides by their lengths: none is nothing."""
    vectors = load_embedder("static").embed(["".join(text.split()) for text in texts])
    vectors[~vectors.any(axis=1), 0] = 1.0
    return vectors


SYSTEMS: dict[str, Callable[[], System]] = {
    "youju": Youju,
    "bare": Bare,
    "llama-index": LlamaIndex,
    "langchain": LangChain,
    "haystack": Haystack,
    "txtai": Txtai,
}
