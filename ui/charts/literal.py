"""Text from outside in Plotly's pictures."""


def literal(text: object) -> str:
    """Text as Plotly shows it literally: it reads a few HTML tags, and % in a template."""
    return str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("%{", "% {")
