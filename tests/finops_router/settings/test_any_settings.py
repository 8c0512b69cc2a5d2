"""Whatever stands in finops.toml, it is read or refused with one line and a hint; never is there a traceback."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from finops_router.errors import ConfigError
from finops_router.settings.reader import read
from hypothesis import example, given, settings
from hypothesis import strategies as st

LINES = (Path(__file__).parents[3] / "finops.example.toml").read_text(encoding="utf-8").splitlines()
TOLD = [number for number, line in enumerate(LINES) if line and not line.startswith("#")]
SOAK = bool(os.environ.get("FINOPS_SOAK"))
VALUES = [
    '""', "''", '"x"', "0", "-1", "1", "1e400", "-1e-400", "nan", "-inf", "true", "[]", "{}", "[[]]", '[""]', "[1]",
    "9" * 400, "0." + "9" * 400, "2026-10-01", "12:00:00", '"""\n"""', '"\\u0000"', '"' + "x" * 10_000 + '"',
    "{a.b = 1}", "[" * 200, "0x10", "1_000", "1__0", '"\\ud800"', "'\t'", "",
]  # fmt: skip
STRANGE = st.one_of(
    st.sampled_from(
        ["[report]", "[[report]]", "[router]", "[router.groups]", "[[router.groups.chat]]", "[", "]", "= 1"]
    ),
    st.sampled_from(
        ["[" + "a." * 300 + "a]", "a" + ".a" * 3000 + " = 1", "\ufeff", "report = 1", "router = []", "\x00"]
    ),
    st.text(max_size=20),
)


@st.composite
def changed(draw: st.DrawFn) -> str:
    """Return the example with some lines dropped, written twice, given another value, or put beside strange ones."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 4))):
        number = draw(st.sampled_from(TOLD))
        match draw(st.sampled_from(("drop", "twice", "value", "key", "beside", "cut"))):
            case "drop":
                lines[number] = ""
            case "twice":
                lines[number] = f"{lines[number]}\n{lines[number]}"
            case "value":
                lines[number] = f"{lines[number].partition('=')[0]}= {draw(st.sampled_from(VALUES))}"
            case "key":
                lines[number] = f"{draw(st.text(max_size=8))} = {lines[number].partition('=')[2]}"
            case "beside":
                lines[number] = f"{lines[number]}\n{draw(STRANGE)}"
            case "cut":
                lines[number] = lines[number][: draw(st.integers(0, len(lines[number])))]
    return "\n".join(lines)


@settings(max_examples=20_000 if SOAK else 200, deadline=None)
@example(b"")
@given(changed().map(lambda text: text.encode(errors="surrogatepass")) | st.binary(max_size=60))
def test_soak_settings_are_read_or_refused_with_one_line_and_a_hint(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "finops.toml"
        file.write_bytes(content)
        refused = refusal(file)
    if refused is not None:
        assert refused.message
        assert refused.hint
        assert "\n" not in refused.message + refused.hint
        assert len(refused.message) < 1_000


def refusal(file: Path) -> ConfigError | None:
    try:
        read(file)
    except ConfigError as refused:
        return refused
    return None
