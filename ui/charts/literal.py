"""Text from outside in Plotly's pictures."""


def literal(text: object) -> str:
    """Text as Plotly shows it literally: it reads a few HTML tags, and % in a template."""
    return str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("%{", "% {")


def shortened(text: str, most: int) -> str:
    """Text of at most so many letters, an ellipsis in the place of what is cut."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
