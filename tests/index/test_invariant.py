"""The promise of deletion, as a machine of states: adds, changes, deletions, undoing, restarts in any order."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from index import IndexConfig, Library, Removed
from index.retrieve import Retriever

NAMES = ("a.txt", "b.txt", "下/c.md")
TEXT = "水泵站有水泵{}台，由第{}组看管。"


class Deletion(RuleBasedStateMachine):
    """What is found is what is there now, character by character, and all of it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.library = self.opened()
        self.there: dict[str, str] = {}
        self.removed: tuple[Removed, dict[str, str]] | None = None

    def opened(self) -> Library:
        return Library(self.folder / "library", IndexConfig(embedder="hash"), lock_timeout_s=5)

    def teardown(self) -> None:
        self.library.close()
        shutil.rmtree(self.folder)

    @rule(name=st.sampled_from(NAMES), n=st.integers(10, 99))
    def put(self, name: str, n: int) -> None:
        text = TEXT.format(n, n + 1)
        self.library.add_text(name, text.encode())
        self.there[name] = text

    @precondition(lambda self: self.there)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        names = data.draw(st.lists(st.sampled_from(sorted(self.there)), min_size=1, unique=True))
        gone = {name: self.there.pop(name) for name in names}
        self.removed = self.library.take_out(*names), gone

    @precondition(lambda self: self.removed and not set(self.removed[1]) & set(self.there))
    @rule()
    def undo(self) -> None:
        assert self.removed
        removed, gone = self.removed
        self.library.put_back(removed)
        self.there |= gone
        self.removed = None

    @rule()
    def restart(self) -> None:
        self.library.close()
        self.library = self.opened()

    @rule()
    def leave(self) -> None:
        """Another process, as after a kill: nothing was closed."""
        self.library = self.opened()

    @invariant()
    def what_is_found_is_what_is_there(self) -> None:
        assert {i.name: self.library.source(i.name).text for i in self.library.sources()} == (
            self.there
        )
        if not self.there:
            return
        finds = Retriever(self.library.embedder)
        hits = finds.retrieve(self.library.snapshot(), "水泵站有多少台水泵？")
        assert {hit.passage.source for hit in hits} <= set(self.there)
        # Of the same text in several sources one is found.
        assert {hit.passage.text for hit in hits} == set(self.there.values())
        for hit in hits:
            text = self.there[hit.passage.source]
            assert "".join(text[s.start : s.end] for s in hit.passage.spans) == hit.passage.text


TestDeletion = Deletion.TestCase
TestDeletion.settings = settings(
    max_examples=6, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
