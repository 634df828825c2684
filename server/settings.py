"""Settings: what the environment may set, as YOUJU_* variables. Built in entry points only."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every field is read from ``YOUJU_<FIELD>``; the README's table lists them all."""

    model_config = SettingsConfigDict(
        env_prefix="YOUJU_", frozen=True, extra="forbid", env_ignore_empty=True
    )

    library: Path = Field(default=Path("library"), description="folder of the library")
    store: SecretStr = Field(
        default=SecretStr(""),
        description="what searches: the folder itself when empty, or `milvus+http://HOST:PORT/DATABASE`",
    )
    database: SecretStr = Field(
        default=SecretStr(""),
        description="where the catalogue is: in the folder when empty, or `postgresql://HOST/DATABASE`",
    )
    seeds: Path = Field(
        default=Path("seeds"), description="indexed first when the library is empty"
    )
    embedder: str = Field(
        default="builtin",
        description="`builtin` (by size), `e5`, `static`, or a sentence-transformers model",
    )
    host: str = Field(default="127.0.0.1", description="address that `youju serve` listens on")
    port: int = Field(
        default=8000, ge=0, le=65535, description="port that `youju serve` listens on"
    )
    workers: int = Field(
        default=1,
        ge=1,
        le=64,
        description="processes of `youju serve`; the models are in memory once",
    )
    watch: bool = Field(
        default=False, description="`youju serve` keeps up with the folders it was indexed from"
    )
    allowed_hosts: str = Field(
        default="",
        description="names that the server answers to, with commas, besides addresses and localhost",
    )
    public_url: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="where links in answers to programs lead; where the client asked when empty",
    )
    token: SecretStr = Field(
        default=SecretStr(""),
        description="asked for wherever it is set, and beyond the loopback always; made when empty",
    )
    rate: str = Field(
        default="",
        pattern=r"^(\d+ */ *(second|minute|hour|day))?$",
        description="requests that a key or an address may make, like `60/minute`; any when empty",
    )
    cors_origins: str = Field(
        default="",
        description="other sites whose pages may ask, with commas, like `https://app.example`",
    )
    top_k: int = Field(default=10, ge=1, le=50, description="passages retrieved for a question")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info",
        description="debug, info, warning or error; questions are logged at debug only",
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="the log's lines: `text`, or `json`, one object each"
    )
    reranker: str = Field(default="", description="a CrossEncoder model; none when empty")
    device: str = Field(
        default="", description="`cpu`, `cuda`, `mps`; the best there is when empty"
    )
    batch_size: int = Field(default=32, ge=1, le=4096, description="texts embedded at once")
    engine: Literal["extractive", "openai", "transformers"] = Field(
        default="extractive", description="the writer: `extractive`, `openai` or `transformers`"
    )
    model: str = Field(
        default="", description="the language model: a name on the server, or a folder or name"
    )
    api_base: str = Field(
        default="", description="address of an OpenAI-compatible server, with `/v1`"
    )
    api_key: SecretStr = Field(
        default=SecretStr(""), description="key for that server; sent to it only, never logged"
    )
    timeout_s: float = Field(
        default=120.0, gt=0, le=3600, description="seconds a language model may take for an answer"
    )
    context_tokens: int = Field(
        default=8192, ge=1024, le=1_000_000, description="tokens of the model's context"
    )
    answer_tokens: int = Field(
        default=800, ge=16, le=32_768, description="tokens of an answer at most"
    )
    unsupported: Literal["cut", "mark"] = Field(
        default="cut", description="a model's unsupported sentences: `cut`, or `mark` and show them"
    )
    verifier: str = Field(
        default="", description="a CrossEncoder that gives the gate a second opinion"
    )
    concurrency: int = Field(
        default=0,
        ge=0,
        le=256,
        description="questions answered at once; 0: one a processor, 16 with a language model",
    )
    queue: int = Field(
        default=32, ge=0, le=10_000, description="questions that wait at most; more are told 503"
    )
    deadline_s: float = Field(
        default=180.0, gt=0, le=7200, description="seconds from a question to its answer at most"
    )
    upload_limit_mb: int = Field(default=20, ge=1, le=2048, description="largest upload, in MiB")

    @field_validator("store")
    @classmethod
    def _is_a_store(cls, store: SecretStr) -> SecretStr:
        if store.get_secret_value():
            from index import engine_of  # late: most have none

            engine_of(store.get_secret_value())
        return store

    @model_validator(mode="after")
    def _shares_both_or_none(self) -> Self:
        named = self.database.get_secret_value()
        if named and not named.startswith(("postgresql://", "postgres://")):
            raise ValueError("a database is postgresql://HOST/DATABASE")
        if named and not self.store.get_secret_value():
            raise ValueError(
                "servers that share a catalogue have to share a store: set YOUJU_STORE, too"
            )
        return self
