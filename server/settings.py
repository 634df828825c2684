"""Settings: what the environment may set, as YOUJU_* variables. Built in entry points only."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every field is read from ``YOUJU_<FIELD>``; the README's table lists them all."""

    model_config = SettingsConfigDict(env_prefix="YOUJU_", frozen=True, extra="forbid")

    library: Path = Field(default=Path("library"), description="folder of the library")
    seeds: Path = Field(
        default=Path("seeds"), description="indexed first when the library is empty"
    )
    embedder: str = Field(
        default="builtin", description="`builtin`, or a sentence-transformers model"
    )
    host: str = Field(default="127.0.0.1", description="address that `youju serve` listens on")
    port: int = Field(
        default=8000, ge=0, le=65535, description="port that `youju serve` listens on"
    )
    top_k: int = Field(default=10, ge=1, le=50, description="passages retrieved for a question")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info",
        description="debug, info, warning or error; questions are logged at debug only",
    )
    upload_limit_mb: int = Field(default=20, ge=1, le=2048, description="largest upload, in MiB")
