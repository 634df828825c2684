"""Models small enough to be made by a test, and a server that misbehaves on request."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from server.writers.language_model import Emit
from server.writers.prompting import Message

TEMPLATE = (
    "{% for m in messages %}<|{{ m['role'] }}|>{{ m['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


class FakeModel:
    """Says what it is told to, or what a function makes of the messages; a language model's shape."""

    name = "fake"
    tokens = 6000
    thinks = False

    def __init__(self, says: str | Callable[[Sequence[Message]], str], size: int = 3) -> None:
        self.says = says
        self.size = size
        self.messages: list[Sequence[Message]] = []
        self.stopped = threading.Event()
        self.gate: threading.Semaphore | None = None

    def count(self, text: str) -> int:
        return len(text)

    def speak(self, messages: Sequence[Message], emit: Emit, stop: threading.Event) -> None:
        self.messages.append(messages)
        text = self.says if isinstance(self.says, str) else self.says(messages)
        for i in range(0, len(text), self.size):
            while self.gate is not None and not self.gate.acquire(timeout=0.02):
                if stop.is_set():
                    self.stopped.set()
                    return
            emit(text[i : i + self.size])


def tokenizer(folder: Path, template: str | None = None) -> Any:
    """A tokenizer of bytes, with a chat template or without."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from tokenizers import decoders as tokenizer_decoders
    from transformers import PreTrainedTokenizerFast

    alphabet = pre_tokenizers.ByteLevel.alphabet()
    vocabulary = {char: i for i, char in enumerate(["<pad>", "<eos>", "<unk>", *sorted(alphabet)])}
    made = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = tokenizer_decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=made, eos_token="<eos>", pad_token="<pad>", unk_token="<unk>"
    )
    fast.chat_template = template
    fast.save_pretrained(folder)
    return fast


def causal_model(folder: Path) -> Path:
    """A Llama of some thousand weights, all random: it babbles until it is stopped."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    made = tokenizer(folder, TEMPLATE)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(made),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=16384,
        eos_token_id=None,
        pad_token_id=0,
        bos_token_id=None,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder


def cross_encoder(folder: Path, labels: Sequence[str]) -> Path:
    """A BERT of some thousand random weights with these labels."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    made = tokenizer(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(made),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=512,
        pad_token_id=0,
        id2label=dict(enumerate(labels)),
        label2id={label: i for i, label in enumerate(labels)},
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def sentence_model(folder: Path) -> Path:
    """A SentenceTransformer over a BERT of some thousand random weights."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules
    from transformers import BertConfig, BertModel

    inner = folder / "bert"
    made = tokenizer(inner)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(made), hidden_size=16, intermediate_size=32, num_hidden_layers=1,
        num_attention_heads=2, max_position_embeddings=512, pad_token_id=0,
    )  # fmt: skip
    BertModel(config).save_pretrained(inner)
    transformer = modules.Transformer(str(inner), max_seq_length=256)
    pooling = modules.Pooling(transformer.get_embedding_dimension(), "mean")
    SentenceTransformer(modules=[transformer, pooling], device="cpu").save(str(folder))
    return folder


# ---- a server at the protocol's edge -----------------------------------------------------------


class Script:
    """What a server does, call by call; the last step repeats.

    A step is a status, the pieces of a stream, or one whole answer.
    """

    def __init__(
        self,
        *steps: int | Sequence[str],
        gate: threading.Semaphore | None = None,
        retry_after: str = "0",
    ) -> None:
        self.steps = list(steps)
        self.gate = gate
        self.retry_after = retry_after
        self.requests: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.left = threading.Event()

    def next(self) -> int | Sequence[str]:
        return self.steps[min(len(self.requests), len(self.steps)) - 1]


#: What a stream must not hold, by the piece that stands for it.
BAD = {
    "BROKEN": b"data: {broken\n\n",
    "ERROR": b'data: {"error": {"message": "out of memory"}}\n\n',
    "ODD": b'data: {"choices": 7}\n\n',
}


def chunk(text: str) -> bytes:
    body = {"choices": [{"index": 0, "delta": {"content": text}}]}
    return f"data: {json.dumps(body)}\n\n".encode()


@contextmanager
def chat_server(script: Script) -> Iterator[str]:
    """An OpenAI-compatible server on the loopback that follows a script; gives its base URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers["content-length"])
            body = json.loads(self.rfile.read(size))
            script.requests.append(({k.lower(): v for k, v in self.headers.items()}, body))
            step = script.next()
            if isinstance(step, int):
                self._send(step, {"error": {"message": f"key {self.headers['authorization']}"}})
            elif isinstance(step, str):
                self._send(200, {"choices": [{"index": 0, "message": {"content": step}}]})
            else:
                self._stream(step)

        def _send(self, status: int, body: dict[str, Any]) -> None:
            said = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("location", self.path)
            self.send_header("retry-after", script.retry_after)
            self.send_header("content-length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def _stream(self, pieces: Sequence[str]) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("connection", "close")
            self.end_headers()
            try:
                for piece in pieces:
                    if script.gate is not None:
                        self._wait()
                    if piece == "CUT":
                        return
                    self.wfile.write(BAD.get(piece) or chunk(piece))
                    self.wfile.flush()
                self.wfile.write(b"data: [DONE]\n\n")
            except OSError:
                script.left.set()

        def _wait(self) -> None:
            assert script.gate is not None
            while not script.gate.acquire(timeout=0.05):
                self.wfile.write(b": still here\n\n")
                self.wfile.flush()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
