"""How the server is, and what it works on."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel


class ReindexOut(BaseModel):
    """How far indexing again is; ``total`` is null where it is not known."""

    state: Literal["idle", "running", "done", "failed"]
    stage: str
    done: int
    total: int | None
    passages: int
    detail: str


class Health(BaseModel):
    status: Literal["ok", "ready"]


class Readiness(Health):
    """``keeps``: whether what is asked is kept; not, while the disk is full or read-only."""

    keeps: bool
