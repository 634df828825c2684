"""A causal language model on this machine, through transformers: a folder or a name."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from queue import Empty
from typing import Any

from index import GenerationError
from server.writers.language_model import Emit
from server.writers.prompting import Message

LOOK_S = 0.1


class TransformersWriter:
    """Loads the model at the first question, then writes one answer at a time."""

    name = "transformers"

    def __init__(
        self,
        model: str,
        *,
        device: str = "",
        context_tokens: int = 8192,
        answer_tokens: int = 800,
    ) -> None:
        self.model = model
        self.tokens = max(256, context_tokens - answer_tokens)
        self.thinks = False
        self._answer_tokens = answer_tokens
        self._device = device
        self._loaded: tuple[Any, Any] | None = None
        self._loading = threading.Lock()
        self._writing = threading.Lock()

    def count(self, text: str) -> int:
        tokenizer, _ = self._load()
        return len(tokenizer(text, add_special_tokens=False)["input_ids"])

    def speak(self, messages: Sequence[Message], emit: Emit, stop: threading.Event) -> None:
        """Raises: GenerationError when the model cannot be loaded or fails."""
        tokenizer, model = self._load()
        while not self._writing.acquire(timeout=LOOK_S):
            if stop.is_set():
                return
        try:
            self._write(tokenizer, model, messages, emit, stop)
        finally:
            self._writing.release()

    def _write(
        self,
        tokenizer: Any,
        model: Any,
        messages: Sequence[Message],
        emit: Emit,
        stop: threading.Event,
    ) -> None:
        from transformers import TextIteratorStreamer

        prompt = self._prompt(tokenizer, messages)
        inputs = tokenizer(prompt, return_tensors="pt", add_special_tokens=False).to(model.device)
        streamer = TextIteratorStreamer(
            tokenizer, skip_prompt=True, skip_special_tokens=True, timeout=LOOK_S
        )
        failure: list[BaseException] = []
        thread = threading.Thread(
            target=self._generate, args=(model, inputs, streamer, stop, failure), daemon=True
        )
        thread.start()
        self._pass_on(streamer, emit, stop, thread)
        thread.join()
        if failure:
            raise GenerationError(
                f"the model {self.model!r} failed: {type(failure[0]).__name__}"
            ) from failure[0]

    def _prompt(self, tokenizer: Any, messages: Sequence[Message]) -> str:
        """The chat as the model's own template has it; ``think`` is switched off where it can be."""
        chat = [{"role": m.role, "content": m.content} for m in messages]
        if tokenizer.chat_template is None:
            text = "\n\n".join(m.content for m in messages) + "\n\n"
        else:
            text = str(
                tokenizer.apply_chat_template(
                    chat, tokenize=False, add_generation_prompt=True, enable_thinking=False
                )
            )
        self.thinks = text.rstrip().endswith(("<think>", "<thinking>"))
        return text

    def _generate(
        self,
        model: Any,
        inputs: Any,
        streamer: Any,
        stop: threading.Event,
        failure: list[BaseException],
    ) -> None:
        import torch
        from transformers import StoppingCriteria, StoppingCriteriaList

        class UntilStopped(StoppingCriteria):
            """Ends the generation with the next token once nobody waits."""

            def __call__(self, input_ids: Any, scores: Any, **kwargs: Any) -> Any:  # noqa: ARG002
                return torch.full((input_ids.shape[0],), stop.is_set(), device=input_ids.device)

        try:
            with torch.inference_mode():
                model.generate(
                    **inputs,
                    streamer=streamer,
                    max_new_tokens=self._answer_tokens,
                    do_sample=False,
                    stopping_criteria=StoppingCriteriaList([UntilStopped()]),
                )
        except Exception as exc:
            failure.append(exc)
        finally:
            streamer.end()

    def _pass_on(
        self, streamer: Any, emit: Emit, stop: threading.Event, thread: threading.Thread
    ) -> None:
        while not stop.is_set():
            try:
                emit(next(streamer))
            except StopIteration:
                return
            except Empty:
                if not thread.is_alive():
                    return

    def _load(self) -> tuple[Any, Any]:
        with self._loading:  # one load even when several questions come first at once
            if self._loaded is None:
                self._loaded = self._open()
            return self._loaded

    def _open(self) -> tuple[Any, Any]:
        try:
            from transformers import AutoModelForCausalLM, AutoTokenizer  # takes seconds: only here

            tokenizer = AutoTokenizer.from_pretrained(self.model)
            model = AutoModelForCausalLM.from_pretrained(self.model, dtype="auto")
        except Exception as exc:
            raise GenerationError(
                f"the language model {self.model!r} was found neither as a folder "
                f"({Path(self.model).absolute()}) nor in the Hugging Face cache or on its hub: "
                f"{(str(exc).strip().splitlines() or [type(exc).__name__])[0]}",
                hint="Give the path of a downloaded model folder; or fetch it once with a network "
                f"(`hf download {self.model}`, HF_HUB_OFFLINE unset); or unset YOUJU_ENGINE to "
                "answer without a language model.",
            ) from exc
        placed: Any = model
        return tokenizer, placed.to(self._device or _best_device()).eval()


def _best_device() -> str:
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"
