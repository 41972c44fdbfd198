"""One input of tests/fuzz/corpus, put together from texts, bytes and single bytes (numbers)."""

import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests/fuzz/corpus"
SAMPLE = ROOT / "docs/sample"


def seed(target, name, *parts):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    data = b"".join(p.encode() if isinstance(p, str) else bytes([p]) if isinstance(p, int) else p for p in parts)
    (folder / name).write_bytes(data)
