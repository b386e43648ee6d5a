"""What a visitor asks and looks at: one question on every page, in the session and in the address."""

from ui.question.address import follow, keep, link, main_link
from ui.question.asked import Asked, asked_now

__all__ = ["Asked", "asked_now", "follow", "keep", "link", "main_link"]
