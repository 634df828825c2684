"""`from youju import …`, and the retrievers of two frameworks, against the real packages."""

from __future__ import annotations

import ast
import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

import youju
from index import IndexMissing
from youju import Library, Turn, as_dict, ask, check, search
from youju.found import found

ROOT = Path(__file__).parents[2]
ASKED = "重庆江北国际机场T3B航站楼有多少个登机口？"


@pytest.fixture(scope="module")
def library(shared_library: Library) -> Library:
    return shared_library


def opens(library: Library, metadata: dict[str, object], quote: str) -> bool:
    text = library.source(str(metadata["source"])).text
    return text[metadata["start"] : metadata["end"]] == quote  # type: ignore[misc]


def test_ask_cites_the_right_characters(library: Library) -> None:
    answer = ask(ASKED, library)
    assert "108" in answer.answer
    (cited,) = answer.citations
    assert opens(library, as_dict(answer)["citations"][0], cited.quote)


def test_a_folder_will_do(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(ASKED, library.path).answer == ask(ASKED, str(library.path)).answer
    monkeypatch.setenv("YOUJU_LIBRARY", str(library.path))
    assert search("登机口")[0].passage.source == "airport.txt"


def test_history_and_sources_are_heard(library: Library) -> None:
    turn = ("江北国际机场的年旅客吞吐量是多少？", "4000万人次。")
    for history in ([turn], [Turn(*turn)]):
        assert "江北国际机场" in ask("它有多少个登机口？", library, history=history).query
    assert ask(ASKED, library, sources=["forest.md"]).refused


def test_check_says_what_is_borne_out(library: Library) -> None:
    checked = check("全市森林覆盖率达到55.06%。", library)
    (claim,) = checked.claims
    assert claim.verdict == "full"
    cited = as_dict(checked)["citations"][0]
    assert opens(library, cited, cited["quote"])


def test_search_gives_hits_the_best_first(library: Library) -> None:
    hits = search("森林覆盖率", library, top_k=2)
    assert hits[0].passage.source == "forest.md"
    assert "55.06%" in as_dict(hits[0])["text"]
    assert hits[0].score >= hits[-1].score


def test_errors_are_youju_s(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing), Library(tmp_path / "none") as empty:
        search("桥", empty)
    assert issubclass(IndexMissing, youju.YoujuError)


def test_the_models_of_few_libraries_are_kept(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(youju, "KEPT", 1)
    ask(ASKED, library)
    assert list(youju._answerers) == [library]


def test_the_public_list_is_sorted_true_and_documented() -> None:
    assert youju.__all__ == sorted(youju.__all__)
    tree = ast.parse((ROOT / "youju" / "__init__.py").read_text(encoding="utf-8"))
    for name in youju.__all__:
        assert getattr(youju, name).__doc__, name
    public = [n.name for n in tree.body if isinstance(n, ast.FunctionDef) and n.name[0] != "_"]
    assert set(public) <= set(youju.__all__)


def test_importing_it_is_quick() -> None:
    """It loads no model, and nothing that takes seconds to import."""
    heavy = "{'torch', 'sentence_transformers', 'transformers', 'faiss', 'jieba', 'langchain_core'}"
    code = f"import sys, youju; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"


# ---- what the retrievers give --------------------------------------------------------------------


def test_found_quotes_are_what_the_sources_say(library: Library) -> None:
    quotes = found(library, ASKED, "quotes", 10, ())
    assert [opens(library, one.metadata, one.text) for one in quotes] == [True]
    passages = found(library, ASKED, "passages", 2, ())
    assert len(passages) == 2
    assert {"source", "start", "end", "title", "published", "url"} <= passages[0].metadata.keys()


def test_a_langchain_chain_answers_with_citations(library: Library) -> None:
    """The chain searches by itself; the model says back the texts that it was shown."""
    pytest.importorskip("langchain_core", reason="the extra langchain is not installed")
    from langchain_core.documents import Document
    from langchain_core.output_parsers import StrOutputParser
    from langchain_core.prompts import ChatPromptTemplate
    from langchain_core.runnables import RunnableLambda, RunnablePassthrough

    from youju.langchain import YoujuRetriever

    def texts(given: dict[str, list[Document]]) -> str:
        return "\n".join(document.page_content for document in given["documents"])

    retriever = YoujuRetriever(library=library, mode="quotes")
    prompt = ChatPromptTemplate.from_messages([("system", "{context}"), ("human", "{question}")])
    model = RunnableLambda(lambda shown: shown.to_messages()[0])
    writes = RunnablePassthrough.assign(context=texts) | prompt | model | StrOutputParser()
    chain = {
        "documents": retriever,
        "question": RunnablePassthrough(),
    } | RunnablePassthrough.assign(answer=writes)
    for said in (chain.invoke(ASKED), asyncio.run(chain.ainvoke(ASKED))):
        (document,) = said["documents"]
        assert opens(library, document.metadata, document.page_content)
        assert "108个登机口" in said["answer"]
        assert said["answer"] == document.page_content
    passages = YoujuRetriever(library=library, k=2).batch([ASKED, "森林覆盖率"])
    assert [ds[0].metadata["source"] for ds in passages] == ["airport.txt", "forest.md"]
    assert (
        YoujuRetriever(library=library, sources=("forest.md",), mode="quotes").invoke(ASKED) == []
    )


def test_a_llamaindex_query_engine_answers_with_citations(library: Library) -> None:
    pytest.importorskip("llama_index.core", reason="the extra llama-index is not installed")
    from llama_index.core.llms import MockLLM
    from llama_index.core.query_engine import CitationQueryEngine, RetrieverQueryEngine
    from llama_index.core.schema import MetadataMode

    from youju.llama_index import YoujuRetriever

    retriever = YoujuRetriever(library, mode="quotes")
    engine = RetrieverQueryEngine.from_args(retriever, llm=MockLLM())
    for answer in (engine.query(ASKED), asyncio.run(engine.aquery(ASKED))):
        (found_there,) = answer.source_nodes
        node = found_there.node
        assert opens(library, node.metadata, node.text)
        assert (node.ref_doc_id, node.start_char_idx) == ("airport.txt", node.metadata["start"])
        assert node.text in answer.response  # the mock repeats what it was shown
    assert "sha256" not in node.get_content(MetadataMode.LLM)
    cites = CitationQueryEngine.from_args(None, retriever=retriever, llm=MockLLM())
    numbered = cites.query(ASKED)
    assert numbered.source_nodes[0].node.text.startswith("Source 1:")
    assert opens(library, numbered.source_nodes[0].node.metadata, node.text)
    passages = YoujuRetriever(library, k=2).retrieve("江北机场与机器人")
    assert [one.node.metadata["source"] for one in passages] == ["airport.txt", "robots.txt"]
    assert passages[0].score > passages[1].score
    assert YoujuRetriever(library, sources=["forest.md"], mode="quotes").retrieve(ASKED) == []
