"""Text from outside is shown as it is."""

import pytest

from ui.text import plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("![x](https://evil.example/x.png)", "\\!\\[x\\](https\\://\u2060evil.example/x.png)"),
        ("www.evil.example, me@evil.example", "www\u2060.evil.example, me\u2060@evil.example"),
        (":red[a] :material/home: :smile:", "\\:red\\[a\\] \\:material/home\\: \\:smile\\:"),
        ("<b>$x$</b> &lt;", "\\<b\\>\\$x\\$\\</b\\> \\&lt;"),
        ("# a\n\n# b", "\\# a \\# b"),
        ("    four spaces", "four spaces"),
        ("- a", "\\- a"),
        ("+ a", "\\+ a"),
        ("=====", "\\====="),
        ("1. a", "1\\. a"),
        ("12) a", "12\\) a"),
        ("- :red[a]", "\\- \\:red\\[a\\]"),
        ("2001: A Space Odyssey", "2001\\: A Space Odyssey"),
        ("12 Angry Men", "12 Angry Men"),
        ("Amélie – 1.5", "Amélie – 1.5"),
        ("", ""),
    ],
)
def test_markdown_has_no_meaning(text: str, shown: str) -> None:
    assert plain(text) == shown
